"""Menu, language, profile, refused pages, formats."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from accounts.choices import STAFF_ROLES
from accounts.models import User
from accounts.navigation import MENU, items_for
from core import formats
from core.badges import LOOKS
from core.templatetags.ui import initials, role_names
from tests.factories import make_user
from tools.icon_sprite import names as icon_names

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.mark.req("R13.7")
def test_the_menu_shows_only_what_the_roles_may_open() -> None:
    request = RequestFactory().get("/")
    request.user = make_user("warehouse")
    client = signed_in(request.user)
    for item in items_for(request):
        assert client.get(item.url, follow=True).status_code == 200, item.url


def test_one_entry_of_the_menu_is_current() -> None:
    request = RequestFactory().get("/")
    request.user = make_user("admin")
    assert [item.current for item in items_for(request)].count(True) == 1


def test_every_entry_of_the_menu_leads_somewhere() -> None:
    request = RequestFactory().get("/")
    request.user = make_user(*STAFF_ROLES)
    assert len(list(items_for(request))) == len(MENU)


def test_every_icon_is_on_the_sprite() -> None:
    drawn = re.compile(r"""(?:icon_name=|icon=|\{% icon )"([a-z0-9-]+)\"""")
    root = Path(__file__).resolve().parents[2]
    pages = [path.read_text() for path in (root / "templates").rglob("*.html")]
    used = {name for text in pages for name in drawn.findall(text)} | {entry.icon for entry in MENU}
    used |= {icon for _tone, icon in LOOKS.values()}
    assert used - set(icon_names()) == set()


@pytest.mark.req("R13.5")
def test_the_language_button_is_kept_with_the_person() -> None:
    user = make_user("sales")
    client = signed_in(user)
    answer = client.post("/accounts/language/", {"language": "zh-hans", "next": "/accounts/profile/?x=1"})
    assert answer.headers["Location"] == "/accounts/profile/?x=1"
    user.refresh_from_db()
    assert user.language == "zh-hans"
    assert 'lang="zh-Hans"' in client.get("/accounts/profile/").content.decode()


def test_a_stranger_chooses_the_language_of_the_sign_in_page() -> None:
    client = Client()
    client.post("/accounts/language/", {"language": "zh-hans", "next": "/accounts/login/"})
    assert 'lang="zh-Hans"' in client.get("/accounts/login/").content.decode()


def test_an_unknown_language_changes_nothing() -> None:
    user = make_user("sales")
    signed_in(user).post("/accounts/language/", {"language": "xx", "next": "https://evil.example/"})
    user.refresh_from_db()
    assert user.language == "en"


def test_a_changed_profile_is_saved_and_traced() -> None:
    user = make_user("sales")
    client = signed_in(user)
    client.post("/accounts/profile/", {"display_name": "王小明", "phone": "13800138000", "language": "en"})
    user.refresh_from_db()
    assert (user.display_name, user.phone) == ("王小明", "13800138000")


def test_nobody_signs_up() -> None:
    assert "Accounts are given" in Client().get("/accounts/signup/").content.decode()


def test_the_sign_in_page_names_nobody_outside_the_try_out(settings) -> None:  # type: ignore[no-untyped-def]
    make_user("sales", username="zhang")
    assert "zhang" not in Client().get("/accounts/login/").content.decode()
    settings.DEMO = True
    assert "zhang" in Client().get("/accounts/login/").content.decode()


def test_the_gallery_is_not_in_production(settings) -> None:  # type: ignore[no-untyped-def]
    settings.UI_GALLERY = False
    assert signed_in(make_user("admin")).get("/ui/").status_code == 404


def test_a_missing_page_says_so_in_the_frame() -> None:
    page = signed_in(make_user("sales")).get("/no-such-page/")
    assert page.status_code == 404
    assert "This page is not here" in page.content.decode()


def test_an_error_page_needs_no_context() -> None:
    for name in ("500.html", "400.html", "403_csrf.html"):
        assert "<h1>" in render_to_string(name)


@pytest.mark.req("R13.5")
@pytest.mark.parametrize(
    ("language", "day", "far"),
    [("en", "21 Nov 2026", "9 Jan 2031 08:05"), ("zh-hans", "2026-11-21", "2031-01-09 08:05")],
)
def test_dates_follow_the_language(language: str, day: str, far: str) -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    with translation.override(language):
        assert formats.day(datetime(2026, 11, 21, 10, tzinfo=shanghai)) == day
        assert formats.moment(datetime(2031, 1, 9, 8, 5, tzinfo=shanghai)) == far


def test_near_times_are_said_in_words() -> None:
    noon = timezone.localtime().replace(hour=12, minute=0)
    with translation.override("en"):
        assert formats.moment(noon) == "today 12:00"
        assert formats.moment(noon + timedelta(days=1)) == "tomorrow 12:00"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_amounts_line_up_in_both_languages(language: str) -> None:
    with translation.override(language):
        assert formats.amount(Decimal("1234567.5"), "CNY") == "¥1,234,567.50"
        assert formats.amount(Decimal("-3"), "USD") == "-US$3.00"
        assert formats.quantity(Decimal("1200.5000"), "kg") == "1,200.5 kg"
        assert formats.quantity(Decimal("100"), "台") == "100 台"


@pytest.mark.parametrize(("name", "mark"), [("王小明", "小明"), ("Ada Lovelace", "AL"), ("admin", "AD"), ("", "?")])
def test_people_are_marked_by_their_initials(name: str, mark: str) -> None:
    assert initials(name) == mark


def test_roles_are_named_in_words() -> None:
    assert role_names(["finance", "unheard_of"]) == "Finance, unheard_of"
