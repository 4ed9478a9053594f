"""What is due before start and before dispatch, seen by everybody concerned (R5.1)."""

from decimal import Decimal

import pytest

from accounts.choices import Role
from credit.services import confirm_receipt, report_receipt
from orders.choices import DueEvent
from orders.guards.money import lacking
from orders.models import Order
from orders.page import OrderFacts
from orders.specs import TermSpec
from tests.factories import fresh, make_customer, make_order, person
from workflow.choices import Gate
from workflow.services import grant_waiver

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.1")]
TERMS = (TermSpec(DueEvent.BEFORE_PRODUCTION, Decimal(30)), TermSpec(DueEvent.BEFORE_SHIPMENT, Decimal(70)))


def pay(order, amount, *, confirmed=True, customer=None):
    receipt = report_receipt(
        customer=customer or order.buyer, reference=str(order.number), amount=Decimal(amount), currency="CNY",
        by=person(Role.INSIDE_SALES),
    )  # fmt: skip
    if confirmed:
        confirm_receipt(receipt=receipt, by=person(Role.FINANCE))


def shown(order, role=Role.WAREHOUSE):
    facts = OrderFacts(fresh(order), person(role))
    return [(part.event, part.due, part.confirmed, part.missing, part.reported) for part in facts.money_due]


def test_both_gates_say_what_is_due_what_arrived_and_what_finance_has_still_to_confirm():
    order = make_order("received", terms=TERMS)
    assert order.amount == 50_000
    pay(order, 15_000)
    pay(order, 20_000, confirmed=False)
    pay(order, 30_000, customer=make_customer())  # names the order by mistake
    assert shown(order) == [
        (DueEvent.BEFORE_PRODUCTION, 15_000, 15_000, 0, 0),
        (DueEvent.BEFORE_SHIPMENT, 50_000, 15_000, 35_000, 20_000),
    ]


def test_the_page_counts_as_the_gate_does():
    order = make_order("received", terms=TERMS)
    pay(order, 4_000)
    for part in OrderFacts(fresh(order), person(Role.SALES)).money_due:
        assert part.missing == lacking(fresh(order), part.event) > 0


@pytest.mark.parametrize(
    ("status", "events"),
    [("approved", ["before_production", "before_shipment"]), ("in_production", ["before_shipment"]), ("shipped", [])],
)
def test_a_gate_behind_the_order_is_not_shown_again(status, events):
    order = make_order("approved", terms=TERMS)
    Order.objects.filter(pk=order.pk).update(status=status)
    facts = OrderFacts(fresh(order), person(Role.SALES))
    assert [part.event for part in facts.money_due] == events


def test_the_special_approval_stands_beside_what_is_missing():
    order = make_order("in_production", terms=(TermSpec(DueEvent.BEFORE_SHIPMENT, Decimal(100)),))
    facts = OrderFacts(fresh(order), person(Role.WAREHOUSE))
    assert [part.waiver for part in facts.money_due] == [None]
    waiver = grant_waiver(
        order, gate=Gate.PAYMENT, reason="Pays on Friday", cap=Decimal(50_000), by=person(Role.GENERAL_MANAGER)
    )
    facts = OrderFacts(fresh(order), person(Role.WAREHOUSE))
    assert [part.waiver for part in facts.money_due] == [waiver]


@pytest.mark.parametrize(("language", "word"), [("en", "Due before goods leave"), ("zh-hans", "发货前应收")])
def test_the_warehouse_reads_it_on_the_order(client, language, word):
    order = make_order("in_production", terms=(TermSpec(DueEvent.BEFORE_SHIPMENT, Decimal(100)),))
    user = person(Role.WAREHOUSE)
    user.language = language
    user.save()
    client.force_login(user)
    assert word in client.get(f"/orders/{order.pk}/").content.decode()
