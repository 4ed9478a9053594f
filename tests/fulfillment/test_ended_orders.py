"""An order that is canceled or closed asks nobody for anything any more (R8.2, R7.5)."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError
from fulfillment import services
from fulfillment.models import ContingencyPlan, DispatchRequest, Nonconformity, Requisition, Shortage
from fulfillment.services import ItemFinding
from fulfillment.services.requisitions import decide_requisition, submit_requisition
from orders.services import cancel_order, close_order
from tests.core.factories import at_once
from tests.factories import client_of, fresh, make_order, make_product, person
from tests.fulfillment.factories import (
    ask_dispatch,
    dispatch,
    follow_up,
    inspect,
    make_contingency,
    make_demand_plan,
    make_inspected,
    make_shipment,
    prepare,
    sign,
)
from workflow.choices import WorkKind
from workflow.models import ApprovalCase, Waiver, WorkItem
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R8.2")]


def cancel(order):
    return cancel_order(order=order, reason="不要了", by=person(Role.SALES_MANAGER))


def make_busy():
    """An order in production with something of everything that waits for somebody."""
    order = make_order("in_production", product=make_product(stock=6))
    inspect(order, passed=False)
    own = Nonconformity.objects.get()
    services.decide_nonconformity(nonconformity=own, decision="concession", reason="可用", by=person(Role.PRODUCTION))
    lot = order.lines.get().product.lots.get()
    findings = {0: ItemFinding(False, "受潮")}
    services.record_inspection(lot=lot, findings=findings, by=person(Role.QUALITY))
    services.decide_nonconformity(
        nonconformity=Nonconformity.objects.get(decision=""), decision="scrap", reason="x", by=person(Role.QUALITY)
    )
    for role in (Role.SALES_DIRECTOR, Role.GENERAL_MANAGER):
        person(role)
    submit_requisition(requisition=make_demand_plan("change_notice", order=order), by=person(Role.SALES))
    ask_dispatch(order, 2)
    follow_up(order, delay_risk=True)
    make_contingency(order)
    return fresh(order)


@pytest.mark.req("R4.9")
@pytest.mark.req("R5.2")
def test_a_canceled_order_asks_nobody_any_more():
    order = make_busy()
    kinds = set(WorkItem.objects.open().values_list("kind", flat=True))
    assert {WorkKind.WAIVER, WorkKind.SHORTAGE, WorkKind.APPROVAL, WorkKind.DISPATCH_CHECK, WorkKind.CUSTOMER_NOTICE,
            WorkKind.CONTINGENCY, WorkKind.FINAL_INSPECTION, WorkKind.FOLLOW_UP} <= kinds  # fmt: skip
    cancel(order)
    assert not WorkItem.objects.open().exists()
    assert Nonconformity.objects.get(order=order).ended_with_order and Waiver.objects.get().status == "revoked"
    assert Requisition.objects.get().status == "canceled" and ApprovalCase.objects.filter(status="open").count() == 0
    assert DispatchRequest.objects.get().status == "withdrawn" and Shortage.objects.get().settled_at
    assert ContingencyPlan.objects.get().ended_at


@pytest.mark.req("R14.4")
def test_a_concession_for_an_order_that_ended_is_granted_by_nobody():
    order = make_busy()
    own = Nonconformity.objects.get(order=order)
    cancel(order)
    with pytest.raises(Conflict):
        services.answer_concession(nonconformity=own, grant=True, by=person(Role.GENERAL_MANAGER))
    assert Waiver.objects.get().status == "revoked"
    page = client_of(Role.GENERAL_MANAGER).get(own.get_absolute_url()).content.decode()
    assert "Ended with the order" in page and "concession/" not in page


@pytest.mark.req("R7.5")
def test_a_closed_order_asks_nobody_any_more(monkeypatch):
    order = make_inspected()
    form = make_demand_plan("change_notice", order=order)
    make_contingency(order)
    sign(dispatch(prepare(order)))
    assert open_items(order).filter(kind=WorkKind.CONTINGENCY).exists()
    monkeypatch.setattr("orders.services.execution.require", lambda *_args: None)  # it is not paid
    close_order(order=fresh(order), by=person(Role.SALES_MANAGER))
    form.refresh_from_db()
    assert not open_items(order).exists() and ContingencyPlan.objects.get().outcome and form.status == "canceled"


@pytest.mark.req("R7.5")
@pytest.mark.req("R5.6")
def test_an_order_does_not_close_with_an_open_transport_incident():
    shipment = make_shipment()
    services.report_incident(
        shipment=shipment, kind="damage", description="外箱破损", by=person(Role.LOGISTICS), now=timezone.now()
    )
    sign(shipment)
    with pytest.raises(DomainError) as refused:
        close_order(order=fresh(shipment.order), by=person(Role.SALES_MANAGER))
    assert "incident" in {reason.code for reason in refused.value.reasons}
    assert open_items(shipment.order).filter(kind=WorkKind.TRANSPORT_INCIDENT).exists()


@pytest.mark.req("R4.9")
@pytest.mark.django_db(transaction=True)
def test_a_decision_in_the_same_moment_leaves_nothing_behind():
    """Whoever comes second finds the other's word: the order, or its notice, is locked first by both."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    directors = [person(role) for role in (Role.SALES_DIRECTOR, Role.GENERAL_MANAGER)]
    boss, writer = person(Role.SALES_MANAGER), person(Role.SALES)
    for role in (Role.WAREHOUSE, Role.PRODUCTION, Role.QUALITY, Role.ENGINEERING, Role.PURCHASING):
        person(role)
    for _round in range(3):
        order = make_order("in_production")
        form = make_demand_plan("change_notice", order=order, by=writer)
        submit_requisition(requisition=form, by=writer)
        start = threading.Barrier(2, timeout=20)

        def work(index, order=order, form=form, start=start):
            start.wait()
            if index:
                return decide_requisition(requisition=form, approve=True, by=directors[0])
            return cancel_order(order=fresh(order), reason="不要了", by=boss)

        results = at_once(2, work)
        assert all(isinstance(each, Conflict) for each in results if isinstance(each, Exception))
        form.refresh_from_db()
        assert fresh(order).status == "canceled" and form.status in ("canceled", "done")
        assert not open_items(form).exists() and not open_items(order).exists()
