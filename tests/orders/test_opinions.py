"""The detailed review: five departments in parallel, each its own word, in rounds that stay readable (R3.1, R3.3)."""

import pytest

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from orders import services
from orders.choices import DEPARTMENT_ROLE, Department, OpinionResult
from orders.guards import refusals
from orders.models import Order, ReviewOpinion
from tests.factories import fresh, give_opinions, make_order, make_user, pass_preliminary, person
from workflow.choices import WorkKind
from workflow.models import WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.1")]


@pytest.fixture
def order() -> Order:
    order = make_order()
    pass_preliminary(order)
    return fresh(order)


def word(order: Order, department: str, result: str = OpinionResult.FAVORABLE, **over) -> ReviewOpinion:
    by = over.pop("by", None) or person(DEPARTMENT_ROLE[Department(department)])
    return services.give_opinion(order=order, department=department, result=result, by=by, **over)


def queue(order: Order) -> set[str]:
    rows = WorkItem.objects.open().filter(kind=WorkKind.REVIEW, subject_id=order.pk)
    return set(rows.values_list("key", flat=True))


def test_every_department_is_asked_at_once_with_a_clock_of_its_own(order):
    assert queue(order) == set(Department.values)
    word(order, Department.PRODUCTION, lead_time_days=5)
    assert queue(order) == set(Department.values) - {Department.PRODUCTION}


def test_an_opinion_keeps_result_words_lead_time_person_and_time(order):
    row = word(order, Department.ENGINEERING, OpinionResult.CONDITIONAL, conditions="需改图", lead_time_days=9)
    row.refresh_from_db()
    assert (row.result, row.conditions, row.lead_time_days, row.by) == (
        OpinionResult.CONDITIONAL, "需改图", 9, person(Role.ENGINEERING),
    )  # fmt: skip
    assert row.at is not None


@pytest.mark.parametrize("department", Department.values)
def test_nobody_speaks_for_another_department(order, department):
    others = [role for key, role in DEPARTMENT_ROLE.items() if key != department]
    for role in {*others} - {DEPARTMENT_ROLE[Department(department)]}:
        with pytest.raises(NotPermitted):
            word(order, department, by=make_user(role))
    assert department in queue(order)


@pytest.mark.parametrize(
    ("result", "missing"), [(OpinionResult.UNFAVORABLE, "remarks"), (OpinionResult.CONDITIONAL, "conditions")]
)
def test_a_word_against_it_gives_its_reason(order, result, missing):
    with pytest.raises(DomainError, match=missing):
        word(order, Department.FINANCE, result, remarks="  ")
    assert Department.FINANCE in queue(order)


def test_one_missing_and_one_adverse_word_each_hold_up_the_review(order):
    departments = list(Department)
    for department in departments[1:]:
        word(order, department)
    assert [reason.code for reason in refusals(fresh(order), "review")] == ["opinion_pending"]
    word(order, departments[0], OpinionResult.UNFAVORABLE, remarks="不行")
    assert [reason.code for reason in refusals(fresh(order), "review")] == ["opinion_unfavorable"]
    word(order, departments[0])  # changed its mind while the round is open
    assert refusals(fresh(order), "review") == []


@pytest.mark.req("R3.3")
def test_a_new_round_asks_everybody_again_and_the_old_one_stays_as_it_was(order):
    word(order, Department.FINANCE, OpinionResult.UNFAVORABLE, remarks="超期欠款")
    services.return_to_sales(order=order, reason="先收款", by=person(Role.ORDER_CENTER))
    assert queue(order) == set()
    with pytest.raises(Conflict):
        word(order, Department.PRODUCTION)
    services.receive_order(order=fresh(order), by=person(Role.SALES))
    assert queue(order) == set(Department.values)
    first, second = fresh(order).rounds.order_by("number")
    assert (first.outcome, first.remarks) == ("returned", "先收款")
    assert first.opinions.get(department=Department.FINANCE).remarks == "超期欠款"
    assert set(second.opinions.values_list("result", flat=True)) == {OpinionResult.PENDING}
    give_opinions(fresh(order))
    assert first.opinions.filter(result=OpinionResult.PENDING).count() == len(Department) - 1
