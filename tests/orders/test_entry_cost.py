"""The entry form costs the same statements whatever the number of lines (R2.1)."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from orders.models import Order
from orders.specs import LineSpec
from tests.factories import make_customer, make_draft, make_product, person
from tests.orders.test_entry_pages import typed

pytestmark = [pytest.mark.django_db, pytest.mark.req("R2.1")]


@pytest.fixture
def sales() -> Client:
    client = Client()
    client.force_login(person(Role.SALES))
    client.get("/orders/new/")  # what a process reads once
    return client


def statements(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert act().status_code in (200, 302)
    return len(caught)


def form_of(lines: int, customer, products) -> dict[str, object]:
    rows = {f"lines-{i}-description": products[i].code for i in range(lines)}
    quantities = {f"lines-{i}-quantity": "1" for i in range(lines)}
    prices = {"lines-0-unit_price": ""}
    return typed(customer_text=customer.code, **rows, **quantities, **prices, **{"lines-TOTAL_FORMS": lines})


def test_a_new_order_of_sixty_lines_costs_what_one_of_two_does(sales):
    customer, products = make_customer(), [make_product() for _ in range(60)]
    few, many = (statements(lambda n=n: sales.post("/orders/new/", form_of(n, customer, products))) for n in (2, 60))
    assert many == few <= 30
    assert Order.objects.latest("pk").lines.count() == 60


def test_the_form_of_an_order_of_sixty_lines_reads_no_more_than_that_of_two(sales):
    def draft(lines: int) -> Order:
        return make_draft(lines=[LineSpec(Decimal(1), Decimal(5000), product=make_product()) for _ in range(lines)])

    pages = [f"/orders/{draft(lines).pk}/edit/" for lines in (2, 60)]
    few, many = (statements(lambda page=page: sales.get(page)) for page in pages)
    assert many == few <= 20
