"""A line without a typed price costs what this customer paid the last time, else the list price (R2.1)."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.choices import Role
from catalog.models import Product
from customers.models import Customer
from orders.models import Order
from orders.services import cancel_order
from orders.specs import LineSpec
from tests.factories import make_customer, make_draft, make_order, make_product, make_user, person
from tests.orders.test_entry_pages import typed

pytestmark = [pytest.mark.django_db, pytest.mark.req("R2.1")]


@pytest.fixture
def sales() -> Client:
    client = Client()
    client.force_login(person(Role.SALES))
    return client


def sold(product: Product, customer: Customer, price: int, **over: Any) -> Order:
    return make_order(customer=customer, lines=[LineSpec(Decimal(1), Decimal(price), product=product)], **over)


def looked_up(client: Client, product: Product, customer: Customer | None, **more: str) -> dict[str, Any]:
    asked = {"q": product.code, "customer": customer.pk if customer else "", "currency": "CNY", **more}
    (found,) = client.get("/orders/line-lookup/", asked).json()["results"]
    return dict(found)


def test_the_lookup_tells_what_this_customer_paid_the_last_time(sales):
    product, customer, other = make_product(), make_customer(), make_customer()
    sold(product, customer, 4900)
    last = sold(product, customer, 4700)
    sold(product, other, 4400)
    found = looked_up(sales, product, customer)
    assert (found["last_price"], found["last_order"], found["list_price"]) == ("4700", last.number, "5000")
    assert "last_price" not in looked_up(sales, product, None)


def test_a_draft_a_canceled_order_and_another_currency_tell_no_price(sales):
    product, customer = make_product(), make_customer()
    make_draft(customer=customer, product=product)
    cancel_order(order=sold(product, customer, 4100), reason="客户取消", by=person(Role.SALES))
    sold(product, customer, 700, currency="USD")
    assert "last_price" not in looked_up(sales, product, customer)
    assert looked_up(sales, product, customer, currency="USD")["last_price"] == "700"


@pytest.mark.req("R13.7")
def test_a_price_from_an_order_one_may_not_see_is_not_told():
    product, customer = make_product(), make_customer(owner=person(Role.SALES))
    sold(product, customer, 4700)
    stranger = Client()
    stranger.force_login(make_user(Role.SALES))
    assert "last_price" not in looked_up(stranger, product, customer)


def test_pasted_codes_are_answered_together(sales, django_assert_max_num_queries):
    customer = make_customer()
    products = [make_product() for _ in range(20)]
    for product in products[:3]:
        sold(product, customer, 4700)
    asked = {"code": [product.code for product in products], "customer": customer.pk, "currency": "CNY"}
    with django_assert_max_num_queries(8):
        found = sales.get("/orders/line-lookup/", asked).json()["results"]
    assert len(found) == 20 and sum("last_price" in each for each in found) == 3


@pytest.mark.parametrize("value", ["0x1", "9" * 30, "-1", "²"])
def test_junk_in_the_question_is_no_error(sales, value):
    make_product()
    assert sales.get("/orders/line-lookup/", {"q": "服务", "customer": value, "id": value}).status_code == 200


def test_an_empty_price_is_filled_as_the_last_time_and_else_by_the_list(sales):
    known, new, foreign, customer = make_product(), make_product(), make_product(currency="USD"), make_customer()
    sold(known, customer, 4700)
    lines = {f"lines-{i}-description": p.code for i, p in enumerate((known, new, foreign))}
    prices = {f"lines-{i}-unit_price": "" for i in range(3)} | {f"lines-{i}-quantity": "1" for i in range(3)}
    form = typed(customer_text=customer.code, **lines, **prices, **{"lines-TOTAL_FORMS": 3})
    sales.post("/orders/new/", form)
    draft = Order.objects.get(status="draft")
    assert [str(line.unit_price) for line in draft.lines.all()] == ["4700.0000", "5000.0000", "0.0000"]
