"""Dispatch orders: written only when the goods may go (R5.1, R5.2)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core.errors import Conflict, DomainError
from core.horizon import out_of_reach
from core.numbering import draw_number
from fulfillment.choices import Mode, ShipmentStatus
from fulfillment.documents import issue_dispatch_order
from fulfillment.models import Carrier, DispatchRequest, DispatchRequestLine, Shipment, ShipmentLine
from fulfillment.models.dispatch_request import OPEN
from fulfillment.services.carriers import require_carrier
from fulfillment.services.load_contents import leave_load, lock_load
from fulfillment.services.trail import enter_trail
from orders.choices import OrderStatus
from orders.guards import require
from orders.models import Order
from orders.services.steps import lock_order, require_status
from workflow.choices import WorkKind
from workflow.notifications import notify
from workflow.services import cancel_work

PREPARERS = frozenset({Role.INSIDE_SALES, Role.WAREHOUSE, Role.LOGISTICS})
MENDERS = (Role.INSIDE_SALES, Role.PRODUCTION)  # who gets goods that are missing
PLANNED = gettext_noop("Shipment %(number)s of order %(order)s leaves on %(date)s: tell the customer.")


@act("fulfillment.create_shipment", roles=PREPARERS)
def create_shipment(
    *,
    order: Order,
    quantities: Mapping[int, Decimal],
    by: User,
    carrier: str = "",
    carrier_ref: Carrier | None = None,
    mode: str = Mode.ROAD,
    planned_date: date | None = None,
    expected_arrival: date | None = None,
    receiver: str = "",
    receiver_phone: str = "",
    address: str = "",
    labels: str = "",
    papers: str = "",
    remarks: str = "",
    request: DispatchRequest | None = None,
    now: datetime | None = None,
) -> Shipment:
    """Issue the dispatch order for `quantities` by order line key; receiver, address and labels default to the order's.

    Raises DomainError("blocked") with every closed gate: inspection, hold, and the money the terms ask for unless
    specially approved (R5.1); DomainError("quantity") above what is neither shipped, on another dispatch order nor
    asked for by another request than `request`: what was asked for leaves by the check of who did not ask.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.IN_PRODUCTION)
    require(order, "dispatch")
    wanted = check_quantities(askable(order, besides=request), quantities)
    require_carrier(carrier_ref, timezone.localdate(now))
    shipment = Shipment(
        order=order, carrier=carrier_ref.name if carrier_ref else carrier.strip(), carrier_ref=carrier_ref, mode=mode,
        planned_date=planned_date, expected_arrival=expected_arrival,
        receiver=receiver.strip() or order.receiver or order.contact_name,
        receiver_phone=receiver_phone.strip() or order.receiver_phone or order.contact_phone,
        address=address.strip() or order.delivery_address, labels=labels.strip() or order.labels,
        papers=papers.strip(), remarks=remarks.strip(), prepared_by=by, prepared_at=now,
    )  # fmt: skip
    _check(shipment, now)
    shipment.number = draw_number("shipment", now=now)
    shipment.refresh_search_text()
    shipment.save(force_insert=True)
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=line_id, quantity=quantity)
        for line_id, quantity in wanted.items()
    )
    enter_trail(shipment, "prepared", by=by, now=now)
    issue_dispatch_order(shipment, by=by, now=now)
    _tell_salesperson(shipment, by, now)
    return shipment


@act("fulfillment.cancel_shipment", roles=PREPARERS)
def cancel_shipment(*, shipment: Shipment, reason: str, by: User, now: datetime | None = None) -> Shipment:
    """Take back a dispatch order whose goods have not left; its load goes without it.

    Raises DomainError("reason"), Conflict("status").
    """
    now = now or timezone.now()
    order = lock_order(shipment.order, by=by)
    shipment = lock_shipment(shipment)
    require_shipment(shipment, ShipmentStatus.PREPARED)
    shipment.order = order
    if not reason.strip():
        raise DomainError("reason", _("Say why the shipment is canceled."), fields={"reason": [_("Required.")]})
    if shipment.load is not None:
        leave_load(shipment, lock_load(shipment.load), by=by, now=now)
    shipment.status, shipment.canceled_at = ShipmentStatus.CANCELED, now
    shipment.save(update_fields=["status", "canceled_at", "load"])
    _end_shortages(shipment, by=by, now=now)
    enter_trail(shipment, "canceled", by=by, now=now, note=reason.strip())
    return shipment


def _end_shortages(shipment: Shipment, *, by: User, now: datetime) -> None:
    """Nobody gets goods any more for what does not leave."""
    for shortage in shipment.shortages.filter(settled_at__isnull=True):
        shortage.measure, shortage.settled_by, shortage.settled_at = _("The shipment was canceled."), by, now
        shortage.save(update_fields=["measure", "settled_by", "settled_at"])
        for role in MENDERS:
            cancel_work(
                WorkKind.SHORTAGE, shipment.order, by=by, outcome="canceled", key=f"{shortage.pk}:{role}", now=now
            )


def lock_shipment(shipment: Shipment) -> Shipment:
    """The shipment as it stands now. The order was locked before it: the fixed order of locks."""
    return Shipment.objects.select_for_update().get(pk=shipment.pk)


def require_shipment(shipment: Shipment, status: str) -> None:
    """Raise Conflict("status") unless the shipment stands in `status`."""
    if shipment.status != status:
        raise Conflict(
            "status",
            _("Shipment %(number)s is “%(status)s” by now; this step no longer fits.")
            % {"number": shipment.number, "status": shipment.get_status_display()},
        )


def open_quantities(order: Order) -> dict[int, Decimal]:
    """By order line: what is neither shipped nor on a dispatch order."""
    held = ShipmentLine.objects.prepared_quantities(order)
    return {line.pk: line.quantity_open - held.get(line.pk, Decimal(0)) for line in order.lines.all()}


def askable(order: Order, *, besides: DispatchRequest | None = None) -> dict[int, Decimal]:
    """By order line: what is neither shipped, on a dispatch order nor in another open request."""
    rows = DispatchRequestLine.objects.filter(request__order=order, request__status__in=OPEN)
    if besides and besides.pk:
        rows = rows.exclude(request=besides)
    asked = dict(rows.values_list("order_line_id").annotate(Sum("quantity")).order_by())
    return {key: free - asked.get(key, Decimal(0)) for key, free in open_quantities(order).items()}


def check_quantities(free: Mapping[int, Decimal], quantities: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """The lines that are to go, none above what is free, or DomainError("quantity") with the fields."""
    wanted = {line_id: quantity for line_id, quantity in quantities.items() if quantity}
    problems: dict[str, list[Any]] = {}
    for line_id, quantity in wanted.items():
        if not 0 < quantity <= free.get(line_id, Decimal(0)):
            problems[f"quantity_{line_id}"] = [
                _("At most %(open)s are neither shipped, on a dispatch order nor asked for.")
                % {"open": f"{free.get(line_id, Decimal(0)).normalize():f}"}
            ]
    if problems:
        raise DomainError("quantity", _("More than can still be sent."), fields=problems)
    if not wanted:
        raise DomainError("quantity", _("Enter what is to be shipped."))
    return wanted


def _check(shipment: Shipment, now: datetime) -> None:
    problems: dict[str, list[Any]] = {}
    if not shipment.address:
        problems["address"] = [_("Required.")]
    if shipment.mode not in Mode.values:
        problems["mode"] = [_("Choose one.")]
    leaves, arrives = shipment.planned_date, shipment.expected_arrival
    problems |= out_of_reach({"planned_date": leaves, "expected_arrival": arrives}, timezone.localdate(now))
    if arrives and arrives < (leaves or timezone.localdate(now)):
        problems["expected_arrival"] = [_("It cannot arrive before it leaves.")]
    if problems:
        raise DomainError("incomplete", _("The dispatch order is incomplete."), fields=problems)


def _tell_salesperson(shipment: Shipment, by: User, now: datetime) -> None:
    """R5.5: the account manager hears of it ahead."""
    if shipment.order.salesperson is not None:
        day = shipment.planned_date or timezone.localdate(now)
        params = {"number": shipment.number, "order": shipment.order.number, "date": day.isoformat()}
        notify([shipment.order.salesperson], PLANNED, params=params, subject=shipment, by=by, now=now)
