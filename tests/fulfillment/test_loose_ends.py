"""What is over asks nobody any more, and a rule holds from whichever side one comes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.choices import Role
from accounts.models import RoleAssignment, system_user
from catalog.models import Warehouse
from catalog.services import receive_stock
from core.errors import Conflict, DomainError
from fulfillment import services
from fulfillment.models import CapacityConflict, DeliveryCheck, Load, PromiseStep
from fulfillment.services.requisitions import (
    answer_dispatch_date,
    decide_requisition,
    facts_of_requisition,
    submit_requisition,
)
from orders.assignment import assignee_of
from orders.choices import AssignableWork
from orders.services import cancel_order, record_promise, save_assignment_rule
from tests.factories import fresh, make_order, make_product, make_user, person
from tests.fulfillment.factories import (
    ask_dispatch,
    check_delivery,
    dispatch,
    make_carrier,
    make_demand_plan,
    make_inspected,
    make_load,
    make_shipment,
    prepare,
)
from tests.fulfillment.test_capacity import NEXT, limit, promised
from workflow.choices import WorkKind
from workflow.services import open_items

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


def kinds(subject):
    return set(open_items(subject).values_list("kind", flat=True))


# ---- goods leave only as the rules say -------------------------------------------------------------------------------


@pytest.mark.req("R5.7")
@pytest.mark.parametrize("how", [{"is_active": False}, {"valid_until": timezone.localdate() - timedelta(days=1)}])
def test_a_carrier_out_of_use_since_the_preparation_takes_nothing_along(how):
    carrier = make_carrier()
    shipment = prepare(make_inspected(), 4, carrier_ref=carrier)
    type(carrier).objects.filter(pk=carrier.pk).update(**how)
    with pytest.raises(DomainError) as refused:
        dispatch(type(shipment).objects.get(pk=shipment.pk))
    assert refused.value.code == "carrier"
    assert type(shipment).objects.get(pk=shipment.pk).is_prepared


@pytest.mark.req("R5.5")
def test_goods_that_leave_late_name_a_new_day_of_arrival():
    shipment = prepare(make_inspected(), 4, planned_date=today(), expected_arrival=today() + timedelta(days=1))
    later = timezone.now() + timedelta(days=5)
    with pytest.raises(DomainError) as refused:
        dispatch(shipment, now=later)
    assert "expected_arrival" in refused.value.fields
    assert dispatch(shipment, now=later, expected_arrival=today() + timedelta(days=7)).shipped_at == later


@pytest.mark.req("R5.2")
def test_what_was_asked_for_leaves_by_the_request_alone():
    order = make_inspected()
    ask_dispatch(order, 8)
    with pytest.raises(DomainError) as refused:
        prepare(order, 4)
    assert refused.value.code == "quantity" and not order.shipments.exists()
    assert prepare(order, 2).lines.get().quantity == 2


@pytest.mark.req("R5.4")
def test_with_a_shortage_nothing_leaves_and_the_check_is_made_again():
    shipment = prepare(make_inspected(), 4)
    check_delivery(shipment)
    short = services.report_shortage(shipment=shipment, reason="缺货", new_date=today(), by=person(Role.WAREHOUSE))
    assert not DeliveryCheck.objects.exists()
    with pytest.raises(DomainError) as refused:
        dispatch(shipment)
    assert refused.value.reasons[0].code == "short"
    services.settle_shortage(shortage=short, measure="补货", by=person(Role.PRODUCTION))
    assert dispatch(shipment).shipped_at


@pytest.mark.req("R5.9")
def test_a_closed_warehouse_takes_no_goods():
    house = Warehouse.objects.create(code="OLD", name="旧仓", is_active=False)
    with pytest.raises(DomainError) as refused:
        receive_stock(
            product=make_product(), quantity=Decimal(1), batch="B", warehouse=house, by=person(Role.WAREHOUSE)
        )
    assert refused.value.code == "warehouse" and not house.lots.exists()


# ---- what is over asks nobody ----------------------------------------------------------------------------------------


@pytest.mark.req("R5.4")
def test_a_canceled_shipment_ends_its_shortage():
    shipment = prepare(make_inspected(), 4)
    short = services.report_shortage(shipment=shipment, reason="缺货", new_date=today(), by=person(Role.WAREHOUSE))
    services.cancel_shipment(shipment=shipment, reason="改期", by=person(Role.LOGISTICS))
    short.refresh_from_db()
    assert not short.is_open and WorkKind.SHORTAGE not in kinds(shipment.order)


@pytest.mark.req("R4.2")
def test_a_better_day_ends_the_question_to_the_customer():
    order = make_order("approved")
    lines = list(order.lines.values_list("pk", flat=True))
    for days, waits in ((20, True), (10, False)):
        day = today() + timedelta(days=days)
        record_promise(order=order, dates=dict.fromkeys(lines, day), by=person(Role.PRODUCTION))
        assert (WorkKind.PROMISE_SETTLEMENT in kinds(order)) is waits


@pytest.mark.req("R4.2")
def test_a_shipped_order_asks_for_no_day_any_more():
    order = make_inspected()
    line = order.lines.get()
    late = today() + timedelta(days=40)
    record_promise(order=order, dates={line.pk: late}, by=person(Role.PRODUCTION))
    dispatch(prepare(order))
    assert not kinds(fresh(order)) & {WorkKind.PROMISE_SETTLEMENT, WorkKind.PRODUCTION_REPLY, WorkKind.DISPATCH_CHECK}


@pytest.mark.req("R5.2")
def test_the_request_of_a_canceled_order_is_answered_no_more():
    order = make_inspected()
    request = ask_dispatch(order, 4)
    cancel_order(order=order, reason="不要了", by=person(Role.SALES_MANAGER))
    with pytest.raises(Conflict):
        services.return_dispatch_request(dispatch_request=request, reason="地址不对", by=person(Role.INSIDE_SALES))
    assert not open_items(fresh(order)).exists()


# ---- forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.req("R4.5")
def test_other_departments_for_the_same_tasks_are_another_content():
    form = make_demand_plan()
    before = facts_of_requisition(form)["content"]
    form.nodes.update(role=Role.LOGISTICS)
    assert facts_of_requisition(type(form).objects.get(pk=form.pk))["content"] != before


@pytest.mark.req("R4.5")
def test_only_a_demand_plan_is_answered_with_a_day():
    order = make_order("in_production")
    form = make_demand_plan("outsourcing", order=order)
    type(form).objects.filter(pk=form.pk).update(status="approved")
    with pytest.raises(Conflict):
        answer_dispatch_date(requisition=form, dispatch_date=today(), by=person(Role.PRODUCTION))


@pytest.mark.req("R4.6")
def test_a_change_of_goods_no_longer_made_is_not_put_in_force():
    directors = [person(role) for role in (Role.SALES_DIRECTOR, Role.GENERAL_MANAGER)]
    order = make_inspected()
    form = make_demand_plan("change_notice", order=order)
    submit_requisition(requisition=form, by=person(Role.SALES))
    dispatch(prepare(order))
    with pytest.raises(Conflict) as refused:
        for director in directors:
            decide_requisition(requisition=form, approve=True, by=director)
    assert refused.value.code == "order_ended"
    form.refresh_from_db()
    assert form.status == "submitted"


# ---- who gets it, who sees it ----------------------------------------------------------------------------------------


@pytest.mark.req("R4.1")
def test_who_lost_the_role_gets_no_work_of_it():
    maker = make_user(Role.PRODUCTION)
    save_assignment_rule(
        kind=AssignableWork.PRODUCTION_REPLY, role=Role.PRODUCTION, person=maker, by=person(Role.ADMIN)
    )
    order = make_order("received")
    assert assignee_of(order, AssignableWork.PRODUCTION_REPLY).person == maker
    RoleAssignment.objects.filter(user=maker).delete()
    found = assignee_of(order, AssignableWork.PRODUCTION_REPLY)
    assert (found.role, found.person) == (Role.PRODUCTION, None)


@pytest.mark.req("R5.5")
def test_a_load_nothing_is_left_in_is_still_seen_by_who_loads():
    load = make_load(prepare(make_inspected(), 4), prepare(make_inspected(), 4))
    services.dissolve_load(load=load, reason="改期", by=person(Role.LOGISTICS))
    assert load in Load.objects.visible_to(person(Role.LOGISTICS))
    assert load not in Load.objects.visible_to(make_user(Role.SALES))


@pytest.mark.req("R14.5")
def test_a_decision_on_capacity_is_a_step_of_the_promise():
    limit(15)
    promised(10)
    order = promised(10, price=4500)
    later = NEXT + timedelta(days=7)
    services.decide_capacity(
        conflict=CapacityConflict.objects.get(), moved={order.lines.get().pk: later}, by=person(Role.GENERAL_MANAGER)
    )
    assert PromiseStep.objects.filter(order=order).last().date == later


@pytest.mark.req("R5.6", "R5.7")
def test_a_carrier_says_when_it_arrived_first_but_not_earlier_than_is_known():
    carrier = services.open_carrier_callback(carrier=make_carrier(), by=person(Role.LOGISTICS))
    shipment = make_shipment(4)
    type(shipment).objects.filter(pk=shipment.pk).update(carrier_ref=carrier)
    now = timezone.now()
    known = now + timedelta(days=4)
    services.record_transport_event(shipment=shipment, kind="delivered", at=known, by=person(Role.LOGISTICS), now=known)

    def reports(at, number):
        return services.receive_carrier_event(
            carrier=carrier, external_id=number, waybill=shipment.waybill, kind="delivered", at=at, by=system_user(),
            now=known,
        )  # fmt: skip

    reports(known - timedelta(days=2), "E1")
    shipment.refresh_from_db()
    assert shipment.arrived_at == known
    with pytest.raises(DomainError) as refused:
        reports(now - timedelta(days=1), "E2")
    assert "at" in refused.value.fields
