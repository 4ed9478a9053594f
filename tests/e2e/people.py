"""People at their browsers: what each reads and does, in the language and on the screen of the test.

Words are given as their English source and looked for in the language of the reader, through gettext: the same test
runs in English and in Chinese. Every page somebody comes to is looked at: axe, width, refused scripts.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import User
from orders.choices import OrderStatus
from orders.models import Order
from tests.browser import DESK, axe_findings, console_errors, overflow, picture
from tests.factories import make_user

PATIENCE = 30_000
REFUSAL = re.compile(r"status of (403|404|409|422)")  # an answer, not a fault: the test reads what it says
NAMES = {
    "sales": "王芳", "inside_sales": "赵敏", "order_center": "周涛", "engineering": "吴刚", "production": "郑强",
    "quality": "冯静", "warehouse": "陈伟", "logistics": "褚健", "finance": "蒋红", "aftersales": "沈杰",
    "sales_manager": "韩磊", "sales_director": "杨帆", "general_manager": "朱明", "supervision": "秦岚",
}  # fmt: skip


class Office:
    """The people of one test, and what was found wrong with the pages they came to."""

    def __init__(self, chromium: Browser, url: str, *, language: str = "en", size: Any = DESK, **context: Any) -> None:
        self.chromium, self.url, self.language, self.size = chromium, url, language, size
        self.given, self.scripts = context, context.get("java_script_enabled", True)
        self.people: dict[str, Person] = {}
        self.findings: list[str] = []
        self.seen: set[str] = set()

    def closes(self, *, with_pictures: bool) -> None:
        for person in self.people.values():
            if with_pictures:
                person.leaves_a_picture()
            person.page.context.close()

    def has_nothing_to_complain_of(self) -> None:
        assert not self.findings, "\n" + "\n".join(self.findings)

    def __getitem__(self, name: str) -> "Person":
        """The one who holds the role of that name, signed in; the customer at the door is a stranger."""
        if name not in self.people:
            self.people[name] = Person(self, name)
            if name != "customer":
                self.people[name].signs_in()
        return self.people[name]

    def hire(self, *roles: str) -> None:
        """Accounts for all of them before the first signs in: ladders are planned over the people there are."""
        for role in roles:
            self.account(role)

    def account(self, role: str) -> User:
        """The one the factories know, too, reading the language of this office."""
        User.objects.filter(username=role).update(language=self.language)
        known = User.objects.filter(username=role).first()
        return known or make_user(role, username=role, language=self.language, display_name=NAMES.get(role, role))

    def word(self, text: str) -> str:
        """An English source text as this office reads it."""
        with translation.override(self.language):
            return gettext(text)

    def sentence(self, text: str, **values: Any) -> re.Pattern[str]:
        """The same with its gaps: filled by the values given, words of the program among them, open where none is."""
        parts = re.split(r"%\((\w+)\)s", self.word(text).replace("%%", "%"))
        gaps = [re.escape(self.word(str(values[name]))) if name in values else ".*" for name in parts[1::2]]
        pairs = zip(parts[::2], [*gaps, ""], strict=True)
        return re.compile("".join(re.escape(words) + gap for words, gap in pairs))

    def new_page(self) -> Page:
        locale = "zh-CN" if self.language == "zh-hans" else "en-US"
        context = self.chromium.new_context(
            base_url=self.url, locale=locale, timezone_id="Asia/Shanghai", viewport=self.size,
            reduced_motion="reduce", **self.given,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        return context.new_page()


class Person:
    """Somebody with a browser of their own, who stays signed in."""

    def __init__(self, office: Office, name: str) -> None:
        self.office, self.name = office, name
        self.page = office.new_page()
        self.errors = console_errors(self.page)
        self.word = office.word

    # --- coming and going

    def signs_in(self) -> "Person":
        self.office.account(self.name)
        self.page.goto("/accounts/login/")
        self.looks()
        self.page.locator("[name=login]").fill(self.name)
        self.page.locator("[name=password]").fill("demo")
        self.page.locator("[name=password]").press("Enter")
        expect(self.page).to_have_url(re.compile(r"/$"), timeout=PATIENCE)
        self.looks()
        return self

    def goes(self, address: str, *, status: int = 200) -> "Person":
        answer = self.page.goto(address)
        assert answer is not None and answer.status == status, f"{self.name} at {address}: {answer and answer.status}"
        self.looks()
        return self

    def opens(self, address: str) -> "Person":
        """Click the link that leads there, wherever it is in sight; a menu is opened first where it hides it."""
        link = self.link(address)
        if not link.is_visible():
            self.page.locator(f'details[data-menu]:has(a[href="{address}"]) > summary').first.click()
        link.click()
        there = urlsplit(address).path
        arrived = "path => document.querySelector('#dialog[open] .dialog-body') || location.pathname === path"
        self.page.wait_for_function(arrived, arg=there, timeout=PATIENCE)
        self.looks(f"dialog {resolve(there).view_name}" if self.dialog.count() else "")
        return self

    def link(self, address: str) -> Locator:
        inside = self.page.locator(f'main a[href="{address}"]')
        visible = inside.locator("visible=true")
        return visible.first if visible.count() else inside.first

    # --- forms

    @property
    def dialog(self) -> Locator:
        return self.page.locator("#dialog[open]")

    @property
    def form(self) -> Locator:
        """Where one types now: the dialog when there is one."""
        return self.dialog if self.dialog.count() else self.page.locator("main")

    def fills(self, **values: Any) -> "Person":
        for name, value in values.items():
            self.fill(name, value)
        return self

    def fill(self, name: str, value: Any) -> None:
        field = self.form.locator(f'[name="{name}"]:not([type=hidden])')
        kind = field.first.evaluate("field => field.type")
        if kind == "radio":
            self.form.locator(f'[name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            field.set_checked(bool(value))
        elif kind == "file":
            field.set_input_files(value)
        elif kind == "select-one":
            field.select_option(str(value))
        else:
            field.fill(str(value))

    def presses(self, text: str) -> "Person":
        self.form.get_by_role("button", name=self.word(text), exact=True).locator("visible=true").first.click()
        return self

    def does(self, address: str, button: str, **values: Any) -> "Person":
        """One act from its link to the word that it is done."""
        return self.opens(address).fills(**values).finishes(button)

    def finishes(self, button: str) -> "Person":
        """Press it; the act is done, and its page or dialog is gone."""
        with self.page.expect_navigation(timeout=PATIENCE):
            self.presses(button)
        expect(self.page.locator("[data-error-summary]")).to_have_count(0)
        expect(self.page.locator(".toast-note.success").first).to_be_visible(timeout=PATIENCE)
        self.looks()
        return self

    # --- reading

    def sees(self, text: str, **values: Any) -> "Person":
        expect(self.form).to_contain_text(self.office.sentence(text, **values), timeout=PATIENCE)
        return self

    def sees_text(self, text: str) -> "Person":
        """What is no word of the program: a name, a number, what somebody typed."""
        expect(self.form).to_contain_text(text, timeout=PATIENCE)
        return self

    def sees_not(self, text: str, **values: Any) -> "Person":
        expect(self.form).not_to_contain_text(self.office.sentence(text, **values), timeout=PATIENCE)
        return self

    def is_told(self, text: str, **values: Any) -> "Person":
        expect(self.page.locator("#toasts")).to_contain_text(self.office.sentence(text, **values), timeout=PATIENCE)
        return self

    def sees_order(self, order: Order, status: str) -> "Person":
        """On the order's page: where it stands, in the steps and in the head."""
        self.goes(order.get_absolute_url())
        expect(self.page.locator("h1")).to_contain_text(self.word(status_word(status)))
        if status != "returned":
            here = self.page.locator(".steps-bar li.now, .steps-bar li.done").last
            expect(here).to_contain_text(self.word(status_word(status)))
        return self

    def is_blocked(self, text: str, **values: Any) -> "Person":
        """What blocks the next step says so, in words."""
        expect(self.form.locator(".gate.blocked")).to_contain_text(
            self.office.sentence(text, **values), timeout=PATIENCE
        )
        return self

    def is_free(self) -> "Person":
        expect(self.page.locator(".gate.ready")).to_have_count(1, timeout=PATIENCE)
        return self

    def has_work(self, address: str) -> "Person":
        """It stands in the inbox, with its clock, and leads to the act."""
        self.goes("/")
        row = self.page.locator("[data-inbox] tr").filter(has=self.page.locator(f'a.row-link[href="{address}"]'))
        expect(row).to_have_count(1, timeout=PATIENCE)
        return self

    def has_no_work(self, address: str) -> "Person":
        self.goes("/")
        expect(self.page.locator(f'[data-inbox] a.row-link[href="{address}"]')).to_have_count(0, timeout=PATIENCE)
        return self

    def takes_up(self, address: str) -> "Person":
        """From the inbox to the act: one click."""
        self.has_work(address)
        return self.opens(address)

    # --- the look of it

    def looks(self, name: str = "") -> "Person":
        """Once for each kind of page, person and state: axe, the width, what the browser complained about."""
        self.page.wait_for_load_state()
        if not self.office.scripts:  # axe is a script, too
            return self
        name = name or self._page_name()
        if name in self.office.seen:
            return self
        self.office.seen.add(name)
        where = f"{self.office.language} {self.office.size['width']} {self.name} {name}"
        self.office.findings += [f"{where}: {found}" for found in axe_findings(self.page)]
        if wide := overflow(self.page):
            self.office.findings.append(f"{where}: {wide} px too wide")
        self.office.findings += [f"{where}: {error}" for error in self.errors if not REFUSAL.search(error)]
        self.errors.clear()
        self.keeps_picture(name)
        return self

    def _page_name(self) -> str:
        try:
            found = resolve(urlsplit(self.page.url).path)
        except Resolver404:
            return "missing"
        mark = self.page.locator("main h1 .tag use")
        state = (mark.first.get_attribute("href") or "").partition("#")[2] if mark.count() else ""
        return " ".join(filter(None, [found.view_name or found.url_name or "page", state]))

    def keeps_picture(self, name: str) -> Path:
        words = f"e2e-{self.office.language}-{self.office.size['width']}-{name}"
        return picture(self.page, re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-"))

    def leaves_a_picture(self) -> None:
        """When a test fails: what each person had before their eyes."""
        if not self.page.is_closed():
            self.keeps_picture(f"failed-{self.name}")


def status_word(status: str) -> str:
    with translation.override("en"):
        return str(OrderStatus(status).label)
