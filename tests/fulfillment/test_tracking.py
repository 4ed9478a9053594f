"""The logistics tracking table shows where everything is that is under way (R5.8)."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.models import AuditEntry
from fulfillment.models import Shipment
from tests.factories import client_of
from tests.fulfillment.factories import (
    follow,
    make_carrier,
    make_incident,
    make_inspected,
    make_shipment,
    prepare,
    settle,
    sign,
)

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.8")]
TABLE = reverse("fulfillment:tracking")


def shown(browser, **query):
    return [row.obj for row in browser.get(TABLE, query).context["rows"]]


def late(shipment):
    Shipment.objects.filter(pk=shipment.pk).update(expected_arrival=timezone.localdate() - timedelta(days=1))
    return shipment


def test_only_what_is_under_way_stands_there_with_the_last_that_was_heard():
    here, gone, under_way = prepare(make_inspected()), make_shipment(), make_shipment()
    sign(gone)
    follow(under_way, at=under_way.shipped_at, place="苏州")
    follow(under_way, "out_for_delivery", place="杭州")
    page = client_of(Role.LOGISTICS).get(TABLE)
    assert [row.obj for row in page.context["rows"]] == [under_way]
    text = page.content.decode()
    assert "Out for delivery 杭州" in text and "苏州" not in text and here.number not in text


def test_it_is_narrowed_to_what_needs_somebody():
    quiet, overdue, broken = make_shipment(), late(make_shipment()), make_shipment()
    Shipment.objects.filter(pk=quiet.pk).update(carrier_ref=make_carrier())
    for shipment in (overdue, broken):
        follow(shipment)
    settle(make_incident(overdue))
    make_incident(broken)
    browser = client_of(Role.LOGISTICS)
    assert shown(browser, silent="true") == [quiet]
    assert shown(browser, late="true") == [overdue]
    assert shown(browser, incident="true") == [broken]
    assert shown(browser, carrier_ref=str(Shipment.objects.get(pk=quiet.pk).carrier_ref_id)) == [quiet]
    assert shown(browser, q=broken.number) == [broken]
    assert shown(browser, sort="expected_arrival")[0] == overdue
    assert "is-late" in browser.get(TABLE, {"late": "true"}).content.decode()


@pytest.mark.req("R5.5")
def test_what_nobody_named_a_day_for_is_flagged_and_named_without_a_reason():
    undated, fetched, dated = make_shipment(), make_shipment(), make_shipment()
    Shipment.objects.filter(pk__in=[undated.pk, fetched.pk]).update(expected_arrival=None, first_expected_arrival=None)
    Shipment.objects.filter(pk=fetched.pk).update(mode="pickup")
    browser = client_of(Role.LOGISTICS)
    assert shown(browser, undated="true") == [undated] and dated in shown(browser, undated="false")
    assert browser.get(TABLE).content.decode().count("Not named") == 1
    assert "Name the expected arrival" in browser.get(undated.get_absolute_url()).content.decode()
    day = timezone.localdate() + timedelta(days=2)
    browser.post(reverse("fulfillment:shipment-arrival", args=[undated.pk]), {"expected_arrival": day.isoformat()})
    assert not shown(browser, undated="true")
    assert Shipment.objects.get(pk=undated.pk).first_expected_arrival == day


def test_it_is_exported_with_its_columns_and_the_export_leaves_a_trace():
    shipment = make_shipment()
    follow(shipment, place="杭州")
    make_incident(shipment, "delay")
    answer = client_of(Role.LOGISTICS).get(TABLE, {"export": "csv"})
    head, row = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    given = dict(zip(head, row, strict=True))
    assert (given["Number"], given["Waybill"]) == (shipment.number, shipment.waybill)
    assert (given["Order"], given["Mode"]) == (shipment.order.number, "Road") and given["Batch"]
    assert given["First expected"] == given["Expected"] != ""
    assert (given["Last event"], given["Open incidents"]) == ("In transit 杭州", "Delay")
    assert AuditEntry.objects.filter(action="export.taken", note__startswith="tracking.csv").exists()
    assert client_of(Role.LOGISTICS).get(TABLE, {"export": "xlsx"}).status_code == 200


def test_it_costs_the_same_with_many_rows(django_assert_max_num_queries):
    browser, first = client_of(Role.LOGISTICS), make_shipment()
    for n in range(2):
        follow(first, place=f"P{n}")
    make_incident(first)
    for count in (0, 6):
        copy = Shipment.objects.get(pk=first.pk)
        for n in range(count):
            copy.pk, copy.number, copy.signing_hash = None, f"X{n}", None
            copy.save(force_insert=True)
            follow(copy)
            make_incident(copy)
        with django_assert_max_num_queries(12):
            assert len(shown(browser)) == count + 1
