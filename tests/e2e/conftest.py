"""Offices of people with browsers; what a worker does between two steps."""

import re
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from core.outbox_delivery import deliver_due
from tests.e2e.people import Office

FAILED = pytest.StashKey[bool]()
MakeOffice = Callable[..., Office]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Tells the offices whether their test failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def office_of(
    chromium: Browser, live_server: Any, requests_at_rest: None, settings: Any, request: Any
) -> Iterator[MakeOffice]:
    """`office_of(language="zh-hans", size=PHONE)`: closed when the test ends, with pictures when it failed."""
    settings.SITE_URL = live_server.url
    offices: list[Office] = []

    def make(**given: Any) -> Office:
        offices.append(Office(chromium, live_server.url, **given))
        return offices[-1]

    yield make
    for office in offices:
        office.closes(with_pictures=request.node.stash.get(FAILED, True))


@pytest.fixture
def worker() -> Callable[[], int]:
    """Does what lies in the outbox: draws papers, sends news."""
    return lambda: deliver_due(seconds=60)


def pk_in(address: str) -> int:
    found = re.search(r"/(\d+)/", address)
    assert found, address
    return int(found[1])
