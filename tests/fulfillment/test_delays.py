"""A delay that names a new day moves the expected arrival; the carrier is held to the first (R5.5, R5.6)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import system_user
from core.errors import DomainError
from core.models import AuditEntry
from fulfillment import services
from fulfillment.models import Carrier, CustomerNotice, Shipment, TransportIncident
from fulfillment.services import arrivals
from tests.factories import client_of
from tests.fulfillment.factories import again, follow, make_carrier, make_incident, make_shipment, sign
from tests.fulfillment.test_arrivals import FRIDAY, MONDAY, at, expected, news_of_arrival, sweep, told
from tests.fulfillment.test_carrier_rules import change

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.6"), pytest.mark.req("R5.5")]


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def awaited(days: int = 1) -> Shipment:
    """Under way, and said to arrive so many days from now when it left."""
    shipment = make_shipment()
    Shipment.objects.filter(pk=shipment.pk).update(expected_arrival=day(days), first_expected_arrival=day(days))
    return again(shipment)


def test_the_new_day_is_the_expected_one_and_the_old_one_stays_in_both_timelines():
    shipment = awaited(1)
    make_incident(shipment, "delay", description="大雪封路", new_date=day(4))
    now_known = again(shipment)
    assert (now_known.expected_arrival, now_known.first_expected_arrival) == (day(4), day(1))
    entries = AuditEntry.objects.filter(action__in=["shipment.arrival_changed", "order.shipment_arrival_changed"])
    assert {entry.note for entry in entries} == {f"{day(1)} → {day(4)}: 大雪封路"} and entries.count() == 2
    assert CustomerNotice.objects.get(order=shipment.order).new_date == day(4)


def test_who_was_told_of_the_old_day_is_told_of_the_new_one_at_once():
    shipment = expected(day(1))
    arrivals.tell_of(shipment, by=system_user(), now=timezone.now())
    make_incident(shipment, "delay", new_date=day(6))
    assert told(shipment) == [day(1), day(6)] and len(news_of_arrival()) == 2


def test_who_was_told_of_nothing_is_told_the_day_ahead():
    shipment = expected(day(1))
    make_incident(shipment, "delay", new_date=day(6))
    assert told(shipment) == []


def test_a_day_told_of_long_before_is_told_of_again_the_day_ahead():
    shipment = expected(MONDAY)
    arrivals.tell_of(shipment, by=system_user(), now=at(FRIDAY - timedelta(days=7)))
    assert [sweep(at(FRIDAY)), sweep(at(FRIDAY, 10)), sweep(at(MONDAY))] == [1, 0, 0]
    assert told(shipment) == [MONDAY, MONDAY]


@pytest.mark.req("R5.7")
def test_the_carrier_is_late_by_the_first_day_whatever_was_said_since():
    change(fewest_shipments=1)
    carrier, shipment = make_carrier(), awaited(-1)
    Shipment.objects.filter(pk=shipment.pk).update(carrier_ref=carrier)
    make_incident(shipment, "delay", new_date=day(3))
    follow(shipment, "delivered")
    services.rate_carriers(by=system_user())
    assert Carrier.objects.get().late_shipments == 1


def test_the_day_it_left_with_is_the_first_one_even_where_nobody_kept_it():
    shipment = awaited(1)
    Shipment.objects.filter(pk=shipment.pk).update(first_expected_arrival=None)
    make_incident(shipment, "delay", new_date=day(4))
    assert again(shipment).first_expected_arrival == day(1)


@pytest.mark.parametrize("kind", ["damage", "loss", "wrong_goods"])
def test_the_date_of_another_incident_is_not_that_of_the_goods_under_way(kind):
    shipment = awaited(1)
    make_incident(shipment, kind, new_date=day(9))
    assert again(shipment).expected_arrival == day(1)


def test_what_is_there_is_expected_on_no_other_day():
    arrived, signed = awaited(1), awaited(1)
    follow(arrived, "delivered")
    sign(signed)
    for shipment in (arrived, signed):
        make_incident(shipment, "delay", new_date=day(4))
        assert again(shipment).expected_arrival == day(1)


def test_a_delay_is_to_no_earlier_day_but_may_name_the_one_already_known():
    shipment = awaited(5)
    with pytest.raises(DomainError) as refused:
        make_incident(shipment, "delay", new_date=day(4))
    assert "new_date" in refused.value.fields and again(shipment).expected_arrival == day(5)
    assert not TransportIncident.objects.exists()
    make_incident(shipment, "delay", new_date=day(5))
    assert not AuditEntry.objects.filter(action="shipment.arrival_changed").exists()


def test_the_page_says_so_before_and_shows_the_new_day_after():
    shipment, browser = awaited(1), client_of(Role.WAREHOUSE)
    address = reverse("fulfillment:incident-new", args=[shipment.pk])
    assert "it becomes the expected arrival" in browser.get(address).content.decode()
    browser.post(address, {"kind": "delay", "description": "车辆故障", "new_date": day(3).isoformat()})
    assert again(shipment).expected_arrival == day(3)
    page = client_of(Role.LOGISTICS)
    text = page.get(shipment.get_absolute_url()).content.decode()
    assert f"{day(1)} → {day(3)}" in text and "First expected" in text
