"""Every link leads somewhere its reader may go; what cannot be done now says so before anything is typed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from credit.services import report_receipt
from fulfillment import services
from fulfillment.models import PlanStep
from tests.factories import client_of, make_order, person
from tests.fulfillment.factories import (
    ask_dispatch,
    dispatch,
    make_demand_plan,
    make_disruption,
    make_inspected,
    make_item,
    make_step_template,
    prepare,
    start_inspected_step,
)
from workflow.models import Notification

pytestmark = pytest.mark.django_db


@pytest.mark.req("R13.3")
def test_who_cannot_do_it_is_led_to_the_thing_itself():
    """A manager told that a colleague is late opens the order, not a page that is refused."""
    order = make_order()
    edit = reverse("orders:order-edit", args=[order.pk])
    for role, way in ((Role.GENERAL_MANAGER, order.get_absolute_url()), (Role.SALES, edit)):
        news = Notification.objects.create(
            user=person(role), key=f"late:{role}", text="late", url=edit, subject_type="orders.order",
            subject_id=order.pk, created_at=timezone.now(),
        )  # fmt: skip
        answer = client_of(role).get(reverse("workflow:notification-open", args=[news.pk]))
        assert answer["location"] == way
    assert client_of(Role.GENERAL_MANAGER).get(order.get_absolute_url()).status_code == 200


@pytest.mark.req("R4.8", "R4.9")
@pytest.mark.parametrize(("role", "links"), [(Role.ADMIN, True), (Role.WAREHOUSE, False)])
@pytest.mark.parametrize("name", ["step-template", "inspection-item"])
def test_rows_lead_to_the_form_only_whoever_may_change_it(name, role, links):
    make_step_template()
    make_item()
    page = client_of(role).get(reverse(f"fulfillment:{name}-list")).content.decode()
    assert ('class="row-link"' in page) is links


@pytest.mark.req("R5.1")
@pytest.mark.parametrize(("role", "links"), [(Role.FINANCE, True), (Role.PRODUCTION, False)])
def test_a_receipt_is_a_link_only_for_who_may_open_it(role, links):
    order = make_order("in_production")
    receipt = report_receipt(
        customer=order.buyer, reference=order.number or "", amount=Decimal(100), by=person(Role.SALES)
    )
    page = client_of(role).get(order.get_absolute_url()).content.decode()
    assert receipt.number in page
    assert (reverse("credit:receipt-detail", args=[receipt.pk]) in page) is links


@pytest.mark.req("R4.8")
def test_an_act_on_a_step_says_why_it_cannot_be_done_before_anything_is_typed():
    make_step_template(1, "备料", Role.WAREHOUSE)
    make_step_template(2, "装配", Role.PRODUCTION)
    make_order("in_production")
    first, second = PlanStep.objects.order_by("position")

    def said(act, step, role):
        page = client_of(role).get(reverse(f"fulfillment:plan-step-{act}", args=[step.pk]))
        return page.context["blocked"] and page.context["reasons"][0].code

    assert said("finish", first, Role.WAREHOUSE) == "not_started"
    assert said("start", first, Role.PRODUCTION) == "not_yours"
    assert said("take-over", second, Role.PRODUCTION) == "before"
    assert said("start", second, Role.PRODUCTION) == "taken_over"
    assert not said("start", first, Role.WAREHOUSE)
    services.start_step(step=first, by=person(Role.WAREHOUSE))
    services.finish_step(step=first, by=person(Role.WAREHOUSE))
    assert said("replan", first, Role.PRODUCTION) == "finished"
    assert not said("take-over", second, Role.PRODUCTION)


@pytest.mark.req("R4.9")
def test_a_step_that_quality_has_not_passed_says_so():
    step = start_inspected_step()
    page = client_of(step.role).get(reverse("fulfillment:plan-step-finish", args=[step.pk]))
    assert [reason.code for reason in page.context["reasons"]] == ["inspection"]


def reasons_of(role, name, thing):
    page = client_of(role).get(reverse(f"fulfillment:{name}", args=[thing.pk]))
    return [reason.code for reason in page.context["reasons"]] if page.context["blocked"] else []


@pytest.mark.req("R4.2", "R4.9", "R4.10", "R4.12")
@pytest.mark.parametrize(
    ("name", "role", "status", "code"),
    [
        ("production-reply", Role.PRODUCTION, "received", "status"),
        ("settle-promise", Role.SALES, "received", "status"),
        ("settle-promise", Role.SALES, "in_production", "settled"),
        ("inspection", Role.QUALITY, "approved", "status"),
        ("follow-up-new", Role.SALES, "received", "status"),
        ("contingency-new", Role.PRODUCTION, "received", "status"),
    ],
)
def test_an_act_on_an_order_says_why_it_does_not_fit(name, role, status, code):
    assert reasons_of(role, name, make_order(status)) == [code]


@pytest.mark.req("R5.5", "R6.2")
def test_an_act_on_a_shipment_says_why_it_does_not_fit():
    shipment = prepare(make_inspected())
    for name in ("shipment-arrival", "shipment-renew-link", "shipment-accept"):
        assert reasons_of(Role.WAREHOUSE, name, shipment) == ["status"]
    assert reasons_of(Role.WAREHOUSE, "shipment-cancel", shipment) == []
    dispatch(shipment)
    assert reasons_of(Role.WAREHOUSE, "shipment-cancel", shipment) == ["status"]
    assert reasons_of(Role.WAREHOUSE, "shipment-arrival", shipment) == []


@pytest.mark.req("R4.5", "R4.7")
def test_an_act_on_a_form_says_why_it_does_not_fit():
    plan = make_demand_plan()
    stranger = Role.INSIDE_SALES
    for name in ("requisition-submit", "requisition-edit", "requisition-cancel"):
        assert reasons_of(stranger, name, plan) == ["not_yours"]
        assert reasons_of(Role.SALES, name, plan) == []
    assert reasons_of(Role.PRODUCTION, "requisition-answer", plan) == ["status"]
    assert reasons_of(Role.PURCHASING, "requisition-bought", plan) == ["status"]


@pytest.mark.req("R4.3")
def test_an_act_on_a_disruption_says_that_it_is_over():
    trouble = make_disruption()
    assert reasons_of(Role.PRODUCTION, "disruption-end", trouble) == []
    services.end_disruption(disruption=trouble, measures="修好", by=person(Role.PRODUCTION))
    for name in ("disruption-end", "disruption-orders"):
        assert reasons_of(Role.PRODUCTION, name, trouble) == ["ended"]


@pytest.mark.req("R4.8", "R4.9")
def test_the_final_inspection_tells_of_steps_that_are_not_finished():
    make_step_template(1, "备料", Role.WAREHOUSE)
    order = make_order("in_production")
    address = reverse("fulfillment:inspection", args=[order.pk])
    assert "1 step of the plan is not finished" in client_of(Role.QUALITY).get(address).content.decode()
    step = PlanStep.objects.get()
    services.start_step(step=step, by=person(Role.WAREHOUSE))
    services.finish_step(step=step, by=person(Role.WAREHOUSE))
    assert "not finished" not in client_of(Role.QUALITY).get(address).content.decode()


@pytest.mark.req("R5.2")
def test_forms_of_dispatch_begin_with_days_that_are_taken():
    """A promise or a wish gone by is no proposal: sent as it is, the form would come back."""
    order = make_inspected()
    request = ask_dispatch(order)
    yesterday = timezone.localdate() - timedelta(days=1)
    type(order).objects.update(promise_date=yesterday)
    type(request).objects.update(wanted_date=yesterday)
    create = client_of(Role.WAREHOUSE).get(reverse("fulfillment:shipment-create", args=[order.pk])).context["form"]
    check = client_of(Role.INSIDE_SALES).get(reverse("fulfillment:request-order", args=[request.pk])).context["form"]
    assert create["expected_arrival"].value() is None
    assert check["planned_date"].value() == timezone.localdate()
    issued = services.order_dispatch(
        dispatch_request=type(request).objects.get(), carrier="德邦", by=person(Role.INSIDE_SALES)
    )
    assert issued.planned_date == timezone.localdate()
