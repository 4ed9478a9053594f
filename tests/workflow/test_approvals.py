"""Approval: who is asked and why, in order, four eyes, never by default."""

from decimal import Decimal

import pytest
from django.utils import timezone

from core.errors import Conflict, DomainError, NotPermitted
from tests.workflow.factories import at_once, make_case, make_person, make_subject
from workflow.models import ApprovalCase, ApprovalRule, ApprovalStep, WorkItem
from workflow.services import approvals, current_step, decide, open_case, preview_steps, withdraw_case

pytestmark = [pytest.mark.req("R3.5"), pytest.mark.django_db]

LARGE = Decimal("50000.01")


@pytest.fixture
def manager(db):
    return make_person("sales_manager", display_name="李經理")


@pytest.fixture
def director(db):
    return make_person("sales_director", display_name="張總監")


def roles(steps) -> list[str]:
    return [step.role for step in steps]


@pytest.mark.req("R14.2")
@pytest.mark.sqlite
class TestPreview:
    def test_a_small_order_asks_the_sales_manager_always(self, manager, director):
        [step] = preview_steps("order", {"amount": Decimal(50000), "currency": "CNY"})
        assert (step.role, step.approvers, step.reasons) == ("sales_manager", ["李經理"], ["always"])

    def test_above_the_amount_the_director_is_asked_too_and_the_page_says_why(self, manager, director):
        steps = preview_steps("order", {"amount": LARGE, "currency": "CNY"})
        assert roles(steps) == ["sales_manager", "sales_director"]
        assert steps[1].reasons == ["amount above 50,000 CNY"]

    def test_two_rules_for_one_role_are_one_step_with_two_reasons(self, manager, director):
        facts = {"amount": LARGE, "currency": "CNY", "special_terms": True}
        steps = preview_steps("order", facts)
        assert steps[1].reasons == ["amount above 50,000 CNY", "special terms"]

    def test_another_currency_cannot_be_compared_and_asks_the_director(self, manager, director):
        assert len(preview_steps("order", {"amount": Decimal(10), "currency": "USD"})) == 2

    def test_the_threshold_is_data(self, manager, director):
        ApprovalRule.objects.filter(code="order-large").update(is_active=False)
        assert roles(preview_steps("order", {"amount": LARGE, "currency": "CNY"})) == ["sales_manager"]

    def test_without_any_rule_the_general_manager_decides(self, manager):
        ApprovalRule.objects.update(is_active=False)
        gm = make_person("general_manager", display_name="趙總")
        [step] = preview_steps("order", {"amount": Decimal(1), "currency": "CNY"})
        assert (step.role, step.approvers) == ("general_manager", [gm.display_name])

    def test_where_nobody_can_be_found_the_general_manager_stands_in_last(self, director):
        make_person("general_manager")
        steps = preview_steps("order", {"amount": LARGE, "currency": "CNY"})
        assert [(step.role, step.instead_of) for step in steps] == [
            ("sales_director", ""),
            ("general_manager", "sales_manager"),
        ]

    def test_who_submitted_is_not_offered_as_approver(self, manager):
        other = make_person("sales_manager", display_name="王經理")
        [step] = preview_steps("order", {"amount": 1, "currency": "CNY", "submitted_by_id": manager.pk})
        assert step.approvers == [other.display_name]


@pytest.mark.req("R14.3")
def test_splitting_an_order_does_not_dodge_the_director(manager, director):
    make_case(amount=Decimal(30000), customer_id=7)
    steps = preview_steps("order", {"amount": Decimal(30000), "currency": "CNY", "customer_id": 7})
    assert steps[1].reasons == ["the customer's orders of 3 days together above 50,000 CNY"]
    assert len(preview_steps("order", {"amount": Decimal(30000), "currency": "CNY", "customer_id": 8})) == 1


@pytest.mark.req("R14.3")
def test_what_the_director_saw_already_is_not_counted_again(manager, director):
    make_case(amount=Decimal(60000), customer_id=7)
    assert len(preview_steps("order", {"amount": Decimal(1), "currency": "CNY", "customer_id": 7})) == 1


def test_steps_are_asked_in_order(manager, director):
    case = make_case(amount=LARGE)
    assert current_step(case).role == "sales_manager"
    with pytest.raises(NotPermitted) as refused:
        decide(case, approve=True, by=director)
    assert refused.value.code == "not_your_turn"
    assert decide(case, approve=True, by=manager).status == "open"
    assert decide(case, approve=True, by=director).status == "approved"


def test_each_step_is_work_in_the_inbox_and_news(manager, director):
    case = make_case(amount=LARGE)
    assert WorkItem.objects.open().get().owner_role == "sales_manager"
    assert manager.notifications.count() == 1 and director.notifications.count() == 0
    decide(case, approve=True, by=manager)
    assert WorkItem.objects.open().get().owner_role == "sales_director"
    assert director.notifications.count() == 1


def test_a_refusal_ends_the_case_and_says_why(manager, director):
    case = make_case(amount=LARGE, by=(seller := make_person("sales")))
    with pytest.raises(DomainError) as refused:
        decide(case, approve=False, by=manager)
    assert "comment" in refused.value.fields
    assert decide(case, approve=False, comment="margin too low", by=manager).status == "refused"
    assert list(ApprovalStep.objects.values_list("status", flat=True)) == ["refused", "dropped"]
    assert not WorkItem.objects.open().exists()
    assert seller.notifications.get().params["comment"] == "margin too low"


def test_a_decided_case_stays_decided(manager):
    case = decide(make_case(), approve=True, by=manager)
    with pytest.raises(Conflict):
        decide(case, approve=False, comment="no", by=manager)
    assert ApprovalCase.objects.get().status == "approved"


@pytest.mark.req("R13.7")
@pytest.mark.sqlite
@pytest.mark.parametrize("fact", ["submitted_by_id", "salesperson_id"])
def test_nobody_decides_what_they_submitted_or_sell(manager, fact):
    case = make_case(**{fact: manager.pk})
    make_person("sales_manager")
    with pytest.raises(NotPermitted) as refused:
        decide(case, approve=True, by=manager)
    assert refused.value.code in {"four_eyes", "not_your_turn"}
    assert ApprovalStep.objects.get().status == "waiting"


@pytest.mark.req("R13.7")
def test_the_general_manager_does_not_decide_the_own_order_either():
    gm = make_person("general_manager")
    admin = make_person("admin")
    case = make_case(by=gm)
    assert current_step(case).approvers == []
    with pytest.raises(NotPermitted):
        decide(case, approve=True, by=gm)
    assert admin.notifications.count() == 1


def test_when_the_last_approver_leaves_the_general_manager_can_decide(manager):
    case, gm = make_case(), make_person("general_manager")
    with pytest.raises(NotPermitted):
        decide(case, approve=True, by=gm)
    manager.role_assignments.all().delete()
    assert decide(case, approve=True, by=gm).status == "approved"


def test_who_is_appointed_later_decides_the_step_the_rule_meant():
    make_person("general_manager")
    case = make_case()
    assert current_step(case).instead_of == "sales_manager"
    assert decide(case, approve=True, by=make_person("sales_manager")).status == "approved"


def test_one_signature_for_several_missing_roles_is_the_general_managers_alone():
    gm = make_person("general_manager")
    case = make_case(amount=LARGE)
    with pytest.raises(NotPermitted):
        decide(case, approve=True, by=make_person("sales_manager"))
    assert decide(case, approve=True, by=gm).status == "approved"


def test_the_system_decides_nothing(manager):
    from accounts.models import system_user

    with pytest.raises(NotPermitted):
        decide(make_case(), approve=True, by=system_user())


def test_editing_the_rules_leaves_running_cases_alone(manager, director):
    case = make_case(amount=LARGE)
    ApprovalRule.objects.all().delete()
    decide(case, approve=True, by=manager)
    assert decide(case, approve=True, by=director).status == "approved"


def test_a_subject_is_submitted_once_at_a_time(manager):
    subject = make_subject()
    make_case(subject)
    with pytest.raises(Conflict):
        make_case(subject)


def test_a_withdrawn_case_leaves_no_work_and_can_be_opened_again(manager):
    subject, seller = make_subject(), make_person("sales")
    case = make_case(subject, by=seller)
    with pytest.raises(NotPermitted):
        withdraw_case(case, by=make_person("sales"))
    assert withdraw_case(case, by=seller).status == "withdrawn"
    assert not WorkItem.objects.open().exists()
    assert make_case(subject, by=seller).status == "open"


def test_facts_are_frozen_as_they_were(manager):
    assert make_case(amount=Decimal("12.30"), margin=Decimal("0.2")).facts["margin"] == Decimal("0.2")
    assert ApprovalCase.objects.get().facts["amount"] == "12.30"


def test_opening_and_deciding_have_a_ceiling(manager, django_assert_max_num_queries):
    subject, seller = make_subject(), make_person("sales")
    facts = {"amount": LARGE, "currency": "CNY", "customer_id": 1, "submitted_by_id": seller.pk}
    with django_assert_max_num_queries(22):
        case = open_case("order", subject, facts=facts, by=seller)
    with django_assert_max_num_queries(16):
        decide(case, approve=True, by=manager)


# ---- races ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_ten_clicks_at_once_decide_one_step_once():
    make_person("general_manager")
    people = [make_person("sales_manager") for _number in range(10)]
    case = make_case()
    results = at_once(10, lambda i: decide(case, approve=True, by=people[i]))
    assert [r.status for r in results if isinstance(r, ApprovalCase)] == ["approved"]
    assert all(isinstance(r, (ApprovalCase, Conflict)) for r in results)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_does_not_sign_two_steps_for_one_person():
    """Who holds both roles still signs each step knowingly: the second click finds the next step."""
    both = make_person("sales_manager", "sales_director")
    case = make_case(amount=LARGE)
    at_once(2, lambda i: decide(case, approve=True, by=both, step=1))
    assert ApprovalCase.objects.get().status == "open"


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_step_is_decided_twice(monkeypatch):
    """The control: the fault the lock prevents."""
    import threading

    people = [make_person("sales_manager") for _number in range(2)]
    case = make_case()
    meet = threading.Barrier(2)

    def unlocked(case, step, by):
        meet.wait(10)
        return None

    monkeypatch.setattr(approvals, "why_not", unlocked)
    monkeypatch.setattr(approvals, "lock_case", lambda case: ApprovalCase.objects.get(pk=case.pk))
    results = at_once(2, lambda i: decide(case, approve=True, by=people[i]))
    assert [r.status for r in results] == ["approved", "approved"]


def test_a_case_says_when_it_was_opened(manager):
    assert make_case().opened_at <= timezone.now()
