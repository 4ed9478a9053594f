"""Shared by all tests: services come from tools/pytest_services.py, the cast from tests/factories.py."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from core import append_only
from tools.chromium import FLAGS, find_chromium


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """What one test throttled or remembered is not the next one's business."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = folder = tmp_path / "media"
    yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's browser, driven headless; Playwright's own download is not to be had everywhere."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def requests_at_rest(live_server: Any) -> Iterator[None]:
    """A page closed in the middle of a request leaves the server answering: the tables are emptied after that."""
    running: list[Any] = []

    def begins(sender: Any, **_more: Any) -> None:
        running.append(sender)

    def ends(sender: Any, **_more: Any) -> None:
        del running[:1]

    request_started.connect(begins)
    request_finished.connect(ends)
    yield
    patience = time.monotonic() + 10
    while running and time.monotonic() < patience:
        time.sleep(0.01)
    request_started.disconnect(begins)
    request_finished.disconnect(ends)


@pytest.fixture
def browser_context(chromium: Browser, live_server: Any, requests_at_rest: None) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=live_server.url, locale="en-US", timezone_id="Asia/Shanghai")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    return browser_context.new_page()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests with real transactions empty the tables afterwards, which the append-only triggers refuse.

    UPDATE and DELETE stay refused on PostgreSQL; on SQLite emptying is a DELETE.
    """
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                for table in append_only.TABLES:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")
        else:
            append_only.unprotect(connection)
