"""Entering an order in the browser's form, without scripts: what is typed is never lost (R2.1)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from orders.models import Order
from orders.services import cancel_order
from orders.specs import LineSpec
from tests.factories import fresh, make_customer, make_draft, make_order, make_product, make_user, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales() -> Client:
    client = Client()
    client.force_login(person(Role.SALES))
    return client


def typed(**over: Any) -> dict[str, Any]:
    """A complete form, as a browser without scripts posts it."""
    today = timezone.localdate()
    return {
        "customer_text": "", "contact_name": "李明", "contact_phone": "13800138000", "source": "phone",
        "ordered_date": today.isoformat(), "requested_date": (today + timedelta(days=20)).isoformat(),
        "currency": "CNY", "delivery_address": "北京市海淀区1号", "salesperson": person(Role.SALES).pk, "version": 0,
        "lines-TOTAL_FORMS": 2, "lines-INITIAL_FORMS": 0, "lines-0-description": "", "lines-0-quantity": "10",
        "lines-0-unit_price": "5,000.00", "lines-1-description": "",
        "terms-TOTAL_FORMS": 2, "terms-INITIAL_FORMS": 0, "terms-0-percent": "30",
        "terms-0-due_event": "before_production", "terms-1-percent": "70", "terms-1-due_event": "on_delivery",
        **over,
    }  # fmt: skip


@pytest.mark.req("R2.1", "R2.2")
def test_a_complete_form_is_received_and_gets_its_number(sales):
    customer, product = make_customer(), make_product()
    form = typed(customer_text=customer.code, receive="1", **{"lines-0-description": f"{product.code} 服务器"})
    response = sales.post("/orders/new/", form)
    order = Order.objects.get()
    assert response.status_code == 302 and order.status == "received"
    assert (order.customer, str(order.amount)) == (customer, "50000.00")
    line = order.lines.get()
    assert (line.product, line.description, str(line.quantity)) == (product, "服务器", "10.000")


@pytest.mark.req("R2.1")
def test_an_incomplete_form_is_kept_as_a_draft_and_says_what_is_missing_at_its_field(sales):
    form = typed(customer_text=make_customer().code, delivery_address="", receive="1")
    page = sales.post("/orders/new/", form, follow=True)
    order = Order.objects.get()
    assert order.status == "draft" and order.contact_name == "李明"
    assert page.context["form"].errors["delivery_address"]
    assert "Enter the delivery address." in page.content.decode()


@pytest.mark.req("R2.1")
def test_a_typing_error_comes_back_at_its_cell_with_everything_typed(sales):
    form = typed(customer_text=make_customer().code, **{"lines-0-quantity": "ten", "lines-0-description": "机柜"})
    page = sales.post("/orders/new/", form)
    assert page.status_code == 422 and not Order.objects.exists()
    assert 'value="ten"' in page.content.decode() and 'value="机柜"' in page.content.decode()


def test_a_name_that_fits_several_customers_asks_which(sales):
    make_customer(name="东方电气一厂"), make_customer(name="东方电气二厂")
    page = sales.post("/orders/new/", typed(customer_text="东方电气"))
    assert page.status_code == 422
    assert "东方电气一厂" in page.content.decode() and "东方电气二厂" in page.content.decode()


@pytest.mark.req("R14.6")
def test_the_second_of_two_writers_is_told_and_keeps_the_own_text(sales):
    order = make_draft()
    first = typed(customer_text=order.customer.code, version=0, delivery_address="上海市")
    assert sales.post(f"/orders/{order.pk}/edit/", first).status_code == 302
    second = sales.post(f"/orders/{order.pk}/edit/", {**first, "delivery_address": "广州市"})
    assert second.status_code == 409
    assert fresh(order).delivery_address == "上海市" and "广州市" in second.content.decode()


@pytest.mark.req("R14.11")
def test_a_copy_is_a_draft_with_the_same_goods_and_no_dates(sales):
    order = make_order()
    sales.post(f"/orders/{order.pk}/copy/")
    copy = Order.objects.exclude(pk=order.pk).get()
    assert (copy.status, copy.requested_date, copy.amount) == ("draft", None, order.amount)
    assert copy.lines.count() == order.lines.count()


@pytest.mark.req("R14.11")
def test_the_last_order_of_a_customer_is_repeated_in_one_act(sales):
    customer = make_customer()
    make_order(customer=customer)
    last = make_order(customer=customer, lines=[LineSpec(Decimal(3), Decimal(4100), product=make_product())])
    given_up = make_order(customer=customer)
    cancel_order(order=given_up, reason="重复", by=person(Role.SALES))
    page = sales.get(f"/orders/repeat/{customer.pk}/").content.decode()
    assert last.number in page and "12,300" in page
    where = sales.post(f"/orders/repeat/{customer.pk}/")["Location"]
    draft = Order.objects.get(status="draft")
    assert where == f"/orders/{draft.pk}/edit/" and draft.amount == last.amount


@pytest.mark.req("R14.11")
def test_a_customer_without_orders_has_nothing_to_repeat(sales):
    url = f"/orders/repeat/{make_customer().pk}/"
    assert "has no order" in sales.get(url).content.decode()
    assert sales.post(url).status_code == 422 and not Order.objects.exists()


@pytest.mark.req("R13.7")
def test_another_salespersons_order_is_not_found(sales):
    order = make_order(salesperson=make_user(Role.SALES))
    Order.objects.filter(pk=order.pk).update(created_by=make_user(Role.SALES))
    for page in ("", "edit/", "cancel/", "payment/"):
        assert sales.get(f"/orders/{order.pk}/{page}").status_code == 404


@pytest.mark.req("R1.6")
def test_contact_details_are_masked_for_whoever_does_not_work_with_the_customer():
    order = make_order()
    client = Client()
    client.force_login(person(Role.ENGINEERING))
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "13800138000" not in page and "138****00" in page
    client.force_login(person(Role.INSIDE_SALES))
    assert "13800138000" in client.get(f"/orders/{order.pk}/").content.decode()


@pytest.mark.parametrize("address", ["orders:line-lookup", "orders:agreed-lines"])
def test_signs_no_database_takes_are_no_server_error_in_a_lookup(sales, address):
    customer, product = make_customer(), make_product()
    for junk in ({"currency": "\x00"}, {"code": "\x00"}, {"q": "\x00"}, {"currency": "x" * 500}):
        asked = {"customer": customer.pk, "code": product.code, **junk}
        assert sales.get(reverse(address), asked).status_code == 200


def test_a_currency_nobody_knows_is_no_server_error_in_the_form(sales):
    draft = make_draft()
    answer = sales.post(
        reverse("orders:order-edit", args=[draft.pk]), typed(customer=draft.customer_id, currency="\x00")
    )
    assert answer.status_code == 422
