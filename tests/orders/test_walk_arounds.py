"""Ways round the rules that people would try, each of them shut."""

from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.choices import Role
from accounts.models import User
from core.errors import Conflict, DomainError, NotPermitted
from core.models import AuditEntry
from credit.models import CreditAccount
from orders import services
from orders.choices import CheckCode
from orders.guards import refusals
from orders.ladder import current_case
from orders.models import Order
from orders.specs import LineSpec, OrderSpec, spec_of
from tests.factories import (
    fresh,
    give_opinions,
    make_customer,
    make_order,
    make_partner,
    make_product,
    make_spec,
    make_user,
    pass_preliminary,
    person,
)  # fmt: skip
from workflow.models import ApprovalCase
from workflow.services import open_items, valid_waiver

pytestmark = pytest.mark.django_db


def codes(order: Order, act: str) -> set[str]:
    return {reason.code for reason in refusals(order, act)}


def at_price(price: int) -> OrderSpec:
    return make_spec(lines=[LineSpec(Decimal(10), Decimal(price), product=make_product(stock=100))])


def cheaper(order: Order, price: int) -> OrderSpec:
    spec = spec_of(order)
    return replace(spec, lines=tuple(replace(line, unit_price=Decimal(price)) for line in spec.lines))


@pytest.mark.req("R3.4")
def test_a_special_approval_does_not_cover_what_was_written_after_it():
    """Granted for 3,900 under a floor of 4,000; sent back; a tenth of it is another question."""
    order = services.place_order(spec=at_price(3900), by=person(Role.SALES))
    pass_preliminary(order)
    services.grant_order_waiver(
        order=order, gate=CheckCode.PRICE_FLOOR, reason="老客户", by=person(Role.SALES_DIRECTOR)
    )
    services.return_to_sales(order=order, reason="改交期", by=person(Role.ORDER_CENTER))
    services.save_draft(spec=cheaper(order, 1), order=fresh(order), by=person(Role.SALES))
    services.receive_order(order=order, by=person(Role.SALES))
    give_opinions(order)
    assert codes(fresh(order), "review") == {"check_failed", "proposal"}  # ten yuan are a small order as well


@pytest.mark.req("R3.4")
def test_a_special_approval_stands_while_the_content_does():
    order = services.place_order(spec=at_price(3900), by=person(Role.SALES))
    pass_preliminary(order)
    services.grant_order_waiver(
        order=order, gate=CheckCode.PRICE_FLOOR, reason="老客户", by=person(Role.SALES_DIRECTOR)
    )
    services.return_to_sales(order=order, reason="改备注", by=person(Role.ORDER_CENTER))
    spec = replace(spec_of(order), remarks="请打电话")
    services.save_draft(spec=spec, order=fresh(order), by=person(Role.SALES))
    services.receive_order(order=order, by=person(Role.SALES))
    give_opinions(order)
    assert codes(fresh(order), "review") == set()


@pytest.mark.req("R9.2")
def test_the_cap_of_a_credit_approval_is_held_against_the_part_on_credit_each_time():
    order = services.place_order(spec=make_spec(customer=make_customer(limit=0)), by=person(Role.SALES))
    order.terms.all().delete()
    order.terms.create(position=1, due_event="before_shipment", percent=60)
    order.terms.create(position=2, due_event="on_delivery", percent=40)
    pass_preliminary(order)
    give_opinions(order)
    services.grant_order_waiver(
        order=order, gate=CheckCode.CREDIT_LIMIT, reason="担保", cap=Decimal(20_000), by=person(Role.SALES_DIRECTOR)
    )
    assert codes(fresh(order), "review") == set()


@pytest.mark.req("R9.2")
def test_credit_is_given_in_the_customers_own_currency_only():
    """JPY 900,000 is no 900,000 of a limit in yuan: whoever may decides, and the account stays in one currency."""
    order = services.place_order(spec=make_spec(currency="USD"), by=person(Role.SALES))
    pass_preliminary(order)
    give_opinions(order)
    assert codes(fresh(order), "review") == {"check_failed"}
    services.grant_order_waiver(
        order=order, gate=CheckCode.CREDIT_LIMIT, reason="按美元", by=person(Role.SALES_DIRECTOR)
    )
    for role in (Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER):
        person(role)
    services.review_order(order=order, by=person(Role.ORDER_CENTER))
    for role in (Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER):
        if fresh(order).status == "reviewed":
            services.decide_approval(order=order, approve=True, by=person(role))
    assert fresh(order).status == "approved"
    assert CreditAccount.objects.get(customer=order.customer).exposure == 0


@pytest.mark.req("R9.2")
def test_a_special_approval_is_not_used_up_while_the_credit_suffices():
    order = make_order("reviewed")
    services.grant_order_waiver(order=order, gate=CheckCode.CREDIT_LIMIT, reason="备用", by=person(Role.SALES_DIRECTOR))
    for role in (Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER):
        if fresh(order).status == "reviewed":
            services.decide_approval(order=order, approve=True, by=person(role))
    assert fresh(order).status == "approved"
    assert valid_waiver(order, CheckCode.CREDIT_LIMIT) is not None


def is_not_approved_by(author: User, order: Order) -> None:
    pass_preliminary(order)
    give_opinions(order)
    person(Role.SALES_MANAGER)
    services.review_order(order=order, by=person(Role.ORDER_CENTER))
    with pytest.raises(NotPermitted):
        services.decide_approval(order=order, approve=True, by=author)


@pytest.mark.req("R13.7")
def test_who_wrote_the_order_does_not_approve_it_though_somebody_else_handed_it_in():
    author, seller = make_user(Role.SALES_MANAGER), person(Role.SALES)
    order = services.save_draft(spec=make_spec(salesperson=seller), by=author)
    services.receive_order(order=order, by=seller)
    is_not_approved_by(author, order)


@pytest.mark.req("R13.7")
def test_who_changed_a_returned_order_does_not_approve_it_either():
    author, seller = make_user(Role.SALES_MANAGER), person(Role.SALES)
    order = make_order()
    services.return_to_sales(order=order, reason="价格", by=person(Role.ORDER_CENTER))
    services.save_draft(spec=cheaper(order, 4500), order=fresh(order), by=author)
    services.receive_order(order=order, by=seller)
    is_not_approved_by(author, order)


@pytest.mark.req("R13.7")
def test_who_wrote_the_order_neither_reviews_it_nor_opens_a_gate_for_it():
    author = make_user(Role.INSIDE_SALES, Role.ORDER_CENTER, Role.SALES_MANAGER, Role.GENERAL_MANAGER)
    order = services.save_draft(spec=make_spec(), by=author)
    services.receive_order(order=order, by=person(Role.SALES))
    with pytest.raises(NotPermitted, match="four_eyes"):
        services.review_preliminarily(order=order, result="passed", by=author)
    pass_preliminary(order)
    with pytest.raises(NotPermitted, match="four_eyes"):
        services.give_opinion(order=order, department="order_center", result="favorable", by=author)
    give_opinions(order)
    with pytest.raises(NotPermitted, match="four_eyes"):
        services.review_order(order=order, by=author)
    with pytest.raises(NotPermitted, match="four_eyes"):
        services.grant_order_waiver(order=order, gate="payment", reason="x", by=author)


@pytest.mark.req("R2.4")
def test_a_question_opened_during_the_approval_holds_it_up():
    order = make_order("reviewed")
    services.open_clarification(order=order, question="哪个型号?", by=person(Role.ORDER_CENTER))
    assert "clarification" in codes(fresh(order), "approve")


@pytest.mark.parametrize("quantity", ["99999999999", "99999999999.999"])
def test_an_amount_too_large_for_the_books_is_said_in_words(quantity):
    line = LineSpec(Decimal(quantity), Decimal("9999999999.9999"), description="x")
    for door in (services.save_draft, services.place_order):
        with pytest.raises(DomainError) as refused:
            door(spec=make_spec(lines=[line]), by=person(Role.SALES))
        assert refused.value.status == 422
    assert not Order.objects.exists()


@pytest.mark.req("R3.3")
def test_an_order_taken_back_during_the_approval_can_be_approved_in_its_next_round():
    order = make_order("reviewed")
    first = current_case(order)
    services.return_to_sales(order=order, reason="改交期", by=person(Role.ORDER_CENTER))
    assert ApprovalCase.objects.get(pk=first.pk).status == "withdrawn"
    services.receive_order(order=order, by=person(Role.SALES))
    give_opinions(order)
    services.review_order(order=order, by=person(Role.ORDER_CENTER))
    assert current_case(fresh(order)).pk != first.pk


@pytest.mark.req("R3.10")
def test_a_partners_objection_takes_the_question_from_the_ladder():
    partner = make_partner()
    order = make_order("reviewed", customer=partner.customer, partner=partner, partner_reference="PO-1")
    services.object_by_partner(order=order, reason="数量不对", by=partner.user)
    assert current_case(fresh(order)).status == "withdrawn"
    assert not open_items(order).filter(kind="approval").exists()


@pytest.mark.req("R8.2")
def test_who_may_cancel_may_cancel_during_the_approval_too():
    partner = make_partner()
    order = make_order("reviewed", customer=partner.customer, partner=partner, partner_reference="PO-1")
    services.cancel_order(order=order, reason="项目取消", by=partner.user)
    other = make_order("reviewed")
    services.cancel_order(order=other, reason="客户取消", by=person(Role.INSIDE_SALES))
    for each in (order, other):
        assert fresh(each).status == "canceled" and current_case(each).status == "withdrawn"


@pytest.mark.req("R12.5")
def test_an_edit_leaves_goods_prices_and_terms_in_the_trail_and_no_telephone():
    order = make_order()
    services.return_to_sales(order=order, reason="价格", by=person(Role.ORDER_CENTER))
    spec = replace(cheaper(order, 4500), contact_phone="13911112222")
    services.save_draft(spec=spec, order=fresh(order), by=person(Role.SALES))
    changes = AuditEntry.objects.filter(action="order.edited").get().changes
    assert changes["amount"] == ["50000.00", "45000.00"]
    [gone], [came] = changes["order_lines"]
    assert gone.endswith("× 5,000") and came.endswith("× 4,500")
    assert changes["contact_phone"] == ["138****00", "139****22"]
    assert set(changes) == {"amount", "order_lines", "contact_phone"}


@pytest.mark.req("R2.3")
def test_a_preliminary_review_passed_twice_opens_no_second_round():
    order = make_order()
    pass_preliminary(order)
    with pytest.raises(Conflict) as refused:
        pass_preliminary(fresh(order))
    assert refused.value.code == "passed" and order.rounds.count() == 1
