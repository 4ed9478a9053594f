"""Goods promised that cannot be used: other lots stand in for them, or who has to get them is told (R4.9, R5.9).

Orders are locked before lots. Who was promised goods of a lot is known for sure only under its lock; if somebody was
promised some in between, the locks are given back and taken again.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog import promises
from catalog.choices import LotStatus
from catalog.models import StockLot, StockReservation
from catalog.promises import Withdrawn
from core import audit
from core.errors import Conflict

TRIES = 5


class _PromisedMeanwhile(Exception):
    pass


def lock_beyond(limits: Mapping[int, Decimal]) -> dict[int, StockLot]:
    """Lock, for lots of which no more than `limits` (by key) may stay promised, the orders concerned and then every lot
    of the same products: one of them may stand in. Raises Conflict("busy") when orders keep coming."""
    for _attempt in range(TRIES):
        known = _references_beyond(limits)
        try:
            with transaction.atomic():
                promises.lock(known)
                lots = _lock_lots(limits)
                if not _references_beyond(limits) <= known:
                    raise _PromisedMeanwhile
                return lots
        except _PromisedMeanwhile:
            continue
    raise Conflict("busy", _("Goods of this batch are being promised in this very moment. Try again."))


def _lock_lots(limits: Mapping[int, Decimal]) -> dict[int, StockLot]:
    products = StockLot.objects.filter(pk__in=limits).values("product_id")
    rows = StockLot.objects.select_related("product").select_for_update(of=("self",)).filter(product_id__in=products)
    return {lot.pk: lot for lot in rows.order_by("product_id", "batch", "pk")}


def _references_beyond(limits: Mapping[int, Decimal]) -> set[str]:
    rows = StockReservation.objects.filter(lot__in=limits).values_list("lot_id", "lot__reserved", "reference")
    return {reference for lot_id, reserved, reference in rows if reserved > limits[lot_id]}


def withdraw(
    lot: StockLot, limit: Decimal, lots: Mapping[int, StockLot], *, reason: str, by: User, now: datetime | None = None
) -> list[Withdrawn]:
    """Leave no more than `limit` of a lot promised, of those lock_beyond answered.

    Who was promised last gives up first; of the other lots, oldest first, who was promised first is served first.
    """
    given_up = []
    for reservation in lot.reservations.order_by("-pk"):
        if (share := min(lot.reserved - limit, reservation.quantity)) <= 0:
            break
        _take_back(reservation, share)
        lot.reserved -= share
        given_up.append((reservation, share))
    gone = []
    for reservation, share in reversed(given_up):
        moved = _promise_of_others(reservation, share, lot, lots)
        gone.append(Withdrawn(reservation.reference, reservation.line_id, lot, moved, share - moved))
    promises.tell(gone, reason, by, now or timezone.now())
    return gone


def _take_back(reservation: StockReservation, share: Decimal) -> None:
    StockLot.objects.filter(pk=reservation.lot_id).update(reserved=F("reserved") - share)
    rows = StockReservation.objects.filter(pk=reservation.pk)
    if share == reservation.quantity:
        rows.delete()
    else:
        rows.update(quantity=F("quantity") - share)


def _promise_of_others(
    reservation: StockReservation, quantity: Decimal, lot: StockLot, lots: Mapping[int, StockLot]
) -> Decimal:
    missing = quantity
    for other in lots.values():
        share = min(missing, other.available) if other.product_id == lot.product_id and other != lot else Decimal(0)
        if share > 0:
            other.reserved += share
            missing -= share
            other.save(update_fields=["reserved"])
            _add(reservation, other, share)
    return quantity - missing


def _add(reservation: StockReservation, lot: StockLot, share: Decimal) -> None:
    own = {"reference": reservation.reference, "line_id": reservation.line_id, "lot": lot}
    if not StockReservation.objects.filter(**own).update(quantity=F("quantity") + share):
        StockReservation.objects.create(**own, quantity=share)


def block_lot(
    lot: StockLot, lots: Mapping[int, StockLot], *, reason: str, by: User, now: datetime | None = None
) -> None:
    """Nothing of the lot is promised or leaves until release_lot (R4.9). `lots` as lock_beyond answered them."""
    withdraw(lot, Decimal(0), lots, reason=reason, by=by, now=now)
    before, lot.status, lot.blocked_reason = lot.status, LotStatus.BLOCKED, reason[:200]
    lot.save(update_fields=["status", "blocked_reason"])
    if before != lot.status:
        audit.record("stock.blocked", lot.product, by=by, note=f"{lot.batch}: {reason}", now=now)


def release_lot(lot: StockLot, *, by: User, note: str = "", now: datetime | None = None) -> None:
    """A locked lot is usable again; one that was not blocked stays as it is."""
    if not lot.is_blocked:
        return
    lot.status, lot.blocked_reason = LotStatus.USABLE, ""
    lot.save(update_fields=["status", "blocked_reason"])
    audit.record("stock.usable_again", lot.product, by=by, note=f"{lot.batch}: {note}".rstrip(": "), now=now)
