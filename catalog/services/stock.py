"""Acts on stock. Every one locks the lots it touches in the order of their keys, so that two never deadlock.

Quantities are in the product's unit, three decimals.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from catalog.choices import LotStatus, MovementKind
from catalog.models import Product, StockLot, StockMovement, StockReservation, Warehouse
from catalog.services.promised import lock_beyond, withdraw
from core import audit
from core.bulk import insert_many
from core.errors import Conflict, DomainError

STOCK_KEEPERS = {Role.WAREHOUSE, Role.PRODUCTION, Role.QUALITY, Role.ADMIN}
DEFAULT_WAREHOUSE = "MAIN"
MOST = Decimal(1_000_000_000)  # of one lot: more is a slip of the hand, and sums over lots have to be told
PHRASES = (
    gettext_noop("Stock received"),
    gettext_noop("Stock corrected"),
    gettext_noop("Stock moved"),
    gettext_noop("Stock blocked"),
    gettext_noop("Stock usable again"),
    gettext_noop("Warehouse created"),
    gettext_noop("Warehouse changed"),
    gettext_noop("Count drawn"),
    gettext_noop("Count posted"),
    gettext_noop("Count discarded"),
)


def main_warehouse() -> Warehouse:
    return Warehouse.objects.get_or_create(code=DEFAULT_WAREHOUSE, defaults={"name": "主仓库"})[0]


@act("catalog.receive_stock", roles=STOCK_KEEPERS)
def receive_stock(
    *, product: Product, quantity: Decimal, batch: str, by: User,
    warehouse: Warehouse | None = None, reference: str = "", now: datetime | None = None,
) -> StockLot:  # fmt: skip
    """Put goods into stock. Raises DomainError("quantity") unless quantity is positive, ("batch") without a batch."""
    if quantity <= 0:
        raise DomainError("quantity", _("Enter a quantity above zero."), fields={"quantity": [_("Above zero.")]})
    if not (batch := batch.strip()):
        raise DomainError("batch", _("Name the batch."), fields={"batch": [_("Required.")]})
    warehouse = warehouse or main_warehouse()
    if not warehouse.is_active:
        text = _("Warehouse %(warehouse)s is closed: choose another one.") % {"warehouse": warehouse}
        raise DomainError("warehouse", text, fields={"warehouse": [text]})
    lot, _created = StockLot.objects.get_or_create(product=product, warehouse=warehouse, batch=batch)
    _check_most(quantity, "quantity")
    StockLot.objects.filter(pk=lot.pk).update(on_hand=F("on_hand") + quantity)
    lot = StockLot.objects.get(pk=lot.pk)  # the update holds its row: nobody else moves it before we are through
    _check_most(lot.on_hand, "quantity")
    record_movement(lot, MovementKind.RECEIVED, quantity, reference=reference, by=by, now=now)
    audit.record("stock.received", product, by=by, note=f"{batch}: +{quantity}", now=now)
    return lot


@act("catalog.correct_stock", roles={Role.WAREHOUSE, Role.ADMIN})
def correct_stock(*, lot: StockLot, counted: Decimal, reason: str, by: User) -> StockLot:
    """Set a lot to what was counted (R5.9). What was promised of the goods that are gone is promised of other lots, or
    missing: then who has to get it is told (catalog.promises).

    Raises DomainError("reason") without one, ("counted") below zero.
    """
    if not reason.strip():
        raise DomainError("reason", _("Say why the count differs."), fields={"reason": [_("Required.")]})
    if counted < 0:
        raise DomainError("counted", _("Enter what was counted."), fields={"counted": [_("Not below zero.")]})
    lots = lock_beyond({lot.pk: counted})
    write_down(lots[lot.pk], counted, lots, reason=reason, by=by)
    return lots[lot.pk]


def write_down(
    lot: StockLot, counted: Decimal, lots: Mapping[int, StockLot], *, reason: str, by: User, reference: str = "",
    now: datetime | None = None,
) -> None:  # fmt: skip
    """Bring a lot of those that lock_beyond answered to what was counted, promises first."""
    withdraw(lot, counted, lots, reason=reason, by=by, now=now)
    set_on_hand(lot, counted, reason=reason, by=by, reference=reference, now=now)


def set_on_hand(
    lot: StockLot, counted: Decimal, *, reason: str, by: User, reference: str = "", now: datetime | None = None
) -> None:
    """Bring a locked lot to what was counted, with its movement. Raises DomainError("reserved") below the promises."""
    if counted < lot.reserved:
        text = _("%(reserved)s are promised to orders: release a reservation first.") % {"reserved": lot.reserved}
        raise DomainError("reserved", text, fields={"counted": [text]})
    _check_most(counted, "counted")
    before, lot.on_hand = lot.on_hand, counted
    lot.save(update_fields=["on_hand"])
    kind, change = MovementKind.CORRECTED, counted - before
    record_movement(lot, kind, change, reference=reference, by=by, note=reason[:200], now=now)
    audit.record("stock.corrected", lot.product, by=by, note=f"{lot.batch}: {reason}", now=now,
                 changes={"on_hand": [str(before), str(counted)]})  # fmt: skip


def _check_most(on_hand: Decimal, field: str) -> None:
    if on_hand > MOST:
        text = _("A lot holds at most %(most)s.") % {"most": f"{MOST:,}"}
        raise DomainError("too_many", text, fields={field: [text]})


def lock_lots(product_ids: Iterable[int]) -> list[StockLot]:
    """The usable lots of the products, locked in the fixed order product, batch, key."""
    return list(
        StockLot.objects.select_for_update()
        .filter(product_id__in=set(product_ids), on_hand__gt=0, status=LotStatus.USABLE)
        .order_by("product_id", "batch", "pk")
    )


def reserve_stock(reference: str, *, wants: Iterable[tuple[int, int, Decimal]], by: User) -> dict[int, Decimal]:
    """Promise goods to the lines (line id, product id, quantity) of one order; oldest batch first.

    Reserves what is available and never more; answers how much each line got (R5.9).
    """
    wants = sorted(wants)
    lots = lock_lots(product_id for _line, product_id, _quantity in wants)
    got: dict[int, Decimal] = {}
    shares: dict[tuple[int, StockLot], Decimal] = {}
    for line_id, product_id, quantity in wants:
        missing = quantity
        for lot in lots:
            share = min(missing, lot.available) if lot.product_id == product_id else Decimal(0)
            if share > 0:
                lot.reserved += share
                missing -= share
                shares[line_id, lot] = share
        got[line_id] = quantity - missing
    if shares:
        StockLot.objects.bulk_update({lot for _line, lot in shares}, ["reserved"])
        add_to_reservations(reference, shares)
    return got


def add_to_reservations(reference: str, shares: dict[tuple[int, StockLot], Decimal]) -> None:
    held = {(r.line_id, r.lot_id): r for r in StockReservation.objects.filter(reference=reference)}
    new = []
    for (line_id, lot), share in shares.items():
        if reservation := held.get((line_id, lot.pk)):
            reservation.quantity += share
            reservation.save(update_fields=["quantity"])
        else:
            new.append(StockReservation(lot=lot, reference=reference, line_id=line_id, quantity=share))
    insert_many(new)


def receive_reserved(
    reference: str, *, line_id: int, product: Product, quantity: Decimal, batch: str, by: User,
    now: datetime | None = None,
) -> StockLot:  # fmt: skip
    """Put goods made for one line into stock, promised to it at once: nobody can take them in between (R4.9, R5.9).

    Raises Conflict("blocked") when the batch is blocked.
    """
    lot = receive_stock(product=product, quantity=quantity, batch=batch, by=by, reference=reference, now=now)
    if lot.is_blocked:
        text = _("Batch %(batch)s is blocked (%(reason)s): decide first what becomes of it.")
        raise Conflict("blocked", text % {"batch": lot, "reason": lot.blocked_reason})
    StockLot.objects.filter(pk=lot.pk).update(reserved=F("reserved") + quantity)
    add_to_reservations(reference, {(line_id, lot): quantity})
    return StockLot.objects.get(pk=lot.pk)


def lock_reserved(references: Iterable[str]) -> None:
    """Lock every lot that holds goods for these orders, in the order of locks: before several of them are taken."""
    held = StockReservation.objects.filter(reference__in=list(references)).values("lot_id")
    list(StockLot.objects.select_for_update().filter(pk__in=held).order_by("product_id", "batch", "pk"))


def take_stock(
    reference: str, *, line_id: int, quantity: Decimal, by: User, now: datetime | None = None
) -> list[tuple[str, Decimal]]:
    """Take reserved goods of one line out of stock for dispatch; answers (batch, quantity).

    Raises Conflict("not_reserved") when the line has less reserved than asked.
    """
    held = StockReservation.objects.filter(reference=reference, line_id=line_id).values("lot_id")
    lots = {lot.pk: lot for lot in StockLot.objects.select_for_update().filter(pk__in=held).order_by(
        "product_id", "batch", "pk")}  # fmt: skip
    # Read under the lock: what was seen before it may have been taken meanwhile.
    reservations = list(
        StockReservation.objects.select_for_update()
        .filter(reference=reference, line_id=line_id, lot_id__in=lots)
        .order_by("lot__product_id", "lot__batch", "lot_id")
    )
    if sum((r.quantity for r in reservations), Decimal(0)) < quantity:
        raise Conflict("not_reserved", _("Not enough goods are reserved for this line. Receive or reserve them first."))
    taken: list[tuple[str, Decimal]] = []
    for reservation in reservations:
        amount = min(quantity, reservation.quantity)
        if amount <= 0:
            break
        lot = lots[reservation.lot_id]
        _take_from(lot, reservation, amount)
        lot.on_hand -= amount
        record_movement(lot, MovementKind.TAKEN, -amount, reference=reference, by=by, now=now)
        taken.append((lot.batch, amount))
        quantity -= amount
    return taken


def _take_from(lot: StockLot, reservation: StockReservation, amount: Decimal) -> None:
    StockLot.objects.filter(pk=lot.pk).update(on_hand=F("on_hand") - amount, reserved=F("reserved") - amount)
    if amount == reservation.quantity:
        reservation.delete()
    else:
        reservation.quantity -= amount
        reservation.save(update_fields=["quantity"])


def release_stock(reference: str, *, by: User) -> None:
    """Give back everything reserved for the order."""
    held = StockReservation.objects.filter(reference=reference)
    lots = StockLot.objects.select_for_update().filter(pk__in=held.values("lot_id")).order_by(
        "product_id", "batch", "pk")  # fmt: skip
    list(lots)
    for reservation in held.select_for_update().order_by("pk"):
        StockLot.objects.filter(pk=reservation.lot_id).update(reserved=F("reserved") - reservation.quantity)
        reservation.delete()


def record_movement(
    lot: StockLot, kind: str, quantity: Decimal, *, reference: str, by: User, note: str = "",
    now: datetime | None = None,
) -> None:  # fmt: skip
    """One line of the ledger; `lot` is locked and carries what it has on hand after the movement."""
    StockMovement.objects.create(
        lot=lot, kind=kind, quantity=quantity, balance=lot.on_hand, reference=reference, by=by, note=note,
        at=now or timezone.now(),
    )  # fmt: skip
