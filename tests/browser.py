"""For tests that look at pages: signing in without typing, pictures, and what axe finds."""

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, ViewportSize

PICTURES = Path(__file__).resolve().parent.parent / "build" / "pictures"
DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],  # what is well need not travel
}


def sign_in(context: BrowserContext, user: Any, url: str) -> None:
    """The cookie of a session that is already there."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}])


def picture(page: Page, name: str, *, whole: bool = True) -> Path:
    """Kept under build/pictures/, for people to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.evaluate("window.scrollTo(0, 0)")
    # Hiding the caret would leave style attributes behind, which the page's policy then refuses.
    page.screenshot(path=path, full_page=whole, caret="initial")
    return path


def axe_findings(page: Page) -> list[str]:
    """One line per rule broken and element; empty when all is well."""
    result = Axe().run(page, options=RULES).response
    return [
        f"{found['id']}: {node['target'][0]} — {found['help']} {_contrast(node)}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


def _contrast(node: Any) -> str:
    data = [check.get("data") for check in node["any"] if isinstance(check.get("data"), dict)]
    return " ".join(
        f"{d.get('fgColor')} on {d.get('bgColor')} = {d.get('contrastRatio')}" for d in data if "fgColor" in d
    )


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window; nobody scrolls sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def console_errors(page: Page) -> list[str]:
    """Filled while the page runs: refused scripts and styles, and errors."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found
