"""Money counts for an order only when it is its customer's and in its currency (R5.1, R9.2)."""

from decimal import Decimal

import pytest

from accounts.choices import Role
from credit.models import CreditAccount
from credit.services import confirm_receipt, report_receipt
from customers.models import Customer
from orders.guards import refusals
from orders.guards.money import paid
from orders.models import Order
from orders.page import OrderFacts
from tests.factories import PREPAID, fresh, make_customer, make_order, person

pytestmark = pytest.mark.django_db


def receive(order: Order, customer: Customer, *, currency: str = "CNY") -> None:
    receipt = report_receipt(
        customer=customer, reference=str(order.number), amount=Decimal(50_000), currency=currency,
        by=person(Role.INSIDE_SALES),
    )  # fmt: skip
    confirm_receipt(receipt=receipt, by=person(Role.FINANCE))


@pytest.mark.req("R5.1")
@pytest.mark.parametrize(("own", "currency"), [(True, "JPY"), (False, "CNY")])
def test_money_in_another_currency_or_of_somebody_else_opens_no_gate(own, currency):
    order = make_order("in_production", terms=PREPAID)
    receive(order, order.buyer if own else make_customer(), currency=currency)
    order = fresh(order)
    assert paid(order) == OrderFacts(order, person(Role.FINANCE)).paid == 0
    assert "payment" in {reason.code for reason in refusals(order, "dispatch")}


@pytest.mark.req("R5.1")
def test_the_customers_own_money_opens_it():
    order = make_order("in_production", terms=PREPAID)
    receive(order, order.buyer)
    order = fresh(order)
    assert paid(order) == OrderFacts(order, person(Role.FINANCE)).paid == 50_000
    assert "payment" not in {reason.code for reason in refusals(order, "dispatch")}


@pytest.mark.req("R9.2")
@pytest.mark.parametrize(("own", "currency"), [(True, "JPY"), (False, "CNY")])
def test_it_lowers_nobodys_exposure_either(own, currency):
    order = make_order("approved")
    payer = order.buyer if own else make_customer()
    receive(order, payer, currency=currency)
    exposures = dict(CreditAccount.objects.values_list("customer_id", "exposure"))
    assert exposures[order.buyer.pk] == 50_000
    assert own or exposures[payer.pk] == 0
