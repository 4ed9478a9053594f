"""Who is asked: stages at once and in order, persons and superiors, and the general manager for whoever is missing."""

import threading

import pytest

from core.errors import Conflict, NotPermitted
from tests.workflow.factories import at_once, make_case, make_person, make_subject, only_rules
from workflow.models import ApprovalCase, ApprovalStep, WorkItem
from workflow.services import approvals, current_steps, decide, preview_steps

pytestmark = [pytest.mark.req("R3.5"), pytest.mark.django_db]

FACTS = {"amount": 1000, "currency": "CNY"}


@pytest.fixture
def manager(db):
    return make_person("sales_manager", display_name="李经理")


@pytest.fixture
def director(db):
    return make_person("sales_director", display_name="张总监")


@pytest.fixture
def gm(db):
    return make_person("general_manager", display_name="赵总")


def asked(steps) -> list[tuple[int, str, list[str]]]:
    return [(step.stage, step.mode, step.approvers) for step in steps]


def statuses() -> list[str]:
    return list(ApprovalStep.objects.order_by("position").values_list("status", flat=True))


def two_at_once(mode: str) -> None:
    only_rules({"mode": mode}, {"role": "sales_director", "mode": mode}, {"role": "finance", "position": 2})
    make_person("finance")


def test_a_stage_of_all_asks_both_at_once_and_waits_for_both(manager, director):
    two_at_once("all")
    case = make_case()
    assert [step.role for step in current_steps(case)] == ["sales_manager", "sales_director"]
    assert set(WorkItem.objects.open().values_list("owner_role", flat=True)) == {"sales_manager", "sales_director"}
    decide(case, approve=True, by=director)
    assert statuses() == ["waiting", "approved", "waiting"]
    decide(case, approve=True, by=manager)
    assert WorkItem.objects.open().get().owner_role == "finance"


def test_of_a_stage_of_any_one_signature_suffices(manager, director):
    two_at_once("any")
    case = make_case()
    decide(case, approve=True, by=director)
    assert statuses() == ["dropped", "approved", "waiting"]
    assert WorkItem.objects.open().get().owner_role == "finance"
    with pytest.raises(Conflict):
        decide(case, approve=True, step=1, by=manager)


def test_a_refusal_of_one_of_several_ends_it_for_all(manager, director):
    two_at_once("any")
    case = decide(make_case(), approve=False, comment="no", by=manager)
    assert (case.status, statuses()) == ("refused", ["refused", "dropped", "dropped"])
    assert not WorkItem.objects.open().exists()


def test_of_rules_that_differ_the_stricter_counts(manager, director):
    only_rules({"mode": "any"}, {"role": "sales_director", "mode": "all"})
    assert [mode for _stage, mode, _names in asked(preview_steps("order", FACTS))] == ["all", "all"]


def test_where_one_suffices_whoever_is_missing_is_not_replaced(director, gm):
    only_rules({"mode": "any"}, {"role": "sales_director", "mode": "any"})
    assert asked(preview_steps("order", FACTS)) == [(1, "all", ["张总监"])]


def test_where_all_of_them_are_missing_the_general_manager_signs_once(gm):
    only_rules({"mode": "any"}, {"role": "sales_director", "mode": "any"})
    [step] = preview_steps("order", FACTS)
    assert (step.role, step.approvers) == ("general_manager", ["赵总"])


def test_a_signature_that_another_could_replace_does_not_stand_for_one_that_is_needed(manager, director):
    only_rules({"mode": "any"}, {"role": "sales_director", "mode": "any"}, {"role": "sales_director", "position": 2})
    case = make_case()
    assert decide(case, approve=True, by=director).status == "open"
    assert decide(case, approve=True, by=director).status == "approved"


def test_a_named_person_is_asked_and_nobody_else_of_the_role(manager):
    named = make_person("sales_manager", display_name="王经理")
    only_rules({"person": named})
    case = make_case()
    assert WorkItem.objects.open().get().owner == named
    with pytest.raises(NotPermitted):
        decide(case, approve=True, by=manager)
    assert decide(case, approve=True, by=named).status == "approved"


@pytest.mark.parametrize(("asks", "fact"), [("submitter", "submitted_by_id"), ("seller", "salesperson_id")])
def test_the_superior_of_the_one_who_brings_it_is_asked(asks, fact):
    boss = make_person("sales", display_name="组长")
    junior = make_person("sales", manager=boss)
    only_rules({"asks": asks})
    case = make_case(by=junior, **{"submitted_by_id": make_person().pk, fact: junior.pk})
    assert decide(case, approve=True, by=boss).status == "approved"


@pytest.mark.parametrize("boss", [None, {"is_active": False}, {"kind": "partner"}])
def test_without_a_superior_who_can_sign_the_general_manager_decides(boss, gm):
    junior = make_person("sales", manager=make_person("sales_manager", **boss) if boss else None)
    only_rules({"asks": "submitter"})
    [step] = preview_steps("order", {**FACTS, "submitted_by_id": junior.pk})
    assert (step.role, step.approvers) == ("general_manager", ["赵总"])


def test_a_superior_who_wrote_on_it_is_passed_over(gm):
    boss = make_person("sales_manager")
    junior = make_person("sales", manager=boss)
    only_rules({"asks": "submitter"})
    case = make_case(by=junior, author_ids=[boss.pk])
    with pytest.raises(NotPermitted):
        decide(case, approve=True, by=boss)
    assert decide(case, approve=True, by=gm).status == "approved"


def test_where_the_general_manager_is_missing_too_administrators_hear_and_nothing_passes():
    admin = make_person("admin")
    only_rules({"asks": "submitter"})
    case = make_case()
    assert (case.status, admin.notifications.count()) == ("open", 1)


def test_when_the_person_asked_leaves_the_general_manager_can_decide(gm):
    named = make_person("finance")
    only_rules({"person": named})
    case = make_case()
    with pytest.raises(NotPermitted):
        decide(case, approve=True, by=gm)
    named.is_active = False
    named.save()
    assert decide(case, approve=True, by=gm).status == "approved"


def test_the_statements_do_not_grow_with_the_rules(django_assert_max_num_queries, manager, director):
    boss = make_person("sales_manager")
    condition = {"fact": "customer_sum", "op": "gt", "currency": "CNY"}
    only_rules(
        *({"position": n, "conditions": [{**condition, "value": str(n * 1000), "days": n}]} for n in range(1, 60)),
        *({"position": n, "person": boss} for n in range(60, 120)),
        {"asks": "seller", "position": 120},
    )
    with django_assert_max_num_queries(5):
        steps = preview_steps("order", {**FACTS, "customer_id": 1, "salesperson_id": manager.pk})
    assert len(steps) == 2


# ---- races ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_two_approvers_of_whom_one_suffices_decide_once(attempt, manager, director):
    only_rules({"mode": "any"}, {"role": "sales_director", "mode": "any"})
    case, people = make_case(make_subject()), [manager, director]
    results = at_once(2, lambda i: decide(case, approve=True, by=people[i]))
    assert [type(result) for result in results if not isinstance(result, ApprovalCase)] == [Conflict]
    assert sorted(statuses()) == ["approved", "dropped"]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_of_them_sign(monkeypatch, manager, director):
    """The control: both read the case before either writes, and the second writes after the first has ended."""
    only_rules({"mode": "any"}, {"role": "sales_director", "mode": "any"})
    case, people = make_case(make_subject()), [manager, director]
    meet, ended = threading.Barrier(2), threading.Event()

    def unlocked(case, step, by):
        meet.wait(10)
        assert by == manager or ended.wait(10)

    def work(index):
        result = decide(case, approve=True, by=people[index])
        ended.set()
        return result

    monkeypatch.setattr(approvals, "lock_case", lambda case: ApprovalCase.objects.get(pk=case.pk))
    monkeypatch.setattr(approvals, "why_not", unlocked)
    at_once(2, work)
    assert statuses() == ["approved", "approved"]
