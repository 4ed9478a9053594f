"""The form of a quotation keeps what is typed, and shows the second of two writers what the first one saved."""

from typing import Any

import pytest
from django.test import Client

from accounts.choices import Role
from orders.models import Quotation, UnsavedEntry
from tests.factories import make_customer, make_user, person
from tests.orders.quotation_factories import fresh_quotation, make_quotation
from tests.orders.test_quotation_pages import form

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.7")]
TOKEN = "b" * 32


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def sales() -> Client:
    return client_of(person(Role.SALES))


def half(**over: Any) -> dict[str, Any]:
    return form(_once=TOKEN, **{"lines-0-quantity": "1x", **over})


# ---- kept while one types -------------------------------------------------------------------------------------------


def test_the_form_says_where_it_keeps_itself(sales):
    assert 'data-autosave="/orders/quotations/unsaved/"' in sales.get("/orders/quotations/new/").content.decode()


def test_half_a_quotation_is_kept_offered_and_goes_on_with_every_character(sales):
    assert sales.post("/orders/quotations/unsaved/", half(remarks="周五前")).json()["kept"]
    assert not Quotation.objects.exists()
    offer = sales.get("/orders/quotations/new/").content.decode()
    assert "A quotation begun and not saved" in offer and f"?continue={TOKEN}" in offer
    page = sales.get(f"/orders/quotations/new/?continue={TOKEN}").content.decode()
    assert 'value="1x"' in page and "周五前" in page and f'value="{TOKEN}"' in page


def test_it_is_not_offered_as_an_order(sales):
    sales.post("/orders/quotations/unsaved/", half())
    assert TOKEN not in sales.get("/orders/new/").content.decode()
    assert 'value="1x"' not in sales.get(f"/orders/new/?continue={TOKEN}").content.decode()


def test_once_saved_it_is_no_longer_offered_and_nothing_late_is_kept(sales):
    sales.post("/orders/quotations/unsaved/", half())
    assert sales.post("/orders/quotations/new/", form(_once=TOKEN, save="1")).status_code == 302
    assert sales.post("/orders/quotations/unsaved/", half()).status_code == 409
    assert not UnsavedEntry.objects.exists()


def test_text_on_a_draft_leaves_the_draft_alone_and_is_offered_there(sales):
    quotation = make_quotation(packaging="木箱")
    page = f"/orders/quotations/{quotation.pk}"
    sales.post(f"{page}/unsaved/", half(packaging="纸箱"))
    assert (fresh_quotation(quotation).packaging, fresh_quotation(quotation).edition) == ("木箱", 0)
    assert "You typed here until" in sales.get(f"{page}/edit/").content.decode()
    assert "纸箱" in sales.get(f"{page}/edit/?continue=quotation-{quotation.pk}").content.decode()
    assert sales.post(f"/orders/unsaved/quotation-{quotation.pk}/discard/")["Location"] == f"{page}/edit/"


@pytest.mark.req("R13.7")
def test_nobody_keeps_text_on_a_quotation_they_may_not_see():
    quotation = make_quotation()
    stranger = client_of(make_user(Role.SALES))
    assert stranger.post(f"/orders/quotations/{quotation.pk}/unsaved/", half()).status_code == 404
    assert not UnsavedEntry.objects.exists()


# ---- two writers ----------------------------------------------------------------------------------------------------


def form_of(quotation: Quotation, **over: Any) -> dict[str, Any]:
    """What a browser would post after opening the draft and changing only what is named."""
    page = client_of(person(Role.SALES)).get(f"/orders/quotations/{quotation.pk}/edit/")
    rows = [*page.context["lines"], *page.context["terms"]]
    shown = {field.html_name: field.value() for part in (page.context["form"], *rows) for field in part}
    counts = {
        f"{prefix}-{name}": page.context[prefix].management_form[name].value()
        for prefix in ("lines", "terms") for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }  # fmt: skip
    return {name: "" if value is None else value for name, value in {**shown, **counts, **over}.items()}


@pytest.fixture
def colleague() -> Any:
    return make_user(Role.SALES, display_name="王芳")


@pytest.fixture
def quotation(colleague: Any) -> Quotation:
    """Of the colleague's customer: two of them may write on it."""
    return make_quotation(customer=make_customer(owner=colleague), packaging="木箱")


def save(user: Any, quotation: Quotation, typed: dict[str, Any]) -> Any:
    return client_of(user).post(f"/orders/quotations/{quotation.pk}/edit/", typed)


def clash(quotation: Quotation, other: Any, theirs: dict[str, Any], yours: dict[str, Any]) -> tuple[Any, Any]:
    first, second = form_of(quotation, **theirs), form_of(quotation, **yours)
    assert save(other, quotation, first).status_code == 302
    return save(person(Role.SALES), quotation, second), second


@pytest.mark.req("R14.6")
def test_the_second_writer_reads_who_changed_what_beside_the_own_text(quotation, colleague):
    page, _typed = clash(quotation, colleague, {"packaging": "纸箱"}, {"packaging": "托盘", "remarks": "加急"})
    assert page.status_code == 409 and fresh_quotation(quotation).packaging == "纸箱"
    (found,) = page.context["conflict"]
    assert (found.name, found.theirs, found.yours, found.touched) == ("packaging", ("纸箱",), ("托盘",), True)
    text = page.content.decode()
    assert "王芳" in text and 'value="托盘"' in text and "加急" in text


@pytest.mark.req("R14.6")
def test_saving_again_applies_the_own_text_over_theirs_save_what_was_taken(quotation, colleague):
    theirs = {"packaging": "纸箱", "lead_time_days": "30", "lines-0-quantity": "12"}
    page, typed = clash(quotation, colleague, theirs, {"packaging": "托盘"})
    names = {found.name: found.touched for found in page.context["conflict"]}
    assert names == {"packaging": True, "lead_time_days": False, "order_lines": False}
    again = {**typed, "edition": page.context["form"]["edition"].value(), "take": ["lead_time_days", "order_lines"]}
    assert save(person(Role.SALES), quotation, again).status_code == 302
    saved = fresh_quotation(quotation)
    assert (saved.packaging, saved.lead_time_days, saved.lines.get().quantity) == ("托盘", 30, 12)
