"""Pages ask the database the same number of questions however much there is."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from orders.specs import LineSpec
from tests.factories import make_order, make_product, make_user, pass_preliminary

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user(Role.ORDER_CENTER, Role.SALES_MANAGER))
    return client


def cost(client: Client, url: str) -> int:
    """What a process remembers is read once, and looked after every five seconds: the lesser of two counts."""
    client.get(url)
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    return min(counts)


@pytest.mark.parametrize(
    "url", ["/orders/", "/orders/reviews/?queue=order_center", "/", "/orders/?status=received&q=科技"]
)
def test_a_list_costs_the_same_with_one_order_and_with_ten(client, url):
    pass_preliminary(make_order())
    before = cost(client, url)
    for _ in range(9):
        pass_preliminary(make_order())
    assert cost(client, url) == before
    assert before <= 20


@pytest.mark.parametrize("page", ["", "review/", "approve/"])
def test_an_order_costs_the_same_with_one_line_and_with_forty(client, page):
    def order(lines: int) -> int:
        made = make_order(lines=[LineSpec(Decimal(1), Decimal(5000), product=make_product()) for _ in range(lines)])
        pass_preliminary(made)
        return made.pk

    few, many = order(1), order(40)
    before = cost(client, f"/orders/{few}/{page}")
    assert cost(client, f"/orders/{many}/{page}") == before
    assert before <= 50
