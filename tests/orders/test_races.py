"""Two people, one order, the same moment, on real connections; beside each the same with the lock off (R13.1).

Without the lock the state machine's own second net (`ConcurrentTransitionMixin`) still stops most doubles, as an
error page instead of a sentence; the controls take it away too, to show that the lock alone is enough.
"""

import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django_fsm import ConcurrentTransitionMixin

from accounts.choices import Role
from accounts.models import system_user
from catalog.models import StockReservation
from catalog.services import release_stock
from core.errors import Conflict, DomainError
from core.models import AuditEntry, Document, OutboxMessage
from credit.models import CreditReservation
from credit.services import release_credit, reserve_credit
from orders import services
from orders.models import Order, StatusChange
from orders.services import approval, cancellation, intake
from tests.core.factories import at_once
from tests.factories import (
    advance,
    fresh,
    make_draft,
    make_order,
    make_partner,
    make_product,
    make_spec,
    pass_review,
    person,
)  # fmt: skip
from tests.fulfillment.factories import dispatch, make_inspected, prepare
from workflow.choices import CaseStatus, WorkKind
from workflow.models import ApprovalCase, WorkItem
from workflow.services import open_items

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R13.1")]
MANAGER, DIRECTOR, GM = Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER


@pytest.fixture(autouse=True)
def cast(transactional_db: None) -> list[Any]:
    """Made before the threads start: `person` makes people on first use."""
    roles = (Role.SALES, Role.INSIDE_SALES, Role.WAREHOUSE, Role.LOGISTICS, MANAGER, DIRECTOR, GM)
    return [system_user(), *(person(role) for role in roles)]


@pytest.fixture
def unlock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Takes the lock away, and the second net: two have read before either writes."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    both_read = threading.Barrier(2, timeout=20)

    def stale(order: Order, **_kwargs: Any) -> Order:
        found = Order.objects.select_related("customer", "partner", "salesperson").get(pk=order.pk)
        both_read.wait()
        return found

    def without_net(self: Order, *args: Any) -> bool:
        return super(ConcurrentTransitionMixin, self)._do_update(*args)

    def now() -> None:
        for module in (approval, cancellation, intake):
            monkeypatch.setattr(module, "lock_order", stale)
        monkeypatch.setattr(ConcurrentTransitionMixin, "_do_update", without_net)

    return now


def done(results: list[Any]) -> list[Any]:
    return [result for result in results if not isinstance(result, Exception)]


def failures(results: list[Any]) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]


def transitions(order: Order, to: str) -> int:
    return StatusChange.objects.filter(order=order, to_status=to).count()


# ---- receipt --------------------------------------------------------------------------------------------------------


@pytest.mark.req("R2.2")
def test_two_who_receive_the_same_draft_draw_one_number():
    draft, by = make_draft(), person(Role.SALES)
    results = at_once(5, lambda _i: services.receive_order(order=fresh(draft), by=by))
    assert len(done(results)) == 1
    assert {type(error) for error in failures(results)} == {Conflict}
    following = services.place_order(spec=make_spec(), by=by)
    assert fresh(draft).number.endswith("-001") and following.number.endswith("-002")  # no gap
    assert transitions(draft, "received") == 1
    assert open_items(draft).count() == 1


def test_without_the_lock_a_draft_is_received_twice_and_a_number_is_lost(unlock, monkeypatch):
    draft, by = make_draft(), person(Role.SALES)
    # A third net: the inbox holds one open item of a kind.
    monkeypatch.setattr(intake, "_ask_preliminary_review", lambda *_args, **_kwargs: None)
    unlock()
    results = at_once(2, lambda _i: services.receive_order(order=draft, by=by))
    assert len(done(results)) == 2
    assert transitions(draft, "received") == 2
    assert len({order.number for order in results}) == 2


# ---- approval -------------------------------------------------------------------------------------------------------


def at_the_last_step(**over: Any) -> Order:
    """Ten servers for 50,000: the ladder's last signature is missing."""
    order = make_order("reviewed", **over)
    while waiting(order) > 1:
        services.decide_approval(order=order, approve=True, by=turn(order))
    return order


def steps(order: Order) -> Any:
    return ApprovalCase.objects.get(subject_id=order.pk, status=CaseStatus.OPEN).steps.filter(status="waiting")


def waiting(order: Order) -> int:
    return steps(order).count()


def turn(order: Order) -> Any:
    return person(steps(order).order_by("position").first().role)


def test_two_who_sign_the_last_step_approve_once():
    order = at_the_last_step(product=make_product(stock=100))
    by = turn(order)
    results = at_once(4, lambda _i: services.decide_approval(order=fresh(order), approve=True, by=by))
    assert len(done(results)) == 1
    assert {type(error) for error in failures(results)} == {Conflict}
    approved_once(order)


def approved_once(order: Order) -> None:
    order = fresh(order)
    assert order.status == "approved" and transitions(order, "approved") == 1
    assert CreditReservation.objects.get(reference=order.number).outstanding == order.amount
    assert StockReservation.objects.get(reference=order.number).quantity == 10
    assert Document.objects.filter(subject_id=order.pk, kind="order_confirmation").count() == 1
    assert open_items(order).filter(kind=WorkKind.PRODUCTION_REPLY).count() == 1


def test_without_the_lock_two_releases_reserve_the_goods_twice(unlock):
    """`approve_order` after a block was removed: two people of the order centre at once."""
    order = decided_but_blocked()
    by = person(MANAGER)
    unlock()
    results = at_once(2, lambda _i: services.approve_order(order=order, by=by))
    assert len(done(results)) == 2
    assert transitions(order, "approved") == 2
    reserved = StockReservation.objects.filter(reference=fresh(order).number)
    assert sum(row.quantity for row in reserved) == 20


def test_two_who_put_a_decided_order_in_force_do_it_once():
    order = decided_but_blocked()
    by = person(MANAGER)
    results = at_once(4, lambda _i: services.approve_order(order=order, by=by))
    assert len(done(results)) == 1
    assert {type(error) for error in failures(results)} == {Conflict}
    approved_once(order)


def decided_but_blocked() -> Order:
    """Every signature is there; a hold kept the order back and is gone now."""
    order = at_the_last_step(product=make_product(stock=100))
    hold = services.hold_order(order=order, kind="credit", reason="x", by=person(Role.FINANCE))
    services.decide_approval(order=order, approve=True, by=turn(order))
    services.release_order(order=order, hold=hold, note="paid", by=person(Role.FINANCE))
    assert fresh(order).status == "reviewed"
    return fresh(order)


# ---- the partner ----------------------------------------------------------------------------------------------------


def for_a_partner() -> Order:
    partner = make_partner(must_confirm=True)
    over = {"partner": partner, "partner_reference": "PO-1", "end_customer": "甲厂", "customer": partner.customer}
    return make_order("received", product=make_product(stock=100), **over)


@pytest.mark.req("R3.10")
def test_a_partner_who_confirms_twice_confirms_once():
    order = for_a_partner()
    pass_review(order)
    by = order.partner.user
    results = at_once(4, lambda _i: services.confirm_by_partner(order=order, by=by))
    assert len(done(results)) == 4  # confirming again changes nothing, and says so kindly
    assert AuditEntry.objects.filter(action="order.confirmed_by_partner").count() == 1
    assert len({result.partner_confirmed_at for result in results}) == 1


@pytest.mark.req("R3.10")
def test_without_the_lock_it_is_entered_twice(unlock):
    order = for_a_partner()
    pass_review(order)
    by = order.partner.user
    unlock()
    assert len(done(at_once(2, lambda _i: services.confirm_by_partner(order=order, by=by)))) == 2
    assert AuditEntry.objects.filter(action="order.confirmed_by_partner").count() == 2


@pytest.mark.req("R3.10")
def test_the_partner_and_the_last_signature_at_once_approve_once():
    order = for_a_partner()
    pass_review(order)
    while waiting(order) > 1:
        services.decide_approval(order=order, approve=True, by=turn(order))
    signer, partner = turn(order), order.partner.user

    def work(index: int) -> Any:
        if index % 2:
            return services.confirm_by_partner(order=fresh(order), by=partner)
        return services.decide_approval(order=fresh(order), approve=True, by=signer)

    assert not failures(at_once(2, work))
    approved_once(order)
    keys = OutboxMessage.objects.filter(kind="webhook").values_list("key", flat=True)
    assert len(keys) == len(set(keys)) == StatusChange.objects.filter(order=order).count()


# ---- cancelling -----------------------------------------------------------------------------------------------------


@pytest.mark.req("R8.2")
@pytest.mark.parametrize("attempt", range(3))
def test_cancelled_while_it_is_approved_it_holds_nothing(attempt):
    """Either order of the two is right: cancelled first refuses the signature, approved first is given back."""
    order = at_the_last_step(product=make_product(stock=100))
    signer, seller = turn(order), person(Role.SALES)

    def work(index: int) -> Any:
        if index:
            return services.cancel_order(order=fresh(order), reason="x", by=seller)
        return services.decide_approval(order=fresh(order), approve=True, by=signer)

    results = at_once(2, work)
    assert not isinstance(results[1], Exception)
    assert not failures(results) or isinstance(results[0], Conflict)
    holds_nothing(order)


def holds_nothing(order: Order) -> None:
    order = fresh(order)
    assert order.status == "canceled"
    assert not StockReservation.objects.filter(reference=order.number).exists()
    assert not [row for row in CreditReservation.objects.filter(reference=order.number) if row.outstanding]
    assert not open_items(order).exists()
    assert not WorkItem.objects.filter(subject_id=order.pk, next_check_at__isnull=False).exists()


@pytest.mark.req("R8.2")
def test_without_the_lock_a_cancelled_order_is_approved_or_keeps_its_goods(unlock, monkeypatch):
    order = decided_but_blocked()
    by = person(MANAGER)
    given_back = threading.Event()

    def release(*args: Any, **kwargs: Any) -> None:
        release_stock(*args, **kwargs)
        given_back.set()

    def reserve(*args: Any, **kwargs: Any) -> None:
        assert given_back.wait(20)  # the worst order of the two: taken after it was given back
        reserve_credit(*args, **kwargs)

    monkeypatch.setattr(cancellation, "release_stock", release)
    monkeypatch.setattr(approval, "reserve_credit", reserve)

    def work(index: int) -> Any:
        if index:
            return services.cancel_order(order=order, reason="x", by=by)
        return services.approve_order(order=order, by=by)

    unlock()
    assert len(done(at_once(2, work))) == 2
    order = fresh(order)
    kept = StockReservation.objects.filter(reference=order.number).exists()
    assert order.status == "approved" or kept


@pytest.mark.req("R8.2", "R5.5")
@pytest.mark.parametrize("attempt", range(3))
def test_dispatched_and_cancelled_at_once_only_one_comes_true(attempt):
    order = make_inspected()
    shipment = prepare(order)
    boss = person(MANAGER)

    def work(index: int) -> Any:
        if index:
            return services.cancel_order(order=fresh(order), reason="x", by=boss)
        return dispatch(type(shipment).objects.get(pk=shipment.pk))

    results = at_once(2, work)
    assert len(done(results)) == 1
    assert isinstance(failures(results)[0], DomainError)
    order = fresh(order)
    if order.status == "canceled":
        holds_nothing(order)
        assert order.lines.get().quantity_shipped == 0
    else:
        assert order.status == "shipped" and order.lines.get().quantity_shipped == 10


@pytest.mark.req("R8.2", "R5.5")
def test_without_the_lock_a_dispatched_order_is_cancelled(unlock, monkeypatch):
    """The control: the goods are prepared and leave after cancelling has looked and before it writes."""
    order = make_inspected()
    boss = person(MANAGER)
    unlock()

    def slow(*args: Any, **kwargs: Any) -> Any:
        assert not failures(at_once(1, lambda _i: dispatch(prepare(fresh(order)))))
        return release_credit(*args, **kwargs)

    monkeypatch.setattr(cancellation, "lock_order", lambda order, **_kwargs: Order.objects.get(pk=order.pk))
    monkeypatch.setattr(cancellation, "release_credit", slow)
    services.cancel_order(order=order, reason="x", by=boss)
    assert transitions(order, "shipped") == transitions(order, "canceled") == 1


# ---- editing --------------------------------------------------------------------------------------------------------


@pytest.mark.req("R14.6")
def test_of_two_who_edit_a_draft_the_second_is_told():
    draft, by = make_draft(), person(Role.SALES)
    specs = [make_spec(remarks=f"version {number}") for number in range(4)]
    results = at_once(4, lambda i: services.save_draft(spec=specs[i], by=by, order=fresh(draft), version=0))
    saved = done(results)
    assert len(saved) == 1
    assert {getattr(error, "code", error) for error in failures(results)} == {"edited"}
    assert fresh(draft).remarks == saved[0].remarks and fresh(draft).version == 1
    assert fresh(draft).lines.count() == 1


@pytest.mark.req("R14.6")
def test_without_the_lock_the_first_loses_what_was_typed(unlock):
    draft, by = make_draft(), person(Role.SALES)
    specs = [make_spec(remarks=f"version {number}") for number in range(2)]
    unlock()
    results = at_once(2, lambda i: services.save_draft(spec=specs[i], by=by, order=draft, version=0))
    # One overwrote the other's words; at best the lines then collide as an error of the database.
    assert len(done(results)) == 2 or "orders_line_position_once" in str(failures(results)[0])


@pytest.mark.req("R14.6")
def test_without_the_version_the_first_loses_what_was_typed():
    draft, by = make_draft(), person(Role.SALES)
    specs = [make_spec(remarks=f"version {number}") for number in range(2)]
    assert len(done(at_once(2, lambda i: services.save_draft(spec=specs[i], by=by, order=fresh(draft))))) == 2
    assert fresh(draft).version == 2


@pytest.mark.req("R2.2")
@pytest.mark.parametrize("attempt", range(3))
def test_a_draft_edited_while_it_is_received_is_received_whole(attempt):
    draft, by = make_draft(), person(Role.SALES)
    incomplete = make_spec(contact_name="", terms=())

    def work(index: int) -> Any:
        if index:
            return services.save_draft(spec=incomplete, by=by, order=fresh(draft))
        return services.receive_order(order=fresh(draft), by=by)

    results = at_once(2, work)
    assert len(done(results)) == 1
    order = fresh(draft)
    assert order.status == "draft" or (order.contact_name and order.terms.exists())


def test_the_whole_path_stands_while_everybody_clicks_everything():
    """Ten at once with whatever act: one status, one log, nothing doubled."""
    order = at_the_last_step(product=make_product(stock=100))
    signer, seller, boss = turn(order), person(Role.SALES), person(MANAGER)
    acts = [
        lambda: services.decide_approval(order=fresh(order), approve=True, by=signer),
        lambda: services.approve_order(order=fresh(order), by=boss),
        lambda: services.hold_order(order=fresh(order), kind="credit", reason="x", by=boss),
        lambda: services.cancel_order(order=fresh(order), reason="x", by=seller),
        lambda: services.return_to_sales(order=fresh(order), reason="x", by=boss),
    ]
    results = at_once(10, lambda i: acts[i % len(acts)]())
    assert all(isinstance(error, DomainError) for error in failures(results))
    log = list(StatusChange.objects.filter(order=order).order_by("pk").values_list("from_status", "to_status"))
    assert all(first[1] == second[0] for first, second in pairwise(log))
    assert log[-1][1] == fresh(order).status


def test_advance_is_what_these_tests_take_it_for():
    assert advance(make_order(), "approved").status == "approved"
