"""The demo's dispatch: what sales asks for, what is short, what leaves together, whose arrival was told."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User, system_user
from config.demo.orders import morning
from fulfillment.models import Carrier, DeliveryCheck, DispatchRequest, Shipment
from fulfillment.services import (
    Stop,
    Wanted,
    change_arrival,
    check_delivery,
    create_shipment,
    make_load,
    report_shortage,
    request_dispatch,
    return_dispatch_request,
    tell_of_arrivals,
    write_manifest,
)
from orders.choices import OrderStatus
from orders.models import Order
from workflow.business_time import add_working_days
from workflow.calendar import current_calendar


def make_dispatch(people: dict[str, User]) -> None:
    """After the orders: two of them are inspected and wait."""
    making = Order.objects.filter(status=OrderStatus.IN_PRODUCTION).order_by("pk")
    first, second = making.filter(inspection_passed_at__isnull=False, shipments__isnull=True)[:2]
    _requests(people, second, making.filter(inspection_passed_at__isnull=True)[0])
    _load(people, first, second)
    _shortage(people, first)
    _arrival(people)


def _requests(people: dict[str, User], ready: Order, unready: Order) -> None:
    """One waits for inside sales, one came back."""
    day = timezone.localdate() + timedelta(days=3)
    _ask(people, ready, Wanted(wanted_date=day, papers="说明书、检验报告", special_needs="上午 10 点前送达，需尾板车"))
    asked = _ask(people, unready, Wanted(wanted_date=day, labels="加贴客户物料号"))
    return_dispatch_request(
        dispatch_request=asked, reason="尚未检验合格，请改约下周。", by=people["inside_sales"], now=morning(0)
    )


def _ask(people: dict[str, User], order: Order, wanted: Wanted) -> DispatchRequest:
    line = order.lines.order_by("position")[0]
    by = order.salesperson or people["sales"]
    return request_dispatch(order=order, quantities={line.pk: Decimal(1)}, wanted=wanted, by=by, now=morning(0))


def _load(people: dict[str, User], *orders: Order) -> None:
    """Two customers, one truck; the second shipment is not checked yet."""
    shipments = [_prepared(people, order) for order in orders]
    load = make_load(
        shipments=shipments, carrier_ref=Carrier.objects.get(code="SF"), by=people["logistics"], now=morning(0),
        expected_arrival=timezone.localdate() + timedelta(days=4),
    )  # fmt: skip
    items = dict.fromkeys(DeliveryCheck.ITEMS, True)
    check_delivery(shipment=shipments[0], items=items, by=people["warehouse"], now=morning(0))
    near, far = shipments
    stops = {near.pk: Stop(1, 4), far.pk: Stop(2, 12)}
    write_manifest(
        load=load, vehicle="粤B·7K236", driver="赵志强", driver_phone="13900139016", stops=stops,
        by=people["logistics"], now=morning(0),
    )  # fmt: skip


def _shortage(people: dict[str, User], order: Order) -> None:
    day = timezone.localdate() + timedelta(days=5)
    report_shortage(
        shipment=_prepared(people, order), reason="电源线缺 1 根，供应商后天到货", new_date=day,
        by=people["warehouse"], now=morning(0),
    )  # fmt: skip


def _prepared(people: dict[str, User], order: Order) -> Shipment:
    line = order.lines.order_by("position")[0]
    return create_shipment(
        order=order, quantities={line.pk: Decimal(1)}, carrier_ref=Carrier.objects.get(code="SF"),
        by=people["warehouse"], now=morning(0),
    )  # fmt: skip


def _arrival(people: dict[str, User]) -> None:
    """Arrives on the next working day: account manager and customer were told this morning."""
    shipment = Shipment.objects.filter(status="dispatched").order_by("pk")[0]
    tomorrow = timezone.localdate(add_working_days(current_calendar(), timezone.now(), 1).at)
    change_arrival(
        shipment=shipment, expected_arrival=tomorrow, reason="承运人改走夜班车", by=people["logistics"],
        now=timezone.now(),
    )  # fmt: skip
    tell_of_arrivals(by=system_user(), now=timezone.localtime().replace(hour=9, minute=20))
