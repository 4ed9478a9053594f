from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.browser import sign_in
from tests.factories import make_user


@pytest.fixture(autouse=True)
def _gallery(settings: Any) -> None:
    settings.UI_GALLERY = True


@pytest.fixture
def admin(db: Any) -> Any:
    return make_user("admin", username="admin", display_name="王小明")


@pytest.fixture
def signed_in(browser_context: BrowserContext, live_server: Any, admin: Any) -> BrowserContext:
    sign_in(browser_context, admin, live_server.url)
    return browser_context
