"""Incidents of transport stand in a list of their own, and where the order and the shipment are looked at (R5.6)."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.models import AuditEntry
from fulfillment.models import Shipment, TransportIncident
from tests.factories import client_of, make_user
from tests.fulfillment.factories import make_carrier, make_incident, make_shipment, settle

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.6")]
LIST = reverse("fulfillment:incident-list")


def shown(browser, **query):
    return [row.obj for row in browser.get(LIST, query).context["rows"]]


def test_they_are_found_by_kind_carrier_state_and_who_answers():
    shipment, other = make_shipment(), make_shipment()
    carrier = make_carrier()
    Shipment.objects.filter(pk=other.pk).update(carrier_ref=carrier)
    late, broken = make_incident(shipment, "delay", description="车辆故障"), make_incident(shipment)
    fined = settle(make_incident(other), penalty=Decimal(150))
    browser = client_of(Role.LOGISTICS)
    assert shown(browser) == [fined, broken, late]
    assert shown(browser, sort="reported_at") == [late, broken, fined]
    assert shown(browser, kind="delay") == [late]
    assert shown(browser, open="true") == [broken, late] and shown(browser, open="false") == [fined]
    assert shown(browser, responsible="carrier") == [fined] == shown(browser, carrier_ref=str(carrier.pk))
    assert shown(browser, q="车辆") == [late] and shown(browser, q=other.number) == [fined]
    assert "¥150.00" in browser.get(LIST).content.decode()


def test_they_are_found_by_the_day_they_were_reported():
    old, new = make_incident(make_shipment()), make_incident(make_shipment())
    today = timezone.localdate()
    TransportIncident.objects.filter(pk=old.pk).update(reported_at=timezone.now() - timedelta(days=40))
    browser = client_of(Role.LOGISTICS)
    assert shown(browser, reported_from=(today - timedelta(days=2)).isoformat()) == [new]
    assert shown(browser, reported_to=(today - timedelta(days=2)).isoformat()) == [old]


def test_who_does_not_see_the_order_does_not_see_its_incidents():
    make_incident(make_shipment())
    browser = client_of(Role.SALES)
    assert len(shown(browser)) == 1
    browser.force_login(make_user(Role.SALES))
    assert shown(browser) == []


def test_the_export_has_every_field_and_leaves_a_trace():
    shipment = make_shipment()
    settle(make_incident(shipment, description="外箱破损"), cost=Decimal(80), penalty=Decimal(120))
    browser = client_of(Role.LOGISTICS)
    answer = browser.get(LIST, {"export": "csv"})
    head, row = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    given = dict(zip(head, row, strict=True))
    assert (given["What happened"], given["Kind"], given["Status"]) == ("外箱破损", "Damage", "Settled")
    assert (given["Cost"], given["Penalty"], given["Order"]) == ("80.00", "120.00", shipment.order.number)
    assert given["Measure"] == "承运人赔付，补发两件" and given["Waybill"] == shipment.waybill
    assert AuditEntry.objects.filter(action="export.taken", note__startswith="transport-incidents.csv").exists()
    assert "Waybill" not in browser.get(LIST).content.decode().split("</thead>")[0].split("<thead>")[1]


def test_order_and_shipment_mark_what_is_open_and_not_what_is_settled():
    shipment = make_shipment()
    settle(make_incident(shipment, "delay", description="已处理的延误"))
    open_one = make_incident(shipment, description="外箱破损")
    page = client_of(Role.LOGISTICS).get(shipment.order.get_absolute_url()).content.decode()
    section = page.split('id="shipments"')[1].split("</section>")[0]
    assert open_one.get_absolute_url() in section and "已处理的延误" not in section
    page = client_of(Role.LOGISTICS).get(shipment.get_absolute_url()).content.decode()
    assert "1 open incident" in page
    settle(open_one)
    assert "open incident" not in client_of(Role.LOGISTICS).get(shipment.get_absolute_url()).content.decode()


def test_it_costs_the_same_with_many_rows(django_assert_max_num_queries):
    browser, first = client_of(Role.LOGISTICS), make_incident(make_shipment())
    for count in (0, 8):
        for _n in range(count):
            settle(make_incident(first.shipment, "loss"))
        with django_assert_max_num_queries(9):
            assert len(shown(browser)) == count + 1
