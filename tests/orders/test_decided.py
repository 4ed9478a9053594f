"""Between the last signature and the order in force, and whose signature it is."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from orders import services
from orders.ladder import current_case
from orders.specs import LineSpec
from tests.access.html_forms import forms_of
from tests.factories import fresh, make_order, make_product, make_user, person
from workflow.choices import HoldKind
from workflow.models import WorkItem
from workflow.services import current_step, open_items

pytestmark = pytest.mark.django_db


def sign_all(order) -> None:
    while (case := current_case(order)) and (step := current_step(case)):
        services.decide_approval(order=order, approve=True, by=person(step.role))


@pytest.mark.req("R13.3")
def test_a_decided_order_that_something_blocks_lies_in_the_order_centres_inbox():
    order = make_order("reviewed")
    hold = services.hold_order(order=order, kind=HoldKind.OTHER, reason="等客户", by=person(Role.SALES_MANAGER))
    sign_all(order)
    assert fresh(order).status == "reviewed"
    [item] = open_items(order)
    assert item.owner_role == Role.ORDER_CENTER
    assert item.url == reverse("orders:order-put-in-force", args=[order.pk])
    services.release_order(order=order, hold=hold, note="已确认", by=person(Role.SALES_MANAGER))
    services.approve_order(order=order, by=person(Role.ORDER_CENTER))
    assert WorkItem.objects.get(pk=item.pk).outcome == "approved"


@pytest.mark.req("R13.7")
def test_who_holds_two_roles_signs_the_step_the_page_showed_and_no_other():
    lines = [LineSpec(Decimal(100), Decimal(5000), product=make_product(stock=100))]
    order = make_order("reviewed", lines=lines)
    assert current_case(order).steps.count() > 1
    both = make_user(Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER)
    client, url = Client(), reverse("orders:order-approve", args=[order.pk])
    client.force_login(both)
    form = next(form for form in forms_of(client.get(url).content.decode()) if "comment" in form.data())
    data = {**form.data(), "decision": "approve"}
    services.decide_approval(order=order, approve=True, by=person(Role.SALES_MANAGER))
    answer = client.post(url, data)
    assert answer.status_code == 409
    assert not current_case(order).steps.filter(decided_by=both).exists()
