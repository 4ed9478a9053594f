"""A report that comes twice at once, an incident two people settle; beside each the same with the lock off."""

import threading

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.choices import Role
from accounts.models import system_user
from core.errors import Conflict
from core.models import AuditEntry
from fulfillment.models import Carrier, Shipment, TransportEvent, TransportIncident
from fulfillment.services import incidents, open_carrier_callback, receive_carrier_event, transport
from tests.core.factories import at_once
from tests.factories import person
from tests.fulfillment.factories import make_carrier, make_incident, make_shipment, settle

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R5.6", "R13.1")]
WHO = ("carrier", "house")


@pytest.fixture(autouse=True)
def cast(transactional_db):
    """Made before the threads start: `person` makes people on first use."""
    return [system_user(), person(Role.LOGISTICS), person(Role.WAREHOUSE)]


def reported():
    """What a carrier let in sends, as the door of the interface hands it on."""
    carrier = open_carrier_callback(carrier=make_carrier(), by=person(Role.LOGISTICS))
    shipment = make_shipment()
    Shipment.objects.filter(pk=shipment.pk).update(carrier_ref=carrier)
    at, by = timezone.now(), system_user()
    return lambda _i: receive_carrier_event(
        carrier=Carrier.objects.get(pk=carrier.pk), external_id="E1", waybill=shipment.waybill, kind="in_transit",
        at=at, by=by,
    )  # fmt: skip


def one_writer():
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")


def settled():
    return AuditEntry.objects.filter(action="transport_incident.settled").count()


def test_the_same_report_at_once_is_entered_once_and_every_sender_is_answered():
    results = at_once(4, reported())
    assert sorted(result.repeated for result in results) == [False, True, True, True]
    assert TransportEvent.objects.count() == 1


def test_without_the_lock_the_second_sender_meets_an_error_of_the_database(monkeypatch):
    one_writer()
    send, real, both_read = reported(), transport.enter_event, threading.Barrier(2, timeout=20)

    def enter_late(event, **given):
        both_read.wait()
        return real(event, **given)

    monkeypatch.setattr(transport, "lock_gone", lambda shipment, **_given: shipment)
    monkeypatch.setattr(transport, "enter_event", enter_late)
    results = at_once(2, send)
    assert sorted(isinstance(result, IntegrityError) for result in results) == [False, True]
    assert TransportEvent.objects.count() == 1


def test_of_two_who_settle_an_incident_one_does_and_the_other_hears_of_it():
    incident = make_incident(make_shipment())
    results = at_once(2, lambda i: settle(TransportIncident.objects.get(pk=incident.pk), WHO[i]))
    done = [result for result in results if not isinstance(result, Exception)]
    assert [type(result) for result in results if isinstance(result, Exception)] == [Conflict]
    assert TransportIncident.objects.get().responsible == done[0].responsible and settled() == 1


def test_without_the_lock_the_later_word_wipes_out_the_first(monkeypatch):
    one_writer()
    incident, both_read = make_incident(make_shipment()), threading.Barrier(2, timeout=20)

    def stale(given):
        found = TransportIncident.objects.select_related("shipment").get(pk=given.pk)
        both_read.wait()
        return found

    monkeypatch.setattr(incidents, "lock_incident", stale)
    monkeypatch.setattr(incidents, "lock_order", lambda order, **_given: order)
    results = at_once(2, lambda i: settle(TransportIncident.objects.get(pk=incident.pk), WHO[i]))
    assert [result for result in results if isinstance(result, Exception)] == [] and settled() == 2
