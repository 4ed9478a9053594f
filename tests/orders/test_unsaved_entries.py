"""What is typed is kept before anybody presses a button, and is there again later (R2.1)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts.choices import Role
from orders.models import Order, UnsavedEntry
from orders.services.unsaved import MOST_ENTRIES, forget_old_entries
from tests.factories import fresh, make_customer, make_draft, make_product, make_user, person
from tests.orders.test_entry_pages import typed

pytestmark = [pytest.mark.django_db, pytest.mark.req("R2.1")]
TOKEN = "a" * 32


@pytest.fixture
def sales() -> Client:
    client = Client()
    client.force_login(person(Role.SALES))
    return client


def half(**over: Any) -> dict[str, Any]:
    """A form in the middle of a word, which no order would take."""
    return typed(_once=TOKEN, customer_text="科技", **{"lines-0-quantity": "1x", "lines-0-description": "服务"}, **over)


def test_half_a_form_is_kept_and_makes_no_order(sales):
    answer = sales.post("/orders/unsaved/", half())
    assert answer.status_code == 200 and answer.json()["kept"]
    assert not Order.objects.exists()
    assert UnsavedEntry.objects.get().text["lines-0-quantity"] == ["1x"]


def test_it_is_offered_on_the_next_visit_and_goes_on_with_every_character(sales):
    sales.post("/orders/unsaved/", half(remarks="周五前"))
    offer = sales.get("/orders/new/").content.decode()
    assert "科技" in offer and f"?continue={TOKEN}" in offer
    page = sales.get(f"/orders/new/?continue={TOKEN}").content.decode()
    assert 'value="1x"' in page and "周五前" in page and f'value="{TOKEN}"' in page


def test_a_saved_form_is_no_longer_offered(sales):
    sales.post("/orders/unsaved/", half())
    product = make_product()
    whole = typed(_once=TOKEN, customer_text=make_customer().code, **{"lines-0-description": product.code})
    assert sales.post("/orders/new/", whole).status_code == 302
    assert not UnsavedEntry.objects.exists()


def test_what_arrives_after_the_save_is_not_kept(sales):
    sales.post("/orders/new/", typed(_once=TOKEN, customer_text=make_customer().code))
    late = sales.post("/orders/unsaved/", half())
    assert late.status_code == 409 and not UnsavedEntry.objects.exists()


def test_a_refused_form_stays_kept(sales):
    sales.post("/orders/unsaved/", half())
    assert sales.post("/orders/new/", half()).status_code == 422
    assert UnsavedEntry.objects.exists()


def test_text_on_an_order_leaves_the_order_alone_and_is_offered_there(sales):
    order = make_draft(packaging="木箱")
    sales.post(f"/orders/{order.pk}/unsaved/", half(packaging="纸箱"))
    assert (fresh(order).packaging, fresh(order).version) == ("木箱", order.version)
    assert "You typed here until" in sales.get(f"/orders/{order.pk}/edit/").content.decode()
    page = sales.get(f"/orders/{order.pk}/edit/?continue=order-{order.pk}").content.decode()
    assert "纸箱" in page and "You typed here until" not in page
    assert escape("1x") in page


def test_nobody_reads_or_discards_what_another_typed(sales):
    sales.post("/orders/unsaved/", half())
    stranger = Client()
    stranger.force_login(make_user(Role.SALES))
    assert "科技" not in stranger.get(f"/orders/new/?continue={TOKEN}").content.decode()
    assert stranger.post(f"/orders/unsaved/{TOKEN}/discard/").status_code == 404
    order = make_draft()
    assert stranger.post(f"/orders/{order.pk}/unsaved/", half()).status_code == 404
    assert UnsavedEntry.objects.count() == 1


def test_it_can_be_discarded(sales):
    sales.post("/orders/unsaved/", half())
    assert sales.post(f"/orders/unsaved/{TOKEN}/discard/")["Location"] == "/orders/new/"
    assert not UnsavedEntry.objects.exists()


def test_neither_number_nor_size_grows_without_end(sales):
    for i in range(MOST_ENTRIES + 2):
        sales.post("/orders/unsaved/", half() | {"_once": f"{i:032x}"})
    assert UnsavedEntry.objects.count() == MOST_ENTRIES
    assert sales.post("/orders/unsaved/", half(remarks="长" * 600_000)).status_code == 422
    assert sales.post("/orders/unsaved/", half() | {"_once": "../x"}).status_code == 400


def test_after_thirty_days_it_is_gone(sales):
    sales.post("/orders/unsaved/", half())
    assert forget_old_entries(now=timezone.now() + timedelta(days=29)) == 0
    assert forget_old_entries(now=timezone.now() + timedelta(days=31)) == 1
