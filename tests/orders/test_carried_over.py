"""A returned order that comes again: only steps whose facts changed are asked again."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from accounts.choices import Role
from orders import services
from orders.ladder import current_case
from orders.models import Order, ReviewOpinion
from orders.specs import spec_of
from tests.factories import DEPOSIT, fresh, give_opinions, make_customer, make_order, make_user, person
from tests.workflow.factories import only_rules
from workflow.choices import WorkKind
from workflow.services import add_approver, open_items

pytestmark = [pytest.mark.req("R3.5", "R3.3"), pytest.mark.django_db]

MANAGER, DIRECTOR, GM = Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER
LARGE = {"fact": "amount", "op": "gt", "value": "40000", "currency": "CNY"}
TERMS = {"fact": "special_terms", "op": "is", "value": True}


@pytest.fixture(autouse=True)
def ladder(db):
    """The manager always, the director by amount, the general manager for what the customer brings in a week."""
    week = {**LARGE, "fact": "customer_sum", "days": 7}
    only_rules(
        {"role": MANAGER},
        {"role": DIRECTOR, "position": 2, "conditions": [LARGE]},
        {"role": GM, "position": 3, "conditions": [week]},
    )


def approved_by(*roles: str, **over: Any) -> Order:
    order = make_order("reviewed", **over)
    for role in roles:
        services.decide_approval(order=order, approve=True, comment="同意", by=person(role))
    return fresh(order)


def come_again(order: Order, *, by: Any = None, sent_back: bool = True, **changes: Any) -> Order:
    seller = by or person(Role.SALES)
    if sent_back:
        services.return_to_sales(order=order, reason="x", by=person(Role.ORDER_CENTER))
    if changes:
        services.save_draft(spec=replace(spec_of(fresh(order)), **changes), order=fresh(order), by=seller)
    services.receive_order(order=fresh(order), by=seller)
    give_opinions(order)
    services.review_order(order=fresh(order), by=person(Role.ORDER_CENTER))
    return fresh(order)


def asked(order: Order) -> dict[str, str]:
    """Role: waiting, or carried over."""
    case = current_case(order)
    assert case
    return {step.role: "carried over" if step.carried_from_id else step.status for step in case.steps.all()}


def all_lines(order: Order, **changes: Any) -> tuple:
    return tuple(replace(line, **changes) for line in spec_of(order).lines)


def approved_but_blocked(**over: Any) -> Order:
    """Both have signed; a hold keeps it from being in force."""
    order = make_order("reviewed", **over)
    hold = services.hold_order(order=order, kind="other", reason="x", by=person(MANAGER))
    for role in (MANAGER, DIRECTOR):
        services.decide_approval(order=order, approve=True, comment="同意", by=person(role))
    services.release_order(order=order, hold=hold, note="x", by=person(MANAGER))
    return fresh(order)


def test_unchanged_it_asks_nobody_again():
    assert asked(come_again(approved_but_blocked())) == {MANAGER: "carried over", DIRECTOR: "carried over"}


def test_when_every_signature_holds_the_order_centre_puts_it_in_force():
    order = come_again(approved_but_blocked())
    case = current_case(order)
    assert case and case.status == "approved"
    [item] = open_items(order).filter(kind=WorkKind.APPROVAL)
    assert item.owner_role == Role.ORDER_CENTER
    services.approve_order(order=order, by=person(Role.ORDER_CENTER))
    assert fresh(order).status == "approved"


def test_a_carried_signature_keeps_who_and_when():
    order = approved_by(MANAGER)
    before = current_case(order).steps.get(role=MANAGER)
    step = current_case(come_again(order)).steps.get(role=MANAGER)
    assert (step.carried_from, step.decided_by, step.decided_at) == (before, before.decided_by, before.decided_at)


def test_another_address_asks_who_reads_the_whole_and_not_who_reads_the_amount():
    order = come_again(approved_but_blocked(), delivery_address="上海市")
    assert asked(order) == {MANAGER: "waiting", DIRECTOR: "carried over"}


@pytest.mark.parametrize("price", [4001, 4999, 5001])
def test_another_amount_asks_everybody_though_the_rules_hold_as_before(price):
    order = approved_but_blocked()
    order = come_again(order, lines=all_lines(order, unit_price=Decimal(price)))
    assert asked(order) == {MANAGER: "waiting", DIRECTOR: "waiting"}


def test_other_goods_of_the_same_amount_ask_everybody():
    order = approved_but_blocked()
    order = come_again(order, lines=all_lines(order, unit_price=Decimal(4000), quantity=Decimal("12.5")))
    assert set(asked(order).values()) == {"waiting"}


def test_special_terms_that_became_longer_are_another_question():
    from orders.choices import DueEvent
    from orders.specs import TermSpec

    only_rules({"role": MANAGER}, {"role": DIRECTOR, "position": 2, "conditions": [TERMS]})
    order = approved_but_blocked(terms=(TermSpec(DueEvent.AFTER_DELIVERY, Decimal(100), 15),))
    order = come_again(order, terms=(TermSpec(DueEvent.AFTER_DELIVERY, Decimal(100), 30),))
    assert asked(order)[DIRECTOR] == "waiting"


def test_terms_are_nothing_to_who_signed_for_the_amount():
    order = come_again(approved_but_blocked(), terms=DEPOSIT)
    assert asked(order) == {MANAGER: "waiting", DIRECTOR: "carried over"}


def test_what_was_refused_is_asked_again_and_what_was_approved_before_it_holds():
    order = approved_by(MANAGER)
    services.decide_approval(order=order, approve=False, comment="不行", by=person(DIRECTOR))
    assert asked(come_again(order, sent_back=False)) == {MANAGER: "carried over", DIRECTOR: "waiting"}


@pytest.mark.req("R13.7")
def test_a_new_author_asks_everybody_again():
    order = approved_but_blocked()
    writer = make_user(Role.SALES, Role.INSIDE_SALES)
    order = come_again(order, by=writer, delivery_address="上海市")
    assert set(asked(order).values()) == {"waiting"}


@pytest.mark.req("R14.3")
def test_what_came_in_meanwhile_brings_in_who_reads_the_sum():
    customer = make_customer()
    order = approved_but_blocked(customer=customer)
    small = make_order("reviewed", customer=customer, lines=[replace(spec_of(order).lines[0], quantity=Decimal(1))])
    assert current_case(small)
    assert asked(come_again(order))[GM] == "waiting"


def test_who_left_the_role_has_not_signed():
    order = approved_but_blocked()
    person(DIRECTOR).role_assignments.all().delete()
    make_user(DIRECTOR)
    assert asked(come_again(order)) == {MANAGER: "carried over", DIRECTOR: "waiting"}


def test_a_rule_that_reads_otherwise_now_asks_again():
    from workflow.models import ApprovalRule

    order = approved_but_blocked()
    ApprovalRule.objects.filter(role=DIRECTOR).update(conditions=[{**LARGE, "value": "45000"}])
    assert asked(come_again(order)) == {MANAGER: "carried over", DIRECTOR: "waiting"}


@pytest.mark.parametrize("word", ["remarks", "conditions", "answers"])
def test_other_opinions_ask_who_reads_the_whole(word):
    order = approved_but_blocked()
    services.return_to_sales(order=order, reason="x", by=person(Role.ORDER_CENTER))
    services.receive_order(order=fresh(order), by=person(Role.SALES))
    give_opinions(order)
    said = ReviewOpinion.objects.filter(round__order=order, department="engineering")
    said.update(**{word: [{"item": 1, "text": "图纸", "text_en": "", "result": "ok", "remark": ""}]
                   if word == "answers" else "改图"})  # fmt: skip
    services.review_order(order=fresh(order), by=person(Role.ORDER_CENTER))
    assert asked(order) == {MANAGER: "waiting", DIRECTOR: "carried over"}


def test_an_opinion_given_anew_asks_who_reads_the_whole():
    order = approved_but_blocked()
    services.return_to_sales(order=order, reason="x", by=person(Role.ORDER_CENTER))
    services.receive_order(order=fresh(order), by=person(Role.SALES))
    give_opinions(order)
    services.give_opinion(
        order=order, department="engineering", result="favorable", remarks="改图", by=person(Role.ENGINEERING)
    )
    services.review_order(order=fresh(order), by=person(Role.ORDER_CENTER))
    assert asked(order) == {MANAGER: "waiting", DIRECTOR: "carried over"}


def test_who_had_asked_a_colleague_is_asked_again():
    order = make_order("reviewed")
    case = current_case(order)
    assert case
    add_approver(case, person=person(Role.ENGINEERING), before=False, word="?", by=person(MANAGER))
    services.decide_approval(order=order, approve=True, by=person(MANAGER))
    assert asked(come_again(order))[MANAGER] == "waiting"


def test_signatures_are_carried_from_the_round_before_and_not_from_an_older_one():
    order = approved_but_blocked()
    order = come_again(order, delivery_address="上海市")
    order = come_again(order, delivery_address="北京市海淀区1号")  # as in the first round
    assert asked(order) == {MANAGER: "waiting", DIRECTOR: "carried over"}
