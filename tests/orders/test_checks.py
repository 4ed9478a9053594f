"""What the system finds before people review: each check at its boundary, with its figures (R3.2, R9.2)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.choices import CheckCode, CheckOutcome
from orders.models import Order, ReviewCheck
from orders.specs import LineSpec
from tests.factories import make_customer, make_order, make_product, pass_preliminary

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.2")]


def checked(order: Order, code: str) -> ReviewCheck:
    pass_preliminary(order)
    return ReviewCheck.objects.get(round__order=order, code=code)


@pytest.mark.parametrize(("price", "outcome"), [("4000", "passed"), ("3999.99", "failed")])
def test_a_price_may_reach_the_floor_and_not_go_below(price, outcome):
    product = make_product(stock=100)
    check = checked(make_order(lines=[LineSpec(Decimal(1), Decimal(price), product=product)]), CheckCode.PRICE_FLOOR)
    assert check.outcome == outcome
    if outcome == "failed":
        assert product.code in check.asked and "3,999.99" in check.asked and "4,000" in check.allowed


def test_each_line_below_its_floor_is_named():
    low, fair = make_product(stock=9), make_product(stock=9)
    lines = [LineSpec(Decimal(1), Decimal(price), product=p) for p, price in ((low, 10), (fair, 5000), (low, 20))]
    check = checked(make_order(lines=lines), CheckCode.PRICE_FLOOR)
    assert check.asked.count(low.code) == 2 and fair.code not in check.asked


@pytest.mark.parametrize(
    ("stock", "days", "outcome"),
    [(10, 0, "passed"), (9, 7, "passed"), (9, 6, "failed"), (0, 14, "passed")],
)
def test_what_is_not_in_stock_takes_the_lead_time(stock, days, outcome):
    """Ten are ordered of a product of seven days."""
    wished = timezone.localdate() + timedelta(days=days)
    order = make_order(product=make_product(stock=stock), requested_date=wished)
    check = checked(order, CheckCode.LEAD_TIME)
    assert (check.outcome, check.asked) == (outcome, wished.isoformat())


def test_two_lines_of_one_product_share_its_stock():
    product = make_product(stock=10)
    lines = [LineSpec(Decimal(6), Decimal(5000), product=product)] * 2
    check = checked(make_order(lines=lines, requested_date=timezone.localdate()), CheckCode.LEAD_TIME)
    assert check.outcome == CheckOutcome.FAILED


def test_the_slowest_of_what_is_missing_counts():
    slow, quick = make_product(lead_time_days=30), make_product(lead_time_days=3)
    lines = [LineSpec(Decimal(1), Decimal(5000), product=p) for p in (slow, quick)]
    check = checked(make_order(lines=lines), CheckCode.LEAD_TIME)
    assert check.outcome == CheckOutcome.FAILED and check.source_values == {"days": 30}


@pytest.mark.req("R9.2")
@pytest.mark.parametrize(("limit", "outcome"), [(50_000, "passed"), (49_999, "failed")])
def test_what_is_sold_on_credit_may_reach_the_limit_and_not_go_above(limit, outcome):
    check = checked(make_order(customer=make_customer(limit=limit)), CheckCode.CREDIT_LIMIT)
    assert check.outcome == outcome and "50,000" in check.asked and f"{limit:,}" in check.allowed
