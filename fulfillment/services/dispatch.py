"""Goods leave the house (R5.5). Locks: account, order, shipment, its lines, stock."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from catalog.models import StockReservation
from catalog.services import take_stock
from core.errors import Conflict, DomainError, Reason
from core.horizon import beyond
from fulfillment.choices import Mode, ShipmentStatus
from fulfillment.documents import issue_delivery_note
from fulfillment.models import Carrier, DeliveryCheck, Load, Shipment, ShipmentBatch, ShipmentLine
from fulfillment.services.carriers import require_carrier
from fulfillment.services.shipments import lock_shipment, require_shipment
from fulfillment.services.trail import enter_trail
from fulfillment.signing import new_link
from orders.guards import refusals
from orders.services import record_dispatch
from orders.services.steps import lock_order
from workflow.choices import WorkKind
from workflow.notifications import notify
from workflow.services import open_work

DISPATCHED = gettext_noop("Shipment %(number)s of order %(order)s has left with %(carrier)s, waybill %(waybill)s.")


@act("fulfillment.dispatch_shipment", roles={Role.WAREHOUSE, Role.LOGISTICS})
def dispatch_shipment(
    *,
    shipment: Shipment,
    waybill: str,
    by: User,
    carrier: str = "",
    carrier_ref: Carrier | None = None,
    expected_arrival: date | None = None,
    load: Load | None = None,
    now: datetime | None = None,
) -> Shipment:
    """Send it off: the gates are asked again and a special approval is used up, goods leave stock by batch,
    the delivery note is issued with the code to sign by, and the customer's acceptance is awaited.

    `load`: the one it leaves in. Raises Conflict("load") for a shipment of a load that is sent off alone,
    Conflict("status") when it has left already, DomainError("blocked"), DomainError("unchecked") before
    everything was looked at and in order (R6.1), DomainError("incomplete") without a carrier, a waybill or, save for
    goods the customer fetches, the day they are expected (R5.5), Conflict("not_reserved") when stock does not hold
    the goods. Nothing is changed then.
    """
    now = now or timezone.now()
    order = lock_order(shipment.order, by=by, with_account=True)
    shipment = lock_shipment(shipment)
    require_shipment(shipment, ShipmentStatus.PREPARED)
    _require_load(shipment, load)
    shipment.order = order
    name = carrier_ref.name if carrier_ref else carrier.strip()
    if name:  # else who was named when it was prepared
        shipment.carrier, shipment.carrier_ref = name, carrier_ref
    require_carrier(shipment.carrier_ref, timezone.localdate(now))
    shipment.waybill = waybill.strip()
    shipment.expected_arrival = expected_arrival or shipment.expected_arrival
    shipment.first_expected_arrival = shipment.expected_arrival
    _check(shipment, timezone.localdate(now))
    if found := unchecked(shipment):
        raise DomainError("unchecked", found.text, reasons=[found])
    lines = list(shipment.lines.select_related("order_line").order_by("order_line__product_id", "pk"))
    quantities = {line.order_line_id: line.quantity for line in lines}
    # Last in there the waiver is used up, under our number: each part shipment needs money or its own approval.
    shipment.order = record_dispatch(order=order, quantities=quantities, by=by, reference=shipment.number, now=now)
    for line in lines:
        _take(shipment, line, by=by, now=now)
    shipment.status, shipment.shipped_at, shipment.dispatched_by = ShipmentStatus.DISPATCHED, now, by
    new_link(shipment, now=now)
    shipment.refresh_search_text()
    shipment.save()
    enter_trail(shipment, "dispatched", by=by, now=now)
    issue_delivery_note(shipment, by=by, now=now)
    _await_acceptance(shipment, by=by, now=now)
    return shipment


@act(
    "fulfillment.renew_signing_link",
    roles={Role.SALES, Role.INSIDE_SALES, Role.WAREHOUSE, Role.LOGISTICS, Role.SALES_MANAGER},
)
def renew_signing_link(*, shipment: Shipment, by: User, now: datetime | None = None) -> Shipment:
    """A new link for the customer, with a new delivery note; the old one ends. Raises Conflict("status")."""
    now = now or timezone.now()
    order = lock_order(shipment.order, by=by)
    shipment = lock_shipment(shipment)
    require_shipment(shipment, ShipmentStatus.DISPATCHED)
    shipment.order = order
    new_link(shipment, now=now)
    shipment.save(update_fields=["signing_seed", "signing_hash", "signing_expires_at"])
    enter_trail(shipment, "link_renewed", by=by, now=now)
    issue_delivery_note(shipment, by=by, now=now)
    return shipment


def unchecked(shipment: Shipment) -> Reason | None:
    """Why it may not leave as far as the check before dispatch goes (R6.1)."""
    if shipment.shortages.filter(settled_at__isnull=True).exists():
        text = _("Goods are missing: settle the shortage first, then check the shipment again.")
        return Reason("short", text, roles=(Role.INSIDE_SALES, Role.PRODUCTION))
    check = DeliveryCheck.objects.filter(shipment=shipment).first()
    if check and check.has_passed:
        return None
    said = _("What was checked is not in order: %(note)s") % {"note": check.note} if check else ""
    text = said or _("The shipment was not checked before it leaves: packaging, quality, vehicle, customer, papers.")
    return Reason("unchecked", text, roles=(Role.WAREHOUSE, Role.LOGISTICS))


def _require_load(shipment: Shipment, load: Load | None) -> None:
    if shipment.load is not None and shipment.load != load:
        text = _("It goes with load %(load)s: dispatch the load, or dissolve it.")
        raise Conflict("load", text % {"load": shipment.load.number})


def held_back(shipment: Shipment) -> list[Reason]:
    """Why a prepared shipment may not leave now: the order's gates, the check, the stock it is to take."""
    if not shipment.is_prepared:
        return []
    return [*refusals(shipment.order, "dispatch"), *filter(None, [unchecked(shipment), unreserved(shipment)])]


def unreserved(shipment: Shipment) -> Reason | None:
    """Of goods of ours, less is promised to the order than the shipment is to take (R5.9)."""
    order = shipment.order
    held = StockReservation.objects.filter(reference=order.number or "", line_id=OuterRef("order_line_id")).order_by()
    promised = Subquery(held.values("line_id").values_list(Sum("quantity")))
    lines = shipment.lines.filter(order_line__product__isnull=False).alias(promised=Coalesce(promised, Decimal(0)))
    short = lines.filter(quantity__gt=F("promised")).order_by("pk").values_list("order_line__description", flat=True)
    if not (goods := "; ".join(short)):
        return None
    text = _("Not enough is reserved for it: %(goods)s.") % {"goods": goods[:200]}
    return Reason(
        "not_reserved", text, roles=(Role.INSIDE_SALES, Role.PRODUCTION, Role.WAREHOUSE),
        url=reverse("fulfillment:reserve-goods", args=[order.pk]), act=_("Reserve goods"),
    )  # fmt: skip


def needs_day(shipment: Shipment) -> bool:
    """Whether the day it arrives is still to be named; the customer who fetches goods knows it (R5.5)."""
    return shipment.expected_arrival is None and shipment.mode != Mode.PICKUP


def incomplete() -> str:
    return _("Enter the carrier, the waybill number and the expected arrival.")


def day_wanted() -> str:
    return _("Required: account manager and customer are told one day ahead.")


def _check(shipment: Shipment, today: date) -> None:
    problems = {name: [_("Required.")] for name in ("carrier", "waybill") if not getattr(shipment, name)}
    if needs_day(shipment):
        problems["expected_arrival"] = [day_wanted()]
    problems |= beyond({"expected_arrival": shipment.expected_arrival}, today)
    if problems:
        raise DomainError("incomplete", incomplete(), fields=problems)
    if shipment.expected_arrival and shipment.expected_arrival < today:
        text = _("It leaves later than it was to arrive: name the day it is expected now.")
        raise DomainError("expected_arrival", text, fields={"expected_arrival": [text]})


def _take(shipment: Shipment, line: ShipmentLine, *, by: User, now: datetime) -> None:
    """Out of stock by batch; what is no product of ours has no stock and goes under the order's number."""
    number = shipment.order.number or ""
    taken: dict[str, Decimal] = {}
    if line.order_line.product_id is None:
        taken[number] = line.quantity
    else:
        for batch, quantity in take_stock(number, line_id=line.order_line_id, quantity=line.quantity, by=by, now=now):
            taken[batch] = taken.get(batch, Decimal(0)) + quantity
    ShipmentBatch.objects.bulk_create(
        ShipmentBatch(line=line, batch=batch, quantity=quantity) for batch, quantity in taken.items()
    )


def _await_acceptance(shipment: Shipment, *, by: User, now: datetime) -> None:
    order = shipment.order
    open_work(
        WorkKind.ACCEPTANCE, order, by=by, role=Role.SALES, person=order.salesperson, key=str(shipment.pk),
        url=shipment.get_absolute_url(), now=now,
    )  # fmt: skip
    if order.salesperson is not None:
        params = {"number": shipment.number, "order": order.number, "carrier": shipment.carrier,
                  "waybill": shipment.waybill}  # fmt: skip
        notify([order.salesperson], DISPATCHED, params=params, subject=shipment, by=by, now=now)
