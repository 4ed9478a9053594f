"""Nothing leaves unpaid, uninspected or unchecked, by no sequence of acts; ledger, quantities and status agree.

Hypothesis plays the yard of tests/fulfillment/yard_game.py. With each guard off, a game that begins where it is asked
finds the hole.
"""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase

from orders.choices import DueEvent
from orders.specs import LineSpec, TermSpec
from tests.factories import ON_DELIVERY, make_customer, make_order, make_product, person
from tests.fulfillment.yard_game import ROLES, Start, Yard
from tests.game import Off, beginning, door, guard, play

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.9", "R5.1", "R5.5", "R5.9", "R6.1", "R6.3")]
BEFORE, DEPOSIT = DueEvent.BEFORE_SHIPMENT, DueEvent.BEFORE_PRODUCTION
TERMS = (
    (TermSpec(BEFORE, Decimal(100)),),
    (TermSpec(DEPOSIT, Decimal(30)), TermSpec(BEFORE, Decimal(70))),
    ON_DELIVERY,
)


@pytest.fixture
def yard(db: Any) -> type[Yard]:
    stocked, customer = make_product(stock=12), make_customer()
    lines = [LineSpec(Decimal(10), Decimal(5000), product=stocked)]

    class Staffed(Yard):
        people = {role: person(role) for role in ROLES}
        product = stocked
        orders = [make_order("approved", customer=customer, lines=lines, terms=terms) for terms in TERMS]

    return Staffed


def test_nothing_leaves_the_house_past_its_rules(yard):
    play(yard, max_examples=25, stateful_step_count=12)
    assert yard.left > 10 and yard.accepted, "too few games came to a dispatch"


# ---- the controls ---------------------------------------------------------------------------------------------------


def as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fulfillment.services.shipments.check_quantities", lambda _free, asked: dict(asked))


PAID = "orders.services.execution.use_waiver_for_payment"
CONTROLS: dict[str, tuple[tuple[Off, ...], Start]] = {
    "the money is missing": (
        (guard("dispatch", "paid_before_shipment"), door(PAID, None)),
        Start().without("pay", "deposit"),
    ),
    "a special approval lets everything through": (
        (door(PAID, None),), Start().without("pay", "deposit").with_instead("prepare", "waive 50000", "prepare 4"),
    ),
    "nobody inspected": ((guard("dispatch", "inspection_passed"),), Start().with_instead("inspect", "fail")),
    "it stands still": (
        (guard("dispatch", "no_hold"),), Start(2).with_instead("dispatch", "hold", "dispatch"),
    ),
    "nobody looked before it left": (
        (door("fulfillment.services.dispatch.unchecked", None),), Start(2).without("check"),
    ),
    "stock is not taken": ((door("fulfillment.services.dispatch.take_stock", []),), Start(2)),
    "more is prepared than ordered": (
        (as_asked,), Start(2).with_instead("prepare", "prepare 10", "prepare 4").without("check"),
    ),
    "the order is not told": ((door("orders.services.execution._ship", None),), Start(2)),
}  # fmt: skip


@pytest.mark.parametrize("hole", CONTROLS)
def test_with_a_guard_off_the_games_that_begin_there_find_the_hole(yard, monkeypatch, hole):
    off, start = CONTROLS[hole]
    for switch in off:
        switch(monkeypatch)
    with pytest.raises(AssertionError):
        play(beginning(yard, start), phases=[Phase.generate], max_examples=3, stateful_step_count=2)


@pytest.mark.parametrize("hole", CONTROLS)
def test_with_every_guard_on_a_game_that_begins_there_finds_nothing(yard, hole):
    play(beginning(yard, CONTROLS[hole][1]), phases=[Phase.generate], max_examples=1, stateful_step_count=2)
