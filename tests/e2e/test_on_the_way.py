"""Warehouse and driver with a telephone: laid out, checked, sent off, followed, an incident with a photo, settled."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from fulfillment.models import DeliveryCheck, Shipment, TransportIncident
from tests.browser import PHONE
from tests.fulfillment.factories import make_carrier, make_inspected, picture, prepare

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.xdist_group("e2e")]


@pytest.mark.slow
@pytest.mark.req("R5.6", "R5.3", "R6.1", "R13.6")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_goods_are_sent_off_and_followed_from_a_telephone(office_of: Any, language: str) -> None:
    office = office_of(language=language, size=PHONE)
    carrier, shipment = make_carrier(), prepare(make_inspected())
    send_off(office["warehouse"], shipment, carrier)
    follow(office["logistics"], shipment)
    incident = TransportIncident.objects.get()
    driver = office["logistics"].takes_up(incident.get_absolute_url()).sees_text("外箱破损")
    driver.fills(responsible="carrier", measure="承运人赔付，补发两件", cost="120").finishes("Settle the incident")
    driver.has_no_work(incident.get_absolute_url())
    driver.goes(shipment.get_absolute_url()).sees("The carrier")
    driver.goes(reverse("fulfillment:tracking")).sees_text(shipment.number)
    driver.goes(carrier.get_absolute_url())
    office.has_nothing_to_complain_of()


def act(name: str, shipment: Shipment) -> str:
    return reverse(f"fulfillment:{name}", args=[shipment.pk])


def send_off(keeper: Any, shipment: Shipment, carrier: Any) -> None:
    keeper.goes(shipment.get_absolute_url())
    sheet = {"inspection_report": "QC-001", "packaging": "纸箱加固，标签齐全"}
    keeper.does(act("shipment-prepare", shipment), "Write the preparation sheet", **sheet)
    boxes = dict.fromkeys(DeliveryCheck.ITEMS, True)
    keeper.does(act("shipment-check", shipment), "Record the check", **boxes)
    day = timezone.localdate() + timedelta(days=3)
    way = {"carrier_ref": carrier.pk, "waybill": "SD20261122", "expected_arrival": day.isoformat()}
    keeper.does(act("shipment-dispatch", shipment), "Dispatch", **way)
    assert Shipment.objects.get().is_under_way


def follow(driver: Any, shipment: Shipment) -> None:
    driver.goes(shipment.get_absolute_url())
    driver.does(shipment.event_url, "Record the event", kind="in_transit", place="杭州转运中心")
    driver.sees_text("杭州转运中心")
    photo = {"name": "crate.jpg", "mimeType": "image/jpeg", "buffer": picture().read()}
    told = {"kind": "damage", "description": "外箱破损两件", "photos": photo}
    driver.does(act("incident-new", shipment), "Report the incident", **told)
    driver.sees_text("外箱破损")
