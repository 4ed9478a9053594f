"""An order from receipt to production, each act by the person whose role it is."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.choices import Role
from core.errors import DomainError
from orders import services
from orders.choices import Department, OpinionResult, OrderStatus
from orders.ladder import current_case
from orders.models import StatusChange
from orders.specs import LineSpec
from tests.factories import (
    approve,
    fresh,
    give_opinions,
    make_draft,
    make_order,
    make_product,
    make_spec,
    make_user,
    pass_preliminary,
    person,
    promise,
    start,
)  # fmt: skip
from workflow.choices import WorkKind
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def kinds_open(order):
    return sorted(open_items(order).values_list("kind", flat=True))


@pytest.mark.req("R2.2")
def test_a_complete_draft_gets_its_number_on_receipt():
    order = make_draft()
    assert order.number is None
    order = services.receive_order(order=order, by=person(Role.SALES))
    assert order.status == OrderStatus.RECEIVED
    assert order.number.endswith("-001")
    assert kinds_open(order) == [WorkKind.PRELIMINARY_REVIEW]


@pytest.mark.req("R2.1")
def test_what_is_missing_is_listed_by_field():
    order = make_draft(contact_name="", delivery_address="", terms=())
    with pytest.raises(DomainError) as refused:
        services.receive_order(order=order, by=person(Role.SALES))
    assert set(refused.value.fields) == {"contact_name", "delivery_address", "terms"}
    assert fresh(order).status == OrderStatus.DRAFT and fresh(order).number is None


@pytest.mark.req("R13.1", "R3.1", "R3.5", "R4.2")
def test_the_order_walks_its_path_to_production():
    order = make_order()
    pass_preliminary(order)
    assert kinds_open(order) == [WorkKind.REVIEW] * len(Department)
    give_opinions(order)
    services.review_order(order=order, by=person(Role.ORDER_CENTER))
    assert fresh(order).status == OrderStatus.REVIEWED
    approve(order)
    assert fresh(order).status == OrderStatus.APPROVED
    assert kinds_open(order) == [WorkKind.PRODUCTION_REPLY]
    start(order)
    assert fresh(order).status == OrderStatus.IN_PRODUCTION
    assert StatusChange.objects.filter(order=order).count() == 4


@pytest.mark.req("R3.3")
def test_a_returned_order_comes_back_as_a_second_round():
    order = make_order()
    pass_preliminary(order)
    services.give_opinion(
        order=order,
        department=Department.FINANCE,
        result=OpinionResult.UNFAVORABLE,
        remarks="欠款",
        by=person("finance"),
    )
    services.return_to_sales(order=order, reason="先付清欠款", by=person(Role.ORDER_CENTER))
    assert kinds_open(order) == [WorkKind.RETURNED_ORDER]
    services.receive_order(order=fresh(order), by=person(Role.SALES))
    assert list(fresh(order).rounds.values_list("number", "outcome")) == [(1, "returned"), (2, "open")]
    assert kinds_open(order) == [WorkKind.REVIEW] * len(Department)


@pytest.mark.req("R3.2", "R3.4")
def test_a_price_below_the_floor_needs_a_special_approval():
    product = make_product(stock=100, floor_price=Decimal(5000), list_price=Decimal(6000))
    order = make_order(lines=[LineSpec(Decimal(1), Decimal(4000), product=product)])
    pass_preliminary(order)
    give_opinions(order)
    with pytest.raises(DomainError) as refused:
        services.review_order(order=order, by=person(Role.ORDER_CENTER))
    assert [reason.code for reason in refused.value.reasons] == ["check_failed"]
    services.grant_order_waiver(order=order, gate="price_floor", reason="样品", by=person(Role.SALES_DIRECTOR))
    services.review_order(order=order, by=person(Role.ORDER_CENTER))
    assert fresh(order).status == OrderStatus.REVIEWED


@pytest.mark.req("R4.2")
def test_a_later_date_must_be_settled_before_production():
    order = make_order("approved")
    assert order.requested_date
    promise(order, order.requested_date + timedelta(days=5))
    with pytest.raises(DomainError) as refused:
        services.start_production(order=order, by=person(Role.PRODUCTION))
    assert [reason.code for reason in refused.value.reasons] == ["promise"]
    services.record_promise_settlement(order=order, agreed=True, note="客户同意", by=person(Role.SALES))
    services.start_production(order=order, by=person(Role.PRODUCTION))
    assert fresh(order).status == OrderStatus.IN_PRODUCTION


@pytest.mark.req("R2.2")
def test_creating_an_order_of_five_lines_takes_at_most_fifteen_statements(django_assert_max_num_queries):
    spec = make_spec(lines=[LineSpec(Decimal(1), Decimal(5000), product=make_product()) for _ in range(5)])
    make_order()  # the first order of a month also makes its counter
    with django_assert_max_num_queries(15):
        services.place_order(spec=spec, by=person(Role.SALES))


@pytest.mark.req("R3.9")
def test_the_last_signature_puts_an_order_in_force_in_some_forty_statements(django_assert_max_num_queries):
    """Everything is read once, under the lock; five lines cost what one costs."""
    lines = [LineSpec(Decimal(1), Decimal(5000), product=make_product(stock=10)) for _ in range(5)]
    order = make_order("reviewed", lines=lines)
    case = current_case(order)
    assert case is not None and case.steps.count() == 1
    by = make_user(Role.SALES_MANAGER)
    with django_assert_max_num_queries(45):
        services.decide_approval(order=order, approve=True, by=by)
    assert fresh(order).status == "approved"
