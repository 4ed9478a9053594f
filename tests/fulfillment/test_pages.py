"""Pages call services only; each shows the order, its customer and the way back."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from fulfillment.choices import Criterion
from fulfillment.models import AcceptanceProblem, ProductionReply, Shipment
from orders.specs import LineSpec
from tests.factories import PREPAID, fresh, make_order, make_product, make_user, person
from tests.fulfillment.factories import (
    check_delivery,
    dispatch,
    make_inspected,
    make_shipment,
    prepare,
    scan,
    sign,
    words_for,
)

pytestmark = pytest.mark.django_db


def client_of(role):
    client = Client()
    client.force_login(person(role))
    return client


def page(role, name, pk, **data):
    client = client_of(role)
    address = reverse(f"fulfillment:{name}", args=[pk])
    return client.post(address, data) if data else client.get(address)


@pytest.mark.req("R4.2")
def test_production_answers_on_its_page():
    order = make_order("approved")
    shown = page(Role.PRODUCTION, "production-reply", order.pk)
    assert order.number in shown.content.decode() and str(order.customer) in shown.content.decode()
    day = order.requested_date.isoformat()
    assert page(Role.PRODUCTION, "production-reply", order.pk, promise_date=day, remarks="").status_code == 302
    assert ProductionReply.objects.get().promise_date == order.requested_date


@pytest.mark.req("R4.2")
def test_sales_settles_the_date_on_its_page():
    from datetime import timedelta

    from fulfillment.services import reply_production

    order = make_order("approved")
    assert order.requested_date
    reply_production(order=order, promise_date=order.requested_date + timedelta(days=5), by=person(Role.PRODUCTION))
    assert "5 days later" in page(Role.SALES, "settle-promise", order.pk).content.decode()
    answer = page(Role.SALES, "settle-promise", order.pk, agreed="yes", note="同意")
    assert answer.status_code == 302 and fresh(order).promise_settled


@pytest.mark.req("R4.9")
def test_quality_inspects_line_by_line():
    order = make_order("in_production")
    line = order.lines.get()
    refused = page(Role.QUALITY, "inspection", order.pk, **{f"result_{line.pk}": "failed"})
    assert refused.status_code == 422 and "Say what is wrong." in refused.content.decode()
    page(Role.QUALITY, "inspection", order.pk, **{f"result_{line.pk}": "passed"})
    assert fresh(order).inspection_passed_at


@pytest.mark.req("R5.1")
def test_the_page_says_why_nothing_may_leave_and_the_button_is_away():
    order = make_inspected(terms=PREPAID)
    shown = page(Role.LOGISTICS, "shipment-create", order.pk).content.decode()
    assert "Before shipment" in shown and 'name="address"' not in shown


@pytest.mark.req("R5.5")
def test_from_the_dispatch_order_to_the_dispatch():
    order = make_inspected()
    line = order.lines.get()
    values = {f"quantity_{line.pk}": "4", "mode": "road", "address": "上海", "carrier": "顺丰"}
    made = page(Role.LOGISTICS, "shipment-create", order.pk, **values)
    shipment = Shipment.objects.get()
    assert made["Location"] == shipment.get_absolute_url() and shipment.lines.get().quantity == 4
    too_much = page(Role.LOGISTICS, "shipment-create", order.pk, **{**values, f"quantity_{line.pk}": "7"})
    assert too_much.status_code == 422 and "At most 6" in too_much.content.decode()
    check_delivery(shipment)
    page(Role.WAREHOUSE, "shipment-dispatch", shipment.pk, carrier="顺丰", waybill="SF1",
         expected_arrival=timezone.localdate().isoformat())  # fmt: skip
    assert Shipment.objects.get().is_under_way


@pytest.mark.req("R6.2")
def test_staff_see_the_signing_code_and_strangers_to_the_order_nothing():
    shipment = make_shipment()
    assert "/s/" in page(Role.SALES, "shipment-detail", shipment.pk).content.decode()
    assert "/s/" not in page(Role.FINANCE, "shipment-detail", shipment.pk).content.decode()
    stranger = Client()
    stranger.force_login(make_user(Role.SALES))
    assert stranger.get(shipment.get_absolute_url()).status_code == 404


@pytest.mark.req("R6.2")
def test_sales_records_the_signed_paper():
    shipment = make_shipment()
    line = shipment.lines.get()
    judged = {f"of_{name}_{line.pk}": "accepted" for name in Criterion.values}
    values = {f"quantity_{line.pk}": "10", **judged, "signer_name": "李明"}
    assert page(Role.SALES, "shipment-accept", shipment.pk, **values).status_code == 422
    done = page(Role.SALES, "shipment-accept", shipment.pk, **values, scan=scan())
    assert done.status_code == 302 and fresh(shipment.order).status == "accepted"


@pytest.mark.req("R6.4")
def test_after_sales_settles_a_problem_and_others_read_it():
    shipment = make_shipment()
    sign(shipment, words_for(shipment, result="refused", remark="进水"))
    problem = AcceptanceProblem.objects.get()
    read = page(Role.FINANCE, "problem-settle", problem.pk).content.decode()
    assert "进水" in read and 'name="solution"' not in read
    page(Role.AFTERSALES, "problem-settle", problem.pk, analysis="包装", solution="换货", compensation="免运费")
    assert not AcceptanceProblem.objects.get().is_open


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("production-reply", Role.SALES),
        ("settle-promise", Role.PRODUCTION),
        ("inspection", Role.PRODUCTION),
        ("shipment-create", Role.SALES),
    ],
)
def test_the_pages_of_an_act_are_for_those_who_may(name, role):
    order = make_order("in_production")
    assert page(role, name, order.pk).status_code == 403


@pytest.mark.parametrize("name", ["shipment-dispatch", "shipment-cancel", "shipment-renew-link", "shipment-accept"])
def test_the_acts_on_a_shipment_are_for_those_who_may(name):
    assert page(Role.FINANCE, name, make_shipment().pk).status_code == 403


def many_lines(count):
    return tuple(LineSpec(Decimal(1), Decimal(5000), product=make_product()) for _ in range(count))


@pytest.mark.parametrize("lines", [1, 8])
def test_the_shipments_page_costs_the_same_for_any_number_of_lines(lines, django_assert_max_num_queries):
    shipment = make_shipment(lines=many_lines(lines))
    sign(shipment, words_for(shipment, result="refused", remark="进水"))
    client = client_of(Role.SALES)
    with django_assert_max_num_queries(30):
        assert client.get(shipment.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("count", [1, 4])
def test_the_lists_cost_the_same_for_any_number_of_rows(count, django_assert_max_num_queries):
    for _ in range(count):
        dispatch(prepare(make_inspected(), 1))
    client = client_of(Role.LOGISTICS)
    for name in ("shipment-list", "production-list"):
        with django_assert_max_num_queries(14):
            assert client.get(reverse(f"fulfillment:{name}")).status_code == 200


def test_the_list_is_searched_by_waybill_customer_and_batch():
    shipment = make_shipment()
    client, address = client_of(Role.LOGISTICS), reverse("fulfillment:shipment-list")
    for query in ({"q": "sf12345"}, {"q": shipment.order.customer.name[:4]}, {"batch": shipment.order.number}):
        found = shipment.number in client.get(address, query).content.decode()
        assert found or "batch" in query
    assert shipment.number not in client.get(address, {"q": "nothing"}).content.decode()
    batch = shipment.lines.get().batches.get().batch
    assert shipment.number in client.get(address, {"batch": batch}).content.decode()
    assert shipment.number not in client.get(address, {"status": "prepared"}).content.decode()


@pytest.mark.parametrize("parts", [1, 3])
def test_the_orders_section_costs_the_same_for_any_number_of_shipments(parts, django_assert_num_queries):
    from django.template.loader import render_to_string
    from django.test import RequestFactory

    order = make_inspected()
    for _ in range(parts):
        sign(dispatch(prepare(order, 1)), None)
    request = RequestFactory().get("/")
    request.user = person(Role.LOGISTICS)
    assert request.user.role_codes
    order = fresh(order)
    with django_assert_num_queries(12):
        html = render_to_string("fulfillment/_order_section.html", {"order": order, "request": request})
    assert html.count("SF1234567890") == parts
