"""Two people over one review, special approval or ladder at the same moment; beside each the same with the lock off."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts import delegations
from accounts.choices import Role
from accounts.models import Delegation, User, system_user
from core.errors import Conflict, DomainError
from core.models import AuditEntry
from orders import services
from orders.models import Order, ReviewOpinion
from orders.services import approval, reviews
from orders.specs import LineSpec
from tests.accounts.test_delegations import delegate
from tests.core.factories import at_once
from tests.factories import fresh, give_opinions, make_order, make_product, pass_preliminary, person
from tests.orders.test_races import at_the_last_step, decided_but_blocked, done, failures, transitions, turn
from workflow.models import ApprovalCase, ApprovalStep, RuleSet, Waiver, WorkItem
from workflow.services import add_approver, approval_changes, latest_case, revoke_waiver
from workflow.services import rules as ladder
from workflow.services import waivers as waiver_services

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R13.1")]
Unlock = Callable[..., None]


@pytest.fixture(autouse=True)
def cast(transactional_db: None) -> list[Any]:
    """Made before the threads start: `person` makes people on first use."""
    roles = (Role.SALES, Role.INSIDE_SALES, Role.ORDER_CENTER, Role.FINANCE, Role.SALES_MANAGER, Role.SALES_DIRECTOR,
             Role.GENERAL_MANAGER, Role.ADMIN)  # fmt: skip
    return [system_user(), *(person(role) for role in roles)]


def stale(find: Callable[[Any], Any]) -> Callable[..., Any]:
    """In the place of a lock: both have read before either writes."""
    both_read = threading.Barrier(2, timeout=20)

    def read(given: Any, *_args: Any, **_words: Any) -> Any:
        found = find(given)
        both_read.wait()
        return found

    return read


def stale_order() -> Callable[..., Any]:
    return stale(lambda order: Order.objects.select_related("customer", "partner", "salesperson").get(pk=order.pk))


# ---- the review -----------------------------------------------------------------------------------------------------


def in_review() -> Order:
    order = make_order(lines=[LineSpec(Decimal(1), Decimal(3999), product=make_product(stock=100))])
    pass_preliminary(order)
    return fresh(order)


def speak_at_once(order: Order) -> list[Any]:
    by, words = person(Role.FINANCE), ("favorable", "unfavorable")
    results = at_once(2, lambda i: services.give_opinion(
        order=order, department="finance", result=words[i], remarks="意见", by=by
    ))  # fmt: skip
    assert not failures(results)
    return [
        entry.changes["finance"] for entry in AuditEntry.objects.filter(action="order.opinion_given").order_by("pk")
    ]


@pytest.mark.req("R3.1")
def test_of_two_words_of_one_department_the_second_changes_the_first():
    order = in_review()
    first, second = speak_at_once(order)
    assert first[0] == "pending" and second[0] == first[1]
    assert order.rounds.get().opinions.get(department="finance").result == second[1]
    assert WorkItem.objects.filter(subject_id=order.pk, key="finance", done_at__isnull=False).count() == 1


@pytest.mark.req("R3.1")
def test_without_the_lock_the_trail_loses_the_first_word(monkeypatch):
    order, both_read, look = in_review(), threading.Barrier(2, timeout=20), reviews.opinion_of

    def read(order: Order, department: str) -> ReviewOpinion:
        found = look(order, department)
        both_read.wait()
        return found

    monkeypatch.setattr(reviews, "lock_order", lambda order, **_words: fresh(order))
    monkeypatch.setattr(reviews, "opinion_of", read)
    first, second = speak_at_once(order)
    assert first[0] == second[0] == "pending"


def back_and_in_force(order: Order) -> list[Any]:
    center, manager = person(Role.ORDER_CENTER), person(Role.SALES_MANAGER)

    def work(index: int) -> Any:
        if index:
            return services.return_to_sales(order=order, reason="再谈", by=center)
        return services.approve_order(order=order, by=manager)

    return at_once(2, work)


@pytest.mark.req("R3.3", "R3.5")
@pytest.mark.parametrize("attempt", range(2))
def test_sent_back_and_put_in_force_at_once_one_comes_true(attempt):
    order = decided_but_blocked()
    [refused] = failures(back_and_in_force(order))
    assert isinstance(refused, Conflict)
    assert transitions(order, "approved") + transitions(order, "returned") == 1
    assert fresh(order).status in ("approved", "returned")


@pytest.mark.req("R3.3", "R3.5")
def test_without_the_lock_an_order_is_sent_back_and_in_force(monkeypatch):
    from django_fsm import ConcurrentTransitionMixin

    order, read = decided_but_blocked(), stale_order()
    for module in (approval, reviews):
        monkeypatch.setattr(module, "lock_order", read)
    net = ConcurrentTransitionMixin
    monkeypatch.setattr(net, "_do_update", lambda self, *args: super(net, self)._do_update(*args))
    assert len(done(back_and_in_force(order))) == 2
    assert transitions(order, "approved") == transitions(order, "returned") == 1


# ---- the ladder -----------------------------------------------------------------------------------------------------


def ask_and_sign(order: Order, signer: User, expert: User) -> list[Any]:
    def work(index: int) -> Any:
        if index:
            case = latest_case(order, "order")
            assert case
            return add_approver(case, person=expert, before=False, word="请看", by=signer)
        return services.decide_approval(order=fresh(order), approve=True, by=signer)

    return at_once(2, work)


def waiting(order: Order) -> int:
    return ApprovalStep.objects.filter(case__subject_id=order.pk, status="waiting").count()


@pytest.mark.req("R3.5")
@pytest.mark.parametrize("attempt", range(3))
def test_asked_and_signed_at_once_the_order_waits_for_the_answer_or_nobody_is_asked(attempt):
    order = at_the_last_step(product=make_product(stock=100))
    results = ask_and_sign(order, turn(order), person(Role.FINANCE))
    assert not isinstance(results[0], Exception)
    assert (fresh(order).status, waiting(order)) in [("approved", 0), ("reviewed", 1)]
    assert isinstance(results[1], Conflict) == (fresh(order).status == "approved")


@pytest.mark.req("R3.5")
def test_without_the_lock_somebody_is_asked_about_an_approved_order(monkeypatch):
    order = at_the_last_step(product=make_product(stock=100))
    signer, signed = turn(order), threading.Event()
    looked = approval_changes._own_turn

    def slow(*args: Any) -> Any:
        found = looked(*args)
        assert signed.wait(20)
        return found

    monkeypatch.setattr(approval_changes, "lock_case", lambda case: ApprovalCase.objects.get(pk=case.pk))
    monkeypatch.setattr(approval_changes, "_own_turn", slow)

    def work(index: int) -> Any:
        if index:
            case = latest_case(order, "order")
            assert case
            return add_approver(case, person=person(Role.FINANCE), before=False, word="请看", by=signer)
        result = services.decide_approval(order=fresh(order), approve=True, by=signer)
        signed.set()
        return result

    assert not failures(at_once(2, work))
    assert (fresh(order).status, waiting(order)) == ("approved", 1)


# ---- proposals ------------------------------------------------------------------------------------------------------


def proposed() -> RuleSet:
    proposal = ladder.propose_rules(kind="order", by=person(Role.ADMIN))
    return ladder.preview_rules(proposal=proposal, months=1, by=person(Role.ADMIN))


def write_at_once(proposal: RuleSet) -> list[Any]:
    by, roles = person(Role.ADMIN), ("finance", "production")
    values = [{"position": 4, "role": role} for role in roles]
    return at_once(2, lambda i: ladder.write_rule(proposal=proposal, values=values[i], by=by, edit=0))


def unlocked_proposal() -> Callable[..., Any]:
    return stale(lambda proposal: RuleSet.objects.get(pk=proposal.pk))


@pytest.mark.req("R14.13")
def test_of_two_who_write_a_proposal_the_second_is_told():
    proposal = proposed()
    [refused] = failures(write_at_once(proposal))
    assert isinstance(refused, Conflict) and refused.code == "edited"
    proposal.refresh_from_db()
    assert proposal.edits == 1


@pytest.mark.req("R14.13")
def test_without_the_lock_the_first_loses_its_rule(monkeypatch):
    proposal = proposed()
    before = len(proposal.rules)
    monkeypatch.setattr(ladder, "_lock", unlocked_proposal())
    assert len(done(write_at_once(proposal))) == 2
    proposal.refresh_from_db()
    assert len(proposal.rules) == before + 1


def put_at_once(proposal: RuleSet) -> list[Any]:
    by = person(Role.ADMIN)
    return at_once(2, lambda _i: ladder.put_rules_in_force(proposal=proposal, note="试行", by=by))


@pytest.mark.req("R14.13")
def test_two_who_put_a_proposal_in_force_do_it_once():
    [refused] = failures(put_at_once(proposed()))
    assert isinstance(refused, Conflict) and refused.code == "settled"
    assert list(RuleSet.objects.order_by("version").values_list("version", "status")) == [
        (1, "former"), (2, "in_force")]  # fmt: skip


@pytest.mark.req("R14.13")
def test_without_the_lock_it_is_done_twice_or_ends_in_an_error_of_the_database(monkeypatch):
    proposal = proposed()
    monkeypatch.setattr(ladder, "_lock", unlocked_proposal())
    results = put_at_once(proposal)
    assert len(done(results)) == 2 or not isinstance(failures(results)[0], DomainError)


# ---- stand-ins ------------------------------------------------------------------------------------------------------


def name_at_once() -> list[Any]:
    giver, people = person(Role.SALES_MANAGER), [person(Role.FINANCE), person(Role.ORDER_CENTER)]
    return at_once(2, lambda i: delegate(giver, people[i]))


@pytest.mark.req("R3.5")
def test_without_the_lock_two_stand_in_for_one_on_one_day(monkeypatch):
    """The control of tests/accounts: two delegations at once leave one."""
    both_read = threading.Barrier(2, timeout=20)
    free = delegations._require_free

    def slow(*args: Any) -> None:
        free(*args)
        both_read.wait()

    monkeypatch.setattr(delegations, "_locked", lambda *people: {person.pk: person for person in people})
    monkeypatch.setattr(delegations, "_require_free", slow)
    assert len(done(name_at_once())) == Delegation.objects.count() == 2


@pytest.mark.req("R3.5")
def test_two_who_end_a_delegation_end_it_once():
    giver, receiver = person(Role.SALES_MANAGER), person(Role.FINANCE)
    delegation = delegate(giver, receiver)
    people = [giver, receiver]
    [refused] = failures(at_once(2, lambda i: delegations.end_delegation(delegation=delegation, by=people[i])))
    assert isinstance(refused, Conflict)
    assert AuditEntry.objects.filter(action="user.delegation_ended").count() == 1


# ---- special approvals ----------------------------------------------------------------------------------------------


def let_through() -> tuple[Order, Waiver]:
    order = in_review()
    give_opinions(order)
    director = person(Role.SALES_DIRECTOR)
    return order, services.grant_order_waiver(order=order, gate="price_floor", reason="老客户", by=director)


@pytest.mark.req("R3.4", "R14.4")
@pytest.mark.parametrize("attempt", range(3))
def test_taken_back_while_it_is_used_either_the_order_passes_or_it_is_back(attempt):
    order, waiver = let_through()
    center, director = person(Role.ORDER_CENTER), person(Role.SALES_DIRECTOR)

    def work(index: int) -> Any:
        if index:
            return revoke_waiver(waiver, reason="不行", by=director)
        return services.review_order(order=fresh(order), by=center)

    [refused] = failures(at_once(2, work))
    assert isinstance(refused, DomainError)
    assert (fresh(order).status, Waiver.objects.get().status) in [("reviewed", "used"), ("received", "revoked")]


@pytest.mark.req("R3.4", "R14.4")
def test_without_the_lock_what_was_used_is_taken_back(monkeypatch):
    order, waiver = let_through()
    used = threading.Event()

    def slow(given: Waiver, _status: str) -> Waiver:
        found = Waiver.objects.get(pk=given.pk)
        assert used.wait(20)
        return found

    monkeypatch.setattr(waiver_services, "_lock", slow)
    center, director = person(Role.ORDER_CENTER), person(Role.SALES_DIRECTOR)

    def work(index: int) -> Any:
        if index:
            return revoke_waiver(waiver, reason="不行", by=director)
        result = services.review_order(order=fresh(order), by=center)
        used.set()
        return result

    assert not failures(at_once(2, work))
    assert (fresh(order).status, Waiver.objects.get().status) == ("reviewed", "revoked")


@pytest.mark.req("R3.4", "R14.4")
def test_without_the_lock_one_waiver_lets_two_things_through(monkeypatch):
    """The control of tests/workflow: of ten who use one waiver at once one gets through."""
    _order, waiver = let_through()
    both_read = threading.Barrier(2, timeout=20)

    class Unlocked:
        def select_for_update(self) -> "Unlocked":
            return self

        def first(self) -> Waiver:
            found = Waiver.objects.get(pk=waiver.pk)
            both_read.wait()
            return found

    monkeypatch.setattr(waiver_services, "_usable", lambda *_args: Unlocked())
    by = person(Role.ORDER_CENTER)
    results = at_once(2, lambda _i: waiver_services.use_waiver(_order, "price_floor", by=by))
    assert len(done(results)) == 2
