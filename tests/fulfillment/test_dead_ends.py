"""Every link leads somewhere its reader may go; what cannot be done now says so before anything is typed."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from credit.services import report_receipt
from fulfillment import services
from fulfillment.models import PlanStep
from tests.factories import client_of, make_order, person
from tests.fulfillment.factories import make_item, make_step_template, start_inspected_step
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
