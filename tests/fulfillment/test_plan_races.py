"""Two people at the same step, inspection or follow-up, on real connections; beside each the same without the lock."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection

from accounts.choices import Role
from accounts.models import system_user
from catalog.models import StockLot
from catalog.services import receive_reserved
from core.errors import Conflict
from fulfillment import services
from fulfillment.models import FollowUp, Inspection, Nonconformity, PlanStep
from fulfillment.services import follow_up as follow_up_module
from fulfillment.services import inspection as inspection_module
from fulfillment.services import nonconformities as nonconformities_module
from fulfillment.services import plan as plan_module
from orders.models import Order
from tests.core.factories import at_once
from tests.factories import fresh, make_order, make_product, make_user, person
from tests.fulfillment.factories import dispatch, follow_up, inspect, make_inspected, make_step_template, prepare
from workflow.choices import WorkKind
from workflow.models import Waiver
from workflow.services import open_items

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R4.8")]


@pytest.fixture
def makers(transactional_db: None) -> list[Any]:
    """Made before the threads start, as are those who stand in the factories."""
    for role in (Role.QUALITY, Role.SALES, Role.WAREHOUSE, Role.LOGISTICS):
        person(role)
    return [system_user(), *(make_user(Role.PRODUCTION, username=f"maker-{n}") for n in range(5))][1:]


@pytest.fixture
def steps(makers: list[Any]) -> list[PlanStep]:
    """Two steps of one plan, of the same department."""
    make_step_template(1, "装配", Role.PRODUCTION)
    make_step_template(2, "老化", Role.PRODUCTION)
    make_order("in_production")
    return list(PlanStep.objects.select_related("order_line__order").order_by("position"))


def again(step: PlanStep) -> PlanStep:
    return PlanStep.objects.select_related("order_line__order").get(pk=step.pk)


def done(results: list[Any]) -> list[Any]:
    return [result for result in results if not isinstance(result, Exception)]


def refused(results: list[Any]) -> set[Any]:
    return {getattr(result, "code", result) for result in results if isinstance(result, Exception)}


def brought_to(act: str, steps: list[PlanStep], maker: Any) -> PlanStep:
    """The step at which the act is to be done."""
    first, second = steps
    if act == "start_step":
        return first
    services.start_step(step=again(first), by=maker)
    if act == "finish_step":
        return first
    services.finish_step(step=again(first), by=maker)
    return second


ACTS = [("start_step", "started"), ("finish_step", "finished"), ("take_over_step", "taken_over")]


@pytest.mark.parametrize(("act", "code"), ACTS)
def test_of_five_at_one_step_one_does_it_and_the_others_are_told(
    act: str, code: str, steps: list[PlanStep], makers: list[Any]
) -> None:
    step, work = brought_to(act, steps, makers[0]), getattr(services, act)
    results = at_once(5, lambda i: work(step=again(step), by=makers[i]))
    assert len(done(results)) == 1 and refused(results) == {code}
    assert all(isinstance(result, Conflict) for result in results if isinstance(result, Exception))


@pytest.mark.parametrize(("act", "code"), ACTS)
def test_without_the_lock_two_do_the_same_step(
    act: str, code: str, steps: list[PlanStep], makers: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    step, both_read = brought_to(act, steps, makers[0]), threading.Barrier(2, timeout=20)

    def stale(given: PlanStep, _by: Any) -> tuple[Order, PlanStep]:
        found = again(given)
        both_read.wait()
        return found.order_line.order, found

    monkeypatch.setattr(plan_module, "lock_step", stale)
    results = at_once(2, lambda i: getattr(services, act)(step=again(step), by=makers[i]))
    assert len(done(results)) == 2, code


@pytest.mark.req("R4.9")
def test_two_who_find_the_same_fault_open_it_once(makers: list[Any]) -> None:
    order = make_order("in_production", product=make_product())
    results = at_once(4, lambda _i: inspect(fresh(order), passed=False))
    assert len(done(results)) == 4 and Inspection.objects.count() == 4
    assert Nonconformity.objects.count() == 1


@pytest.mark.req("R4.9", "R5.9")
def test_two_who_pass_the_order_receive_its_goods_once(makers: list[Any]) -> None:
    order = make_order("in_production", product=make_product())
    results = at_once(4, lambda _i: inspect(fresh(order)))
    assert len(done(results)) == 4
    assert [lot.on_hand for lot in StockLot.objects.filter(batch=order.number)] == [10]


@pytest.mark.req("R4.9", "R5.9")
def test_without_the_lock_the_goods_are_received_twice(makers: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: both reckon what is missing before either receives it."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    order = make_order("in_production", product=make_product())
    meet, receive = threading.Barrier(2, timeout=20), receive_reserved

    def received_together(*args: Any, **kwargs: Any) -> Any:
        meet.wait()
        return receive(*args, **kwargs)

    monkeypatch.setattr(inspection_module, "lock_order", lambda order, **_kwargs: order)
    monkeypatch.setattr(inspection_module, "record_final_inspection", lambda order, **_kwargs: order)
    monkeypatch.setattr(inspection_module, "receive_reserved", received_together)
    assert len(done(at_once(2, lambda _i: inspect(fresh(order))))) == 2
    assert [lot.on_hand for lot in StockLot.objects.filter(batch=order.number)] == [20]


def concede(own: Nonconformity, by: Any) -> Nonconformity:
    given = Nonconformity.objects.select_related("order").get(pk=own.pk)
    return services.decide_nonconformity(nonconformity=given, decision="concession", reason="可用", by=by)


@pytest.mark.req("R4.9")
def test_of_four_who_decide_one_does_and_the_others_are_told(makers: list[Any]) -> None:
    inspect(make_order("in_production"), passed=False)
    own = Nonconformity.objects.get()
    results = at_once(4, lambda i: concede(own, makers[i]))
    assert len(done(results)) == 1 and refused(results) == {"decided"}
    assert Waiver.objects.count() == 1


@pytest.mark.req("R4.9")
def test_without_the_lock_two_special_approvals_are_asked_for(
    makers: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    inspect(make_order("in_production"), passed=False)
    meet = threading.Barrier(2, timeout=20)

    def stale(given: Nonconformity, _by: Any) -> tuple[Nonconformity, dict[int, Any]]:
        meet.wait()
        return given, {}

    monkeypatch.setattr(nonconformities_module, "_locked", stale)
    own = Nonconformity.objects.get()
    assert len(done(at_once(2, lambda i: concede(own, makers[i])))) == 2
    assert Waiver.objects.count() == 2


def unlocked(order: Order, meet: Callable[[], Any]) -> Order:
    found = Order.objects.get(pk=order.pk)
    meet()
    return found


@pytest.mark.req("R4.9")
def test_without_the_lock_the_second_fault_is_an_error_of_the_database(
    makers: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The constraint of one open nonconformity a line is the last wall, and a rude one."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    order = make_order("in_production", product=make_product())
    meet = threading.Barrier(2, timeout=20)
    known = nonconformities_module.open_ones

    def looked_at_together(*args: Any) -> Any:
        found = known(*args)
        meet.wait()
        return found

    monkeypatch.setattr(inspection_module, "lock_order", lambda order, **_kwargs: order)
    monkeypatch.setattr(nonconformities_module, "open_ones", looked_at_together)
    results = at_once(2, lambda _i: inspect(fresh(order), passed=False))
    assert len(done(results)) == 1 and any(isinstance(result, IntegrityError) for result in results)


@pytest.mark.req("R4.10")
def test_two_records_at_once_leave_one_follow_up_to_do(makers: list[Any]) -> None:
    order = make_order("in_production")
    assert len(done(at_once(4, lambda _i: follow_up(fresh(order))))) == 4
    assert FollowUp.objects.count() == 4
    assert open_items(order).filter(kind=WorkKind.FOLLOW_UP).count() == 1


@pytest.mark.req("R4.10")
def test_a_record_written_while_the_goods_leave_asks_for_no_other(makers: list[Any]) -> None:
    order = make_inspected()
    shipment = prepare(order)
    acts = (lambda: follow_up(fresh(order)), lambda: dispatch(type(shipment).objects.get(pk=shipment.pk)))
    assert len(done(at_once(2, lambda i: acts[i]()))) == 2
    assert fresh(order).status == "shipped" and not open_items(order).filter(kind=WorkKind.FOLLOW_UP).exists()


@pytest.mark.req("R4.10")
def test_without_the_lock_a_shipped_order_is_followed_up_for_ever(
    makers: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    order = make_inspected()
    shipment = prepare(order)
    read, left = threading.Event(), threading.Event()

    def stale(given: Order, **_kwargs: Any) -> Order:
        return unlocked(given, lambda: (read.set(), left.wait(20)))

    def leave() -> None:
        read.wait(20)
        dispatch(type(shipment).objects.get(pk=shipment.pk))
        left.set()

    monkeypatch.setattr(follow_up_module, "lock_order", stale)
    at_once(2, lambda i: (lambda: follow_up(fresh(order)), leave)[i]())
    assert fresh(order).status == "shipped" and open_items(order).filter(kind=WorkKind.FOLLOW_UP).exists()
