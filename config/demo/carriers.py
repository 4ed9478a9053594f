"""Two carriers: one whose contract runs and that reports itself, one whose contract ends soon; goods on their way."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User, system_user
from fulfillment.choices import IncidentKind, Mode, Responsible, ShipmentStatus, TransportEventKind
from fulfillment.models import Carrier, Shipment
from fulfillment.services import (
    open_carrier_callback,
    rate_carriers,
    receive_carrier_event,
    remind_of_carrier_contracts,
    report_incident,
    save_carrier,
    set_carrier_rate,
    settle_incident,
    watch_arrivals,
)

CARRIERS = (
    ("SF", "顺丰速运", "YS-2026-011", 300, "陈立", "13910010010"),
    ("DB", "德邦物流", "YS-2025-034", 20, "孙海", "13910020020"),
)
RATES = (
    ("SF", Mode.EXPRESS, "华东", "18", "60"),
    ("SF", Mode.ROAD, "华东", "9", "200"),
    ("DB", Mode.ROAD, "华北", "7", "180"),
)


def make_carriers(people: dict[str, User]) -> None:
    by, carriers = people["logistics"], {}
    for code, name, number, days, contact, phone in CARRIERS:
        values = {
            "code": code, "name": name, "contract_number": number, "contact": contact, "phone": phone,
            "valid_until": timezone.localdate() + timedelta(days=days), "is_active": True,
        }  # fmt: skip
        carriers[code] = save_carrier(carrier=Carrier(), values=values, by=by)
    for code, mode, region, price, least in RATES:
        set_carrier_rate(
            carrier=carriers[code], mode=mode, region=region, per_unit=Decimal(price), minimum=Decimal(least), by=by
        )


def rate_and_remind() -> None:
    """What the night does."""
    remind_of_carrier_contracts(by=system_user())
    watch_arrivals(by=system_user())
    rate_carriers(by=system_user())


def make_transport(people: dict[str, User]) -> None:
    """After the orders: what was heard of the goods, by the carrier itself and by hand, and what went wrong."""
    carrier = open_carrier_callback(carrier=Carrier.objects.get(code="SF"), by=people["logistics"])
    for shipment in Shipment.objects.filter(status=ShipmentStatus.ACCEPTED).order_by("pk"):
        _report(carrier, shipment, TransportEventKind.DELIVERED, 30, "")
    for shipment in Shipment.objects.filter(status=ShipmentStatus.DISPATCHED).order_by("pk"):
        _report(carrier, shipment, TransportEventKind.PICKED_UP, 2, "深圳宝安集散中心")
        _report(carrier, shipment, TransportEventKind.IN_TRANSIT, 20, "杭州转运中心")
    _delay(people)
    _damage(people)


def _report(carrier: Carrier, shipment: Shipment, kind: str, hours: int, place: str) -> None:
    assert shipment.shipped_at
    at = min(shipment.shipped_at + timedelta(hours=hours), timezone.now())
    receive_carrier_event(
        carrier=carrier, external_id=f"{shipment.waybill}-{kind}", waybill=shipment.waybill, kind=kind, at=at,
        place=place, by=system_user(), now=at,
    )  # fmt: skip


def _delay(people: dict[str, User]) -> None:
    """Open: logistics has it to settle, sales to tell the customer."""
    shipment = Shipment.objects.filter(status=ShipmentStatus.DISPATCHED).order_by("pk").last()
    if shipment is not None:
        report_incident(
            shipment=shipment, kind=IncidentKind.DELAY, description="高速封路，车辆绕行，预计晚到两天",
            new_date=timezone.localdate() + timedelta(days=2), by=people["logistics"],
        )  # fmt: skip


def _damage(people: dict[str, User]) -> None:
    """Settled: the carrier answers for it, with a penalty within the rules."""
    shipment = Shipment.objects.filter(status=ShipmentStatus.ACCEPTED).order_by("pk").last()
    if shipment is not None:
        incident = report_incident(
            shipment=shipment, kind=IncidentKind.DAMAGE, description="两箱外包装压损", by=people["warehouse"]
        )
        settle_incident(
            incident=incident, responsible=Responsible.CARRIER, measure="承运人更换包装并赔付，装车改为单层码放",
            cost=Decimal(360), penalty=Decimal(200), by=people["logistics"],
        )  # fmt: skip
