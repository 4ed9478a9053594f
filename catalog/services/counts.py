"""Counting a warehouse: the sheet is drawn, filled in, and posted in one act (R5.9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.models import User
from catalog.choices import CountStatus
from catalog.models import ProductFamily, StockCount, StockCountLine, StockLot, Warehouse
from catalog.services.promised import lock_beyond
from catalog.services.stock import write_down
from catalog.services.warehouses import KEEPERS
from core import audit
from core.bulk import insert_many
from core.errors import Conflict, DomainError
from core.numbering import draw_number

LONGEST = 500  # lines of one sheet: what two people count in a day, and a page can still show


@dataclass(frozen=True)
class Found:
    counted: Decimal
    reason: str = ""


@act("catalog.draw_count", roles=KEEPERS)
def draw_count(
    *, warehouse: Warehouse, by: User, family: ProductFamily | None = None, now: datetime | None = None
) -> StockCount:
    """Draw a sheet of every lot that should lie in the warehouse, with what the books say now.

    Raises Conflict("open") while another sheet of it is open, DomainError("nothing") for an empty one,
    DomainError("long") when there are too many lots for one sheet.
    """
    now = now or timezone.now()
    lots = StockLot.objects.filter(warehouse=warehouse, on_hand__gt=0).order_by("product__code", "batch")
    found = list((lots.filter(product__family=family) if family else lots)[: LONGEST + 1])
    if not found:
        raise DomainError("nothing", _("By the books nothing lies there."))
    if len(found) > LONGEST:
        text = _("More than %(number)s lots: count one product family at a time.") % {"number": LONGEST}
        raise DomainError("long", text, fields={"family": [text]})
    count = StockCount(warehouse=warehouse, family=family, drawn_at=now, drawn_by=by)
    if StockCount.objects.filter(warehouse=warehouse, status=CountStatus.OPEN).exists():
        raise _another_open()
    count.number = draw_number("count", now=now)
    try:
        with transaction.atomic():
            count.save()
    except IntegrityError as error:  # somebody drew one in the same moment
        raise _another_open() from error
    insert_many([StockCountLine(count=count, lot=lot, book=lot.on_hand) for lot in found])
    audit.record("count.drawn", count, by=by, note=str(warehouse), now=now)
    return count


@act("catalog.post_count", roles=KEEPERS)
def post_count(*, count: StockCount, found: Mapping[int, Found], by: User, now: datetime | None = None) -> StockCount:
    """Set the lots to what was found, by line of the sheet; a line that is not named was not counted and stays.

    All or nothing. Raises Conflict("status") for a closed sheet, Conflict("moved") when a lot moved since it was drawn,
    DomainError("reason") for a difference without a word, ("nothing") when nothing was counted.
    """
    now = now or timezone.now()
    count = _lock(count)
    lines = [line for line in count.lines.order_by("pk") if line.pk in found]
    if not lines:
        raise DomainError("nothing", _("Enter what was counted."))
    lots = lock_beyond({line.lot_id: max(found[line.pk].counted, Decimal(0)) for line in lines})
    for line in lines:
        line.counted, line.reason = found[line.pk].counted, found[line.pk].reason.strip()[:200]
        line.lot = lots[line.lot_id]
        _check(line)
    for line in lines:
        if line.difference and line.counted is not None:
            write_down(line.lot, line.counted, lots, reason=line.reason, reference=count.number, by=by, now=now)
    StockCountLine.objects.bulk_update(lines, ["counted", "reason"], batch_size=200)
    _close(count, CountStatus.POSTED, by, now)
    return count


@act("catalog.discard_count", roles=KEEPERS)
def discard_count(*, count: StockCount, by: User, now: datetime | None = None) -> StockCount:
    """Put the sheet away; nothing is corrected. Raises Conflict("status") for a closed one."""
    count = _lock(count)
    _close(count, CountStatus.DISCARDED, by, now or timezone.now())
    return count


def _lock(count: StockCount) -> StockCount:
    count = StockCount.objects.select_for_update(of=("self",)).select_related("warehouse").get(pk=count.pk)
    if not count.is_open:
        raise Conflict("status", _("This sheet is closed already. Draw a new one."))
    return count


def _check(line: StockCountLine) -> None:
    names = {"lot": line.lot, "book": line.book, "now": line.lot.on_hand}
    if line.lot.on_hand != line.book:
        text = _(
            "%(lot)s moved since the sheet was drawn (%(book)s then, %(now)s now). Leave it empty and count it again."
        )
        raise Conflict("moved", text % names, fields={f"counted_{line.pk}": [text % names]})
    if line.difference and not line.reason:
        missing = _("Say why the count of %(lot)s differs.") % names
        raise DomainError("reason", missing, fields={f"reason_{line.pk}": [missing]})


def _close(count: StockCount, status: str, by: User, now: datetime) -> None:
    count.status, count.closed_at, count.closed_by = status, now, by
    count.save(update_fields=["status", "closed_at", "closed_by"])
    audit.record(f"count.{status}", count, by=by, note=str(count.warehouse), now=now)


def _another_open() -> Conflict:
    return Conflict("open", _("A sheet of this warehouse is open already. Post or discard it first."))
