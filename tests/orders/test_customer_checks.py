"""What the system finds about the customer and the prices, each at its boundary, with its figures (R3.2)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from accounts.choices import Role
from credit.models import CreditAccount
from customers.choices import PaperKind
from fulfillment.models import Shipment
from orders import services
from orders.arrears import overdue_receivables
from orders.choices import CheckCode, CheckOutcome, DueEvent, OrderStatus
from orders.models import Order, ReviewCheck
from orders.specs import LineSpec, TermSpec
from tests.factories import (
    DEPOSIT,
    PREPAID,
    fresh,
    make_customer,
    make_order,
    make_product,
    pass_preliminary,
    person,
    start,
)
from tests.fulfillment.factories import dispatch, inspect, make_shipment, prepare

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.2")]


def checked(order: Order, code: str) -> ReviewCheck:
    pass_preliminary(order)
    return ReviewCheck.objects.get(round__order=order, code=code)


def monthly(days: int) -> tuple[TermSpec, ...]:
    return (TermSpec(DueEvent.AFTER_DELIVERY, Decimal(100), days),)


def delivered(days_ago: int, **over) -> Order:
    """An order of 50,000 that was shipped so many days ago."""
    order = make_order(**over)
    at = timezone.now() - timedelta(days=days_ago)
    Order.objects.filter(pk=order.pk).update(status=OrderStatus.SHIPPED, shipped_at=at, received_at=at)
    return order


def test_every_check_is_written_with_severity_and_the_rule_it_ran_under():
    order = make_order()
    pass_preliminary(order)
    rows = ReviewCheck.objects.filter(round__order=order).select_related("policy")
    assert [row.code for row in rows] == CheckCode.values
    assert all(row.policy and row.policy.version == 1 and row.severity == row.policy.severity for row in rows)


def test_an_archive_without_a_tax_number_is_named_as_incomplete():
    check = checked(make_order(customer=make_customer(tax_number="")), CheckCode.IDENTITY)
    assert check.outcome == CheckOutcome.FAILED and not check.blocks
    with translation.override("en"):
        assert check.source_text == "Missing: tax number"
    with translation.override("zh-hans"):
        assert "税号" in check.source_text


def test_a_known_customer_with_a_contact_is_complete():
    check = checked(make_order(customer=make_customer(tax_number="91310000MA1K")), CheckCode.IDENTITY)
    assert check.outcome == CheckOutcome.PASSED


@pytest.mark.req("R1.7")
def test_a_known_customer_whose_licence_has_expired_is_told_to_the_reviewers():
    customer = make_customer()
    Order.objects.filter(pk=make_order(customer=customer).pk).update(approved_at=timezone.now())
    customer.papers.filter(kind=PaperKind.BUSINESS_LICENSE).update(
        expires_date=timezone.localdate() - timedelta(days=1)
    )
    check = checked(make_order(customer=customer), CheckCode.QUALIFICATION)
    assert check.outcome == CheckOutcome.FAILED and not check.blocks
    with translation.override("en"):
        assert check.source_text == "Not filed or no longer valid: Business licence"
    with translation.override("zh-hans"):
        assert "营业执照" in check.source_text and "信用" not in check.source_text


def test_a_customer_with_valid_papers_is_qualified():
    assert checked(make_order(), CheckCode.QUALIFICATION).outcome == CheckOutcome.PASSED


def test_prices_in_another_currency_are_not_compared_and_that_is_said():
    product = make_product(stock=100, currency="USD")
    order = make_order(lines=[LineSpec(Decimal(1), Decimal(1), product=product)])
    check = checked(order, CheckCode.PRICE_FLOOR)
    assert check.outcome == CheckOutcome.UNJUDGED and product.code in check.source_text and "CNY" in check.source_text
    assert order.rounds.get().checks.get(code=CheckCode.PRICE_LIST).outcome == CheckOutcome.UNJUDGED


def test_a_line_below_its_floor_fails_beside_one_that_cannot_be_compared():
    lines = [
        LineSpec(Decimal(1), Decimal(1), product=make_product(stock=9, currency="USD")),
        LineSpec(Decimal(1), Decimal(1), product=make_product(stock=9)),
    ]
    assert checked(make_order(lines=lines), CheckCode.PRICE_FLOOR).outcome == CheckOutcome.FAILED


@pytest.mark.parametrize(("price", "outcome"), [("5000", "passed"), ("5000.01", "failed")])
def test_a_price_may_reach_the_list_and_not_go_above(price, outcome):
    line = LineSpec(Decimal(1), Decimal(price), product=make_product(stock=100))
    assert checked(make_order(lines=[line]), CheckCode.PRICE_LIST).outcome == outcome


def test_goods_outside_the_price_list_are_named():
    line = LineSpec(Decimal(1), Decimal(10), description="安装调试", unit="次")
    check = checked(make_order(lines=[line]), CheckCode.PRICE_LIST)
    assert check.outcome == CheckOutcome.FAILED and "安装调试" in check.source_text


@pytest.mark.parametrize(("cost", "outcome", "asked"), [(4750, "passed", "5 %"), (4751, "failed", "4.98 %")])
def test_the_margin_may_reach_the_lowest_and_not_go_below(cost, outcome, asked):
    check = checked(make_order(product=make_product(stock=100, cost_price=cost)), CheckCode.MARGIN)
    assert (check.outcome, check.asked, check.allowed) == (outcome, asked, "≥ 5 %")


def test_a_margin_of_unknown_cost_is_not_judged_and_names_the_goods():
    product = make_product(stock=100)
    check = checked(make_order(product=product), CheckCode.MARGIN)
    assert check.outcome == CheckOutcome.UNJUDGED and product.code in check.source_text


@pytest.mark.parametrize(
    ("grade", "terms", "outcome"),
    [("A", monthly(60), "passed"), ("A", monthly(61), "failed"), ("B", monthly(30), "passed"),
     ("B", monthly(31), "failed"), ("C", DEPOSIT, "passed"), ("C", monthly(1), "failed"),
     ("D", PREPAID, "passed"), ("D", DEPOSIT, "failed")],
)  # fmt: skip
def test_the_grade_says_how_long_and_how_much_may_be_on_credit(grade, terms, outcome):
    customer = make_customer()
    CreditAccount.objects.filter(customer=customer).update(grade=grade)
    check = checked(make_order(customer=customer, terms=terms), CheckCode.PAYMENT_TERMS)
    assert check.outcome == outcome and check.source_values == {"grade": grade}


@pytest.mark.req("R9.2")
@pytest.mark.parametrize(("days", "outcome"), [(3, "passed"), (4, "failed")])
def test_money_for_delivered_goods_is_in_arrears_after_the_days_of_grace(days, outcome):
    customer = make_customer()
    late = delivered(days, customer=customer)
    check = checked(make_order(customer=customer), CheckCode.ARREARS)
    assert check.outcome == outcome
    if outcome == "failed":
        assert "50,000" in check.asked and late.number and late.number in check.source_text


def test_what_is_due_later_and_what_others_owe_is_no_arrear():
    customer = make_customer()
    delivered(20, customer=customer, terms=monthly(30))
    delivered(90)
    assert checked(make_order(customer=customer), CheckCode.ARREARS).outcome == CheckOutcome.PASSED


def shipped_in_part(days_ago: int, **over) -> Order:
    """Four of ten servers for 50,000 left so many days ago."""
    shipment = make_shipment(4, **over)
    Shipment.objects.update(shipped_at=timezone.now() - timedelta(days=days_ago))
    return shipment.order


@pytest.mark.req("R9.2")
@pytest.mark.parametrize(("days", "owed"), [(3, ""), (4, "20,000")])
def test_of_an_order_shipped_in_part_what_has_left_is_owed(days, owed):
    customer = make_customer()
    order = shipped_in_part(days, customer=customer)
    check = checked(make_order(customer=customer), CheckCode.ARREARS)
    assert order.status == OrderStatus.IN_PRODUCTION and (check.outcome == CheckOutcome.FAILED) == bool(owed)
    assert owed in check.asked


@pytest.mark.req("R9.2")
def test_goods_still_to_be_shipped_and_days_on_credit_are_not_owed_yet():
    customer = make_customer()
    shipped_in_part(20, customer=customer, terms=monthly(30))
    assert checked(make_order(customer=customer), CheckCode.ARREARS).outcome == CheckOutcome.PASSED


@pytest.mark.req("R9.2")
def test_a_deposit_that_is_missing_is_owed_whole_once_anything_has_left():
    """Let through without the 30 %: those of the whole, and the rest of what left, are wanting."""
    customer = make_customer()
    order = make_order("approved", customer=customer, terms=DEPOSIT)
    services.grant_order_waiver(order=order, gate="payment", reason="x", by=person(Role.GENERAL_MANAGER))
    start(order)
    inspect(order)
    services.grant_order_waiver(order=order, gate="payment", reason="x", by=person(Role.GENERAL_MANAGER))
    dispatch(prepare(fresh(order), 4))
    Shipment.objects.update(shipped_at=timezone.now() - timedelta(days=9))
    assert overdue_receivables(customer, today=timezone.localdate()) == [(order, Decimal(15000) + Decimal(14000))]


@pytest.mark.req("R9.2")
def test_looking_for_arrears_costs_the_same_with_many_shipments(django_assert_max_num_queries):
    customer, product = make_customer(), make_product(stock=100)
    for _ in range(3):
        make_shipment(4, customer=customer, product=product)
    Shipment.objects.update(shipped_at=timezone.now() - timedelta(days=9))
    with django_assert_max_num_queries(6):
        assert len(overdue_receivables(customer, today=timezone.localdate())) == 3


@pytest.mark.parametrize(("days", "outcome"), [(6, "failed"), (8, "passed")])
def test_the_same_goods_again_within_a_week_are_pointed_out(days, outcome):
    customer, product = make_customer(), make_product(stock=100)
    first = make_order(customer=customer, product=product)
    Order.objects.filter(pk=first.pk).update(received_at=timezone.now() - timedelta(days=days))
    check = checked(make_order(customer=customer, product=product), CheckCode.DUPLICATE)
    assert check.outcome == outcome and not check.blocks
    if outcome == "failed":
        assert check.asked == first.number


def test_the_same_goods_are_found_behind_twenty_newer_orders():
    customer, product = make_customer(), make_product(stock=100)
    first = make_order(customer=customer, product=product)
    for _ in range(20):
        make_order(customer=customer)
    assert checked(make_order(customer=customer, product=product), CheckCode.DUPLICATE).asked == first.number


def test_other_goods_another_customer_and_a_canceled_order_are_no_duplicates():
    customer, product = make_customer(), make_product(stock=100)
    make_order(customer=customer)
    make_order(product=product)
    gone = make_order(customer=customer, product=product)
    Order.objects.filter(pk=gone.pk).update(status=OrderStatus.CANCELED)
    assert checked(make_order(customer=customer, product=product), CheckCode.DUPLICATE).outcome == "passed"
