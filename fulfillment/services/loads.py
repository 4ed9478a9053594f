"""One vehicle for shipments of several orders and customers: made and dispatched whole or not at all (R5.5)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from catalog.services import lock_reserved
from core import audit
from core.errors import Conflict, DomainError, Reason
from core.horizon import beyond
from core.numbering import draw_number
from credit.services.exposure import lock_account
from fulfillment.choices import LoadStatus, Mode
from fulfillment.models import Carrier, Load, ManifestStop, Shipment
from fulfillment.services.carriers import require_carrier
from fulfillment.services.dispatch import day_wanted, dispatch_shipment, incomplete, needs_day
from fulfillment.services.load_contents import check_anew, leave_load, lock_load, renew_manifest
from fulfillment.services.trail import enter_trail
from orders.models import OrderLine
from orders.services.steps import lock_order

LOADERS = frozenset({Role.WAREHOUSE, Role.LOGISTICS})


@act("fulfillment.make_load", roles=LOADERS)
def make_load(
    *,
    shipments: Sequence[Shipment],
    by: User,
    carrier: str = "",
    carrier_ref: Carrier | None = None,
    mode: str = Mode.ROAD,
    waybill: str = "",
    expected_arrival: date | None = None,
    now: datetime | None = None,
) -> Load:
    """Put prepared shipments into one load; its carrier, mode and expected arrival become theirs.

    What was checked before concerned another vehicle: it is checked anew (R6.1).

    Raises DomainError("incomplete") by field, DomainError("unfit") with a reason for each that cannot go along,
    DomainError("few") below two. Nothing is changed then.
    """
    now = now or timezone.now()
    rows = lock_all(shipments, by=by)
    require_carrier(carrier_ref, timezone.localdate(now))
    carrier = carrier_ref.name if carrier_ref else carrier.strip()
    _check(carrier, mode, expected_arrival, now)
    if len(rows) < 2:
        raise DomainError("few", _("A load takes two shipments or more."))
    if reasons := [reason for row in rows if (reason := unfit(row))]:
        raise DomainError("unfit", _("Not every shipment can go along; nothing was changed."), reasons=reasons)
    load = Load(
        carrier=carrier, carrier_ref=carrier_ref, mode=mode, waybill=waybill.strip(),
        expected_arrival=expected_arrival, made_by=by, made_at=now,
    )  # fmt: skip
    load.number = draw_number("load", now=now)
    load.save(force_insert=True)
    for row in rows:
        row.load, row.carrier, row.carrier_ref, row.mode = load, load.carrier, carrier_ref, load.mode
        row.expected_arrival = expected_arrival or row.expected_arrival
        row.refresh_search_text()
        row.save(update_fields=["load", "carrier", "carrier_ref", "mode", "expected_arrival", "search_text"])
        enter_trail(row, "loaded", by=by, now=now, note=load.number)
    check_anew(rows, by=by, now=now, note=load.number)
    audit.record("load.made", load, by=by, note=", ".join(row.number for row in rows)[:500], now=now)
    return load


@act("fulfillment.dispatch_load", roles=LOADERS)
def dispatch_load(
    *,
    load: Load,
    waybill: str,
    by: User,
    carrier: str = "",
    carrier_ref: Carrier | None = None,
    expected_arrival: date | None = None,
    now: datetime | None = None,
) -> Load:
    """Send off every shipment of the load through its own dispatch, under one waybill; all or none.

    Raises Conflict("status"), DomainError("empty"), DomainError("incomplete") without a waybill or the day they are
    expected, DomainError("held_back") with a reason for each shipment that may not leave: money, hold, check, stock.
    """
    now = now or timezone.now()
    rows = lock_loaded(load, by=by)
    load = lock_load(load)
    if not rows:
        raise DomainError("empty", _("Nothing is in this load."))
    before = _in_manifest(load)
    if name := carrier_ref.name if carrier_ref else carrier.strip():
        load.carrier, load.carrier_ref = name, carrier_ref
    load.waybill = waybill.strip() or load.waybill
    load.expected_arrival = expected_arrival or load.expected_arrival
    _check_leaving(load, rows)
    lock_reserved(row.order.number or "" for row in rows)
    if reasons := [reason for row in rows if (reason := _send_off(row, load, by=by, now=now))]:
        raise DomainError("held_back", _("Not every shipment may leave; none has left."), reasons=reasons)
    load.status, load.shipped_at = LoadStatus.DISPATCHED, now
    load.save()
    if _in_manifest(load) != before:
        renew_manifest(load, by=by, now=now)
    audit.record("load.dispatched", load, by=by, note=load.waybill, now=now)
    return load


@act("fulfillment.dissolve_load", roles=LOADERS)
def dissolve_load(*, load: Load, reason: str, by: User, now: datetime | None = None) -> Load:
    """Its shipments stand alone again, to be checked anew.

    Raises DomainError("reason"), Conflict("status") once it has left.
    """
    now = now or timezone.now()
    rows = lock_loaded(load, by=by)
    load = lock_load(load)
    if not reason.strip():
        raise DomainError("reason", _("Say why the load is dissolved."), fields={"reason": [_("Required.")]})
    load.shipments.update(load=None)
    ManifestStop.objects.filter(manifest__load=load).delete()
    for row in rows:
        enter_trail(row, "unloaded", by=by, now=now, note=reason.strip())
    check_anew(rows, by=by, now=now, note=load.number)
    load.status, load.dissolved_at = LoadStatus.DISSOLVED, now
    load.save(update_fields=["status", "dissolved_at"])
    audit.record("load.dissolved", load, by=by, note=reason.strip(), now=now)
    return load


@act("fulfillment.take_out_of_load", roles=LOADERS)
def take_out_of_load(*, shipment: Shipment, reason: str, by: User, now: datetime | None = None) -> Shipment:
    """One stays behind; the others go on, all to be checked anew, and the manifest is without it (R6.1).

    Raises DomainError("reason"), Conflict("load") when it is in none, Conflict("last"), Conflict("status") once the
    load has left.
    """
    now = now or timezone.now()
    load = shipment.load
    rows = lock_loaded(load, by=by) if load else []
    row = next((row for row in rows if row.pk == shipment.pk), None)
    if load is None or row is None:
        raise Conflict("load", _("Shipment %(number)s is in no load.") % {"number": shipment.number})
    load = lock_load(load)
    if len(rows) < 2:
        raise Conflict("last", last_one(load))
    if not reason.strip():
        raise DomainError("reason", _("Say why it is taken out."), fields={"reason": [_("Required.")]})
    leave_load(row, load, by=by, now=now)
    row.save(update_fields=["load"])
    enter_trail(row, "unloaded", by=by, now=now, note=reason.strip())
    audit.record("load.shortened", load, by=by, note=f"{row.number}: {reason.strip()}", now=now)
    return row


def last_one(load: Load) -> str:
    return _("It is the last shipment of load %(load)s: dissolve the load.") % {"load": load.number}


def unfit(shipment: Shipment) -> Reason | None:
    """Why it cannot be put into a load."""
    if not shipment.is_prepared:
        words = {"number": shipment.number, "status": shipment.get_status_display()}
        return Reason("status", _("Shipment %(number)s is “%(status)s”.") % words, url=shipment.get_absolute_url())
    if shipment.load is not None:
        words = {"number": shipment.number, "load": shipment.load.number}
        return Reason("loaded", _("Shipment %(number)s is in load %(load)s.") % words, url=shipment.get_absolute_url())
    return None


def lacks_day(load: Load, rows: Iterable[Shipment]) -> bool:
    """Whether one of them has neither the load's expected arrival nor its own."""
    return load.expected_arrival is None and any(needs_day(row) for row in rows)


def _in_manifest(load: Load) -> tuple[object, ...]:
    """What its paper says of the load itself."""
    return load.carrier, load.waybill, load.expected_arrival


def _check_leaving(load: Load, rows: Sequence[Shipment]) -> None:
    problems = {} if load.waybill else {"waybill": [_("Required.")]}
    if lacks_day(load, rows):
        problems["expected_arrival"] = [day_wanted()]
    if problems:
        raise DomainError("incomplete", incomplete(), fields=problems)


def _send_off(shipment: Shipment, load: Load, *, by: User, now: datetime) -> Reason | None:
    try:
        with transaction.atomic():
            dispatch_shipment(
                shipment=shipment, waybill=load.waybill, carrier=load.carrier, carrier_ref=load.carrier_ref,
                expected_arrival=load.expected_arrival, load=load, by=by, now=now,
            )  # fmt: skip
    except DomainError as error:
        why = " ".join(str(reason.text) for reason in error.reasons) or str(error.message)
        return Reason(error.code, f"{shipment.number}: {why}", url=shipment.get_absolute_url())
    return None


def lock_loaded(load: Load, *, by: User) -> list[Shipment]:
    """What is in the load once everything is locked; one taken out while we waited is not."""
    return still_in(lock_all(list(load.shipments.all()), by=by), load)


def still_in(rows: Iterable[Shipment], load: Load) -> list[Shipment]:
    return [row for row in rows if row.load_id == load.pk]


def lock_all(shipments: Iterable[Shipment], *, by: User) -> list[Shipment]:
    """All accounts, then all orders, their lines, the shipments: the order of locks over several of each."""
    orders = {shipment.order_id: shipment.order for shipment in shipments}
    buyers = {order.customer_id: order.buyer for order in orders.values() if order.customer_id}
    for key in sorted(buyers, key=int):
        lock_account(buyers[key])
    locked = {key: lock_order(orders[key], by=by) for key in sorted(orders)}
    list(OrderLine.objects.select_for_update().filter(order__in=orders).order_by("pk"))
    keys = [shipment.pk for shipment in shipments]
    rows = list(Shipment.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    for row in rows:
        row.order = locked[row.order_id]
    return rows


def _check(carrier: str, mode: str, expected_arrival: date | None, now: datetime) -> None:
    problems = beyond({"expected_arrival": expected_arrival}, timezone.localdate(now))
    if not carrier:
        problems["carrier"] = [_("Required.")]
    if mode not in Mode.values:
        problems["mode"] = [_("Choose one.")]
    if expected_arrival and expected_arrival < timezone.localdate(now):
        problems["expected_arrival"] = [_("It cannot arrive before it leaves.")]
    if problems:
        raise DomainError("incomplete", _("The load is incomplete."), fields=problems)
