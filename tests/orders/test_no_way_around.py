"""No order is approved without every opinion, waiver and signature its rules ask for, by no sequence of acts (R3.5).

Hypothesis plays the company of tests/orders/company_game.py: services, pages, lists, the API with its key, files,
Django's administration and the timetable. With each guard off, a game that begins where it is asked finds the hole.
"""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase

from accounts.choices import Role
from orders.choices import Department
from tests.factories import make_product, make_user, person
from tests.game import Off, beginning, door, guard, play
from tests.orders.company_game import EVERYWHERE, FLOOR, LADDER, ROLES, STOCK, Company, Start

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.1", "R3.2", "R3.4", "R3.5", "R3.10", "R13.7")]
MANY_HATS = (Role.SALES, *Department.values, Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER)


@pytest.fixture
def company(db: Any) -> type[Company]:
    class Staffed(Company):
        people = {role: person(role) for role in ROLES}
        product = make_product(stock=STOCK, floor_price=Decimal(FLOOR))
        root = make_user(Role.ADMIN, is_staff=True, is_superuser=True)

    Staffed.people["second_seller"] = make_user(Role.SALES)
    Staffed.people["manager_and_director"] = make_user(Role.SALES_MANAGER, Role.SALES_DIRECTOR)
    Staffed.people[EVERYWHERE] = make_user(*dict.fromkeys(MANY_HATS))
    return Staffed


def test_no_sequence_of_acts_approves_an_order_past_its_rules(company):
    play(company)
    assert company.approved > 10, "too few games came to an approval"


# ---- the controls ---------------------------------------------------------------------------------------------------


# The second net under the guards that look for a special approval: using it up.
NET = (door("orders.services.reviews.use_waiver", None), door("orders.services.approval.use_waiver", None))
BARRED = door("workflow.services.waivers._barred", set())
CONTROLS: dict[str, tuple[tuple[Off, ...], Start]] = {
    "an opinion is missing": ((guard("review", "opinions_are_favorable"),), Start().without("finance")),
    "a check has failed": ((guard("review", "checks_passed_or_waived"), *NET), Start(price=3900).without("waivers")),
    "the proposal is open": (
        (guard("review", "proposal_is_decided"),), Start(price=90, quantity=1).without("proposal"),
    ),
    "the ladder is not signed": ((guard("approve", "ladder_is_decided"),), Start().without(*LADDER)),
    "the partner is silent": ((guard("approve", "partner_confirmed"),), Start(partner=True).without("partner")),
    "the limit was lowered after the review": (
        (guard("approve", "credit_suffices"), *NET), Start().without("waivers").with_instead("partner", "limit 0"),
    ),
    "a special approval is not used up": (NET, Start(price=3900)),
    "one waives for the own order": (
        (door("orders.services.approval.is_own", False), BARRED),
        Start(price=3900, seller=EVERYWHERE).with_instead("waivers", f"waivers by {EVERYWHERE}"),
    ),
    "one gives the opinion on the own order": (
        (door("orders.services.reviews.require_other_eyes", None),),
        Start(seller=EVERYWHERE).with_instead("finance", f"finance by {EVERYWHERE}"),
    ),
    "one signs the own order": (
        (door("workflow.services.approvals.why_not", None), door("workflow.services.approval_steps.why_not", None)),
        Start(seller=EVERYWHERE).with_instead(LADDER[0], f"sign {EVERYWHERE}"),
    ),
    "somebody signs who was not asked": (
        (door("workflow.services.approvals.why_not", None), door("workflow.services.approval_steps.why_not", None)),
        Start().with_instead(LADDER[0], "sign warehouse"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("hole", CONTROLS)
def test_with_a_guard_off_the_games_that_begin_there_find_the_hole(company, monkeypatch, hole):
    off, start = CONTROLS[hole]
    for switch in off:
        switch(monkeypatch)
    with pytest.raises(AssertionError):
        play(beginning(company, start), phases=[Phase.generate], max_examples=3, stateful_step_count=2)


@pytest.mark.parametrize("hole", CONTROLS)
def test_with_every_guard_on_a_game_that_begins_there_finds_nothing(company, hole):
    begun = beginning(company, CONTROLS[hole][1])
    play(begun, phases=[Phase.generate], max_examples=1, stateful_step_count=2)
