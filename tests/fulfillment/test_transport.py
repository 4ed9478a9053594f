"""Goods are followed on their way; what is late is seen (R5.6)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import system_user
from core.errors import Conflict, DomainError, NotPermitted
from fulfillment import services
from fulfillment.models import Shipment, TransportEvent
from tests.factories import client_of, person
from tests.fulfillment.factories import (
    dispatch,
    follow,
    make_carrier,
    make_incident,
    make_inspected,
    make_shipment,
    prepare,
    sign,
)
from tests.fulfillment.test_carrier_rules import change
from workflow.choices import WorkKind
from workflow.models import Notification
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.6")]


def again(shipment):
    return Shipment.objects.get(pk=shipment.pk)


def late_shipment():
    shipment = make_shipment()
    Shipment.objects.filter(pk=shipment.pk).update(expected_arrival=timezone.localdate() - timedelta(days=1))
    return again(shipment)


def watch():
    return services.watch_arrivals(by=system_user())


def waiting(shipment):
    return open_items(shipment.order).filter(kind=WorkKind.OVERDUE_ARRIVAL)


def test_the_first_arrival_is_the_shipments_and_the_salesperson_hears_of_it():
    shipment, now = make_shipment(), timezone.now()
    follow(shipment, "in_transit", at=now)
    assert again(shipment).arrived_at is None
    follow(shipment, "delivered", at=now)
    assert again(shipment).arrived_at == now
    follow(shipment, "delivered", at=shipment.shipped_at)
    follow(shipment, "delivered", at=now)
    assert again(shipment).arrived_at == shipment.shipped_at
    told = Notification.objects.filter(user=shipment.order.salesperson, text__contains="has arrived")
    assert told.count() == 1


def test_trouble_on_the_way_is_told_to_logistics_with_its_words():
    shipment, logistics = make_shipment(), person(Role.LOGISTICS)
    with pytest.raises(DomainError):
        follow(shipment, "exception", by=person(Role.WAREHOUSE))
    assert not TransportEvent.objects.exists()
    follow(shipment, "exception", note="高速封路", by=person(Role.WAREHOUSE))
    assert Notification.objects.filter(user=logistics, text__contains="Trouble").exists()


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"kind": "flown"}, "kind"),
        ({"at": timezone.now() + timedelta(days=2)}, "at"),
        ({"at": timezone.now() - timedelta(days=400)}, "at"),
    ],
)
def test_an_event_that_cannot_be_is_refused(over, field):
    shipment = make_shipment()
    with pytest.raises(DomainError) as refused:
        follow(shipment, **over)
    assert field in refused.value.fields and not TransportEvent.objects.exists()


def test_nothing_is_heard_of_goods_that_have_not_left():
    shipment = prepare(make_inspected())
    with pytest.raises(Conflict):
        follow(shipment)
    with pytest.raises(NotPermitted):
        follow(make_shipment(), by=person(Role.FINANCE))
    assert not TransportEvent.objects.exists()


def test_what_should_have_arrived_is_put_to_logistics_once():
    shipment = late_shipment()
    make_shipment()
    assert [watch(), watch()] == [1, 0]
    item = waiting(shipment).get()
    assert item.owner_role == Role.LOGISTICS and item.url == reverse("fulfillment:event-new", args=[shipment.pk])
    page = client_of(Role.LOGISTICS).get(shipment.get_absolute_url()).content.decode()
    assert "has not arrived" in page


def test_after_another_day_was_said_and_passed_it_is_asked_again():
    shipment, today = late_shipment(), timezone.localdate()
    watch()
    by, now = person(Role.LOGISTICS), timezone.now()
    services.change_arrival(shipment=shipment, expected_arrival=today, reason="改签", by=by)
    assert not waiting(shipment).exists() and watch() == 0
    assert services.watch_arrivals(by=system_user(), now=now + timedelta(days=1)) == 1
    assert again(shipment).expected_arrival == today


@pytest.mark.req("R5.7")
def test_a_later_day_does_not_make_the_carrier_punctual():
    change(fewest_shipments=1)
    carrier, today = make_carrier(), timezone.localdate()
    shipment = dispatch(prepare(make_inspected(), carrier_ref=carrier), expected_arrival=today)
    services.change_arrival(
        shipment=shipment, expected_arrival=today + timedelta(days=5), reason="改签", by=person(Role.LOGISTICS)
    )
    now = timezone.now() + timedelta(days=2)
    follow(shipment, "delivered", at=now, now=now)
    services.rate_carriers(by=system_user(), now=now)
    carrier.refresh_from_db()
    assert carrier.rating == 0


@pytest.mark.parametrize("what", ["arrival", "signature", "incident"])
def test_the_question_ends_when_somebody_knows_where_the_goods_are(what):
    shipment = late_shipment()
    watch()
    if what == "arrival":
        follow(shipment, "delivered")
    elif what == "signature":
        sign(shipment)
    else:
        make_incident(shipment, "delay")
    assert not waiting(shipment).exists() and watch() == 0


def test_an_event_is_recorded_in_the_browser_and_stands_on_the_page():
    shipment, browser = make_shipment(), client_of(Role.LOGISTICS)
    page = browser.get(shipment.get_absolute_url()).content.decode()
    assert shipment.event_url in page
    browser.post(shipment.event_url, {"kind": "in_transit", "place": "杭州转运中心", "note": ""})
    assert "杭州转运中心" in browser.get(shipment.get_absolute_url()).content.decode()
    seen = client_of(Role.FINANCE).get(shipment.get_absolute_url()).content.decode()
    assert "杭州转运中心" in seen and shipment.event_url not in seen


def test_the_database_knows_no_carriers_number_without_a_carrier():
    event = follow(make_shipment())
    with pytest.raises(IntegrityError), transaction.atomic():
        TransportEvent.objects.filter(pk=event.pk).update(external_id="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        TransportEvent.objects.filter(pk=event.pk).update(source="callback")


def test_the_page_costs_the_same_after_many_events(django_assert_max_num_queries):
    shipment, browser = make_shipment(), client_of(Role.LOGISTICS)
    for count in (1, 8):
        for _n in range(count):
            follow(shipment)
        with django_assert_max_num_queries(38):
            browser.get(shipment.get_absolute_url())
