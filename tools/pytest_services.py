"""Gives every test run its own PostgreSQL and Valkey, started before the settings are read.

TEST_DATABASE_URL and TEST_REDIS_URL, when set, are used instead; pytest-xdist's workers find
there what the first process started.
"""

import contextlib
import os

import pytest

from tools import throwaway

_running = contextlib.ExitStack()


def _provide() -> None:
    if "TEST_DATABASE_URL" not in os.environ:
        os.environ["TEST_DATABASE_URL"] = _running.enter_context(throwaway.postgres())
    if "TEST_REDIS_URL" not in os.environ:
        os.environ["TEST_REDIS_URL"] = _running.enter_context(throwaway.valkey())
    # Pages are driven through Playwright's own event loop, which Django takes for an async view.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def _only_asks(args: list[str]) -> bool:
    return any(arg in {"--version", "-V", "-h", "--help", "--markers", "--fixtures"} for arg in args)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]):  # type: ignore[no-untyped-def]
    # A wrapper runs before pytest-django's own hook, which opens the settings.
    if not _only_asks(args):
        _provide()
    return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    _running.close()
