"""The parts of a payment schedule add up to the amount, whatever the percentages (R2.1, R9.4)."""

from decimal import Decimal

import pytest

from accounts.choices import Role
from orders.choices import DueEvent
from orders.guards.money import due_by
from orders.page import OrderFacts
from orders.specs import LineSpec, TermSpec
from tests.factories import make_draft, person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R2.1")]
EVENTS = (DueEvent.BEFORE_PRODUCTION, DueEvent.BEFORE_SHIPMENT, DueEvent.ON_DELIVERY)


@pytest.mark.parametrize("amount", ["100.01", "0.01", "0.02", "99999.99"])
@pytest.mark.parametrize("percents", [("33.33", "33.33", "33.34"), ("30.50", "30.25", "39.25"), ("50", "25", "25")])
def test_parts_are_whole_cents_and_add_up(amount, percents):
    terms = tuple(TermSpec(event, Decimal(percent)) for event, percent in zip(EVENTS, percents, strict=True))
    order = make_draft(lines=[LineSpec(Decimal(1), Decimal(amount), description="x")], terms=terms)
    parts = [part["amount"] for part in OrderFacts(order, person(Role.SALES)).terms]
    assert sum(parts) == Decimal(amount)
    assert all(part == part.quantize(Decimal("0.01")) and part >= 0 for part in parts)
    assert [due_by(order, event) for event in EVENTS] == [sum(parts[: n + 1]) for n in range(len(parts))]
