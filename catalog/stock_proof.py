"""Whether the books of stock agree with themselves (R5.9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from catalog.models import StockLot, StockMovement, StockReservation
from catalog.querysets import QUANTITY


@dataclass(frozen=True)
class Fault:
    """A lot whose sums differ: what it says, and what its movements and reservations add up to."""

    lot: StockLot
    moved: Decimal
    promised: Decimal


def faults() -> Iterator[Fault]:
    """Lots where movements do not add up to `on_hand`, reservations not to `reserved`, or the last balance is wrong."""
    last = StockMovement.objects.filter(lot=OuterRef("pk")).order_by("-id").values("balance")[:1]
    rows = StockLot.objects.select_related("product", "warehouse").annotate(
        moved=_sum(StockMovement), promised=_sum(StockReservation), last=_or_zero(Subquery(last))
    )
    wrong = rows.filter(~Q(moved=F("on_hand")) | ~Q(promised=F("reserved")) | ~Q(last=F("on_hand"))).order_by("pk")
    for lot in wrong.iterator(chunk_size=500):
        yield Fault(lot, lot.moved, lot.promised)  # type: ignore[attr-defined]


def _sum(model: Any) -> Coalesce:
    rows = model.objects.filter(lot=OuterRef("pk")).order_by().values("lot").annotate(n=Sum("quantity")).values("n")
    return _or_zero(Subquery(rows))


def _or_zero(value: Subquery) -> Coalesce:
    zero: Value = Value(Decimal(0), output_field=QUANTITY)
    return Coalesce(value, zero, output_field=DecimalField(max_digits=14, decimal_places=3))
