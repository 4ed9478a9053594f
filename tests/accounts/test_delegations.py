"""Standing in during an absence: whose approvals, on which days, and whose name stands under them."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import delegations
from accounts.choices import Kind
from accounts.delegations import delegate_approvals, end_delegation, set_manager
from accounts.models import Delegation, User
from core.errors import Conflict, DomainError, NotPermitted
from tests.workflow.factories import at_once, make_case, make_person
from workflow import inbox
from workflow.models import ApprovalCase, ApprovalStep
from workflow.services import decide, preview_steps

pytestmark = [pytest.mark.req("R3.5"), pytest.mark.django_db]


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


def delegate(giver: User, receiver: User, *, by: User | None = None, start: int = 0, end: int = 2) -> Delegation:
    return delegate_approvals(
        giver=giver, receiver=receiver, start_date=today(start), end_date=today(end), reason="出差", by=by or giver
    )


@pytest.fixture
def manager(db):
    return make_person("sales_manager", display_name="李经理")


@pytest.fixture
def stand_in(db):
    return make_person("order_center", display_name="周涛")


def again(user: User) -> User:
    """As the next request reads them."""
    return User.objects.get(pk=user.pk)


def test_a_stand_in_decides_and_the_record_says_for_whom(manager, stand_in):
    case = make_case()
    delegate(manager, stand_in)
    decide(case, approve=True, by=again(stand_in))
    step = ApprovalStep.objects.get()
    assert (step.decided_by, step.on_behalf_of) == (stand_in, manager)


def test_who_decides_what_is_theirs_decides_for_nobody_else(manager, stand_in):
    colleague = make_person("sales_manager")
    delegate(manager, colleague)
    decide(make_case(), approve=True, by=again(colleague))
    assert ApprovalStep.objects.get().on_behalf_of is None


@pytest.mark.parametrize(("start", "end"), [(1, 3), (-3, -1)])
def test_outside_the_days_nothing_can_be_decided(manager, stand_in, start, end):
    Delegation.objects.create(
        giver=manager, receiver=stand_in, start_date=today(start), end_date=today(end), reason="x", created_by=manager,
        created_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(NotPermitted):
        decide(make_case(), approve=True, by=again(stand_in))


def test_an_ended_delegation_opens_nothing(manager, stand_in):
    end_delegation(delegation=delegate(manager, stand_in), by=manager)
    with pytest.raises(NotPermitted):
        decide(make_case(), approve=True, by=again(stand_in))


@pytest.mark.req("R13.7")
def test_a_stand_in_who_submitted_it_does_not_decide(manager, stand_in):
    delegate(manager, stand_in)
    with pytest.raises(NotPermitted) as refused:
        decide(make_case(by=stand_in), approve=True, by=again(stand_in))
    assert refused.value.code == "four_eyes"


@pytest.mark.req("R13.7")
def test_the_right_of_somebody_who_wrote_on_it_cannot_be_lent(manager, stand_in):
    make_person("sales_manager")
    delegate(manager, stand_in)
    with pytest.raises(NotPermitted):
        decide(make_case(author_ids=[manager.pk]), approve=True, by=again(stand_in))


def test_the_inbox_of_the_stand_in_shows_the_approvals_and_no_other_work(manager, stand_in):
    make_case()
    before = inbox.load(again(stand_in), inbox.Wish(), timezone.now())[0]
    delegate(manager, stand_in)
    [group] = inbox.load(again(stand_in), inbox.Wish(), timezone.now())[0]
    assert not before and [line.item.kind for line in group.lines] == ["approval"]


def test_the_stand_in_hears_of_what_is_asked(manager, stand_in):
    delegate(manager, stand_in)
    make_case()
    assert stand_in.notifications.count() == 1


@pytest.mark.req("R14.2")
def test_who_will_have_to_approve_names_todays_stand_in(manager, stand_in):
    facts = {"amount": 1, "currency": "CNY", "submitted_by_id": make_person("sales").pk}
    delegate(manager, stand_in, start=1)
    assert [step.stand_ins for step in preview_steps("order", facts)] == [[]]
    [step] = preview_steps("order", facts, now=timezone.now() + timedelta(days=1))
    assert (step.approvers, step.stand_ins) == (["李经理"], [("周涛", "李经理")])
    assert preview_steps("order", {**facts, "author_ids": [stand_in.pk]})[0].stand_ins == []


def test_nobody_stands_in_for_themselves(manager):
    with pytest.raises(DomainError) as refused:
        delegate(manager, manager)
    assert "receiver" in refused.value.fields
    assert not Delegation.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(
            giver=manager, receiver=manager, start_date=today(), end_date=today(), reason="x", created_by=manager,
            created_at=timezone.now(),
        )  # fmt: skip


def test_two_for_one_person_on_one_day_are_refused(manager, stand_in):
    delegate(manager, stand_in, start=0, end=2)
    with pytest.raises(Conflict):
        delegate(manager, make_person("finance"), start=2, end=5)
    assert delegate(manager, make_person("finance"), start=3, end=5)


def test_there_are_no_chains(manager, stand_in):
    third = make_person("finance")
    delegate(manager, stand_in)
    with pytest.raises(Conflict):
        delegate(stand_in, third)
    with pytest.raises(Conflict):
        delegate(third, manager)
    assert Delegation.objects.count() == 1


def test_a_lent_right_is_not_lent_on_even_where_the_table_has_a_chain(manager, stand_in):
    third = make_person("finance")
    delegate(manager, stand_in)
    Delegation.objects.create(
        giver=stand_in, receiver=third, start_date=today(), end_date=today(), reason="x", created_by=manager,
        created_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(NotPermitted):
        decide(make_case(), approve=True, by=again(third))


@pytest.mark.parametrize("over", [{"is_active": False}, {"kind": Kind.PARTNER}])
def test_only_a_colleague_who_can_sign_in_stands_in(manager, over):
    with pytest.raises(DomainError):
        delegate(manager, make_person("finance", **over))


def test_only_the_person_or_an_administrator_sets_it(manager, stand_in):
    with pytest.raises(NotPermitted):
        delegate(manager, stand_in, by=make_person("sales_director"))
    assert delegate(manager, stand_in, by=make_person("admin"))


def test_nobody_is_the_superior_of_their_own_superior(manager):
    admin, junior = make_person("admin"), make_person("sales", manager=manager)
    with pytest.raises(DomainError):
        set_manager(user=manager, manager=junior, by=admin)
    assert again(manager).manager is None
    assert set_manager(user=manager, manager=make_person("general_manager"), by=admin).manager


@pytest.mark.django_db(transaction=True)
def test_two_delegations_at_once_leave_one():
    manager, people = make_person("sales_manager"), [make_person("finance") for _number in range(4)]
    results = at_once(4, lambda i: delegate(manager, people[i]))
    assert [type(result) for result in results].count(Delegation) == Delegation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_stand_in_who_leaves_at_the_same_moment_makes_no_chain():
    manager, stand_in, third = make_person("sales_manager"), make_person("finance"), make_person("finance")
    results = at_once(2, lambda i: delegate(*((manager, stand_in), (stand_in, third))[i]))
    assert [type(result) for result in results].count(Delegation) == Delegation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_stand_in_on_the_same_days(monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    both_looked, look = threading.Barrier(2, timeout=20), delegations._require_free

    def stale(*asked: Any) -> None:
        look(*asked)
        both_looked.wait()

    monkeypatch.setattr(delegations, "_locked", lambda *people: {person.pk: person for person in people})
    monkeypatch.setattr(delegations, "_require_free", stale)
    manager, people = make_person("sales_manager"), [make_person("finance") for _number in range(2)]
    at_once(2, lambda i: delegate(manager, people[i]))
    assert Delegation.objects.filter(giver=manager).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_the_stand_in_and_the_absent_decide_at_once_and_it_is_decided_once(attempt):
    manager, stand_in = make_person("sales_manager"), make_person("order_center")
    delegate(manager, stand_in)
    case, people = make_case(), [manager, again(stand_in)]
    results = at_once(2, lambda i: decide(case, approve=True, by=people[i]))
    assert [type(result) for result in results if not isinstance(result, ApprovalCase)] == [Conflict]
    step = ApprovalStep.objects.get()
    assert step.on_behalf_of == (manager if step.decided_by == stand_in else None)
