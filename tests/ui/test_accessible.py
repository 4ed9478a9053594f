"""What axe finds on the shared pages, on a desk and a telephone, light and dark (R13.6)."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser import DESK, PHONE, axe_findings, console_errors, overflow, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R13.6")]

SIGNED_IN = {
    "gallery": "/ui/",
    "act": "/ui/act/",
    "profile": "/accounts/profile/",
    "people": "/accounts/people/",
    "security": "/accounts/2fa/",
    "missing": "/no-such-page/",
}
STRANGER = {"login": "/accounts/login/", "reset": "/accounts/password/reset/", "signup": "/accounts/signup/"}


def check(page: Page, url: str, name: str, scheme: str, size: Any) -> None:
    errors = console_errors(page)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size(size)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    picture(page, f"{name}-{scheme}-{size['width']}")
    assert axe_findings(page) == []
    assert overflow(page) == 0
    assert [error for error in errors if "404" not in error] == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_page_in_the_frame_is_accessible(signed_in: BrowserContext, name: str, scheme: str, size: Any) -> None:
    check(signed_in.new_page(), SIGNED_IN[name], name, scheme, size)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", STRANGER)
def test_a_page_before_sign_in_is_accessible(page: Page, name: str, scheme: str, size: Any) -> None:
    check(page, STRANGER[name], name, scheme, size)
