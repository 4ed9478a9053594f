"""From transitions to totals: pure sums, the same for the fold, the rebuild and the rest not folded yet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from orders.choices import OrderStatus
from reports.choices import Measure, Punctuality
from reports.models import EPOCH

# A draft is nobody's order yet: it is not counted before it is received.
UNCOUNTED = ("", OrderStatus.DRAFT)


class Key(NamedTuple):
    measure: str
    date: date
    dimension: str
    currency: str


class Total(NamedTuple):
    count: int  # type: ignore[assignment]  # a tuple's own method gives way
    amount: Decimal


@dataclass(frozen=True)
class Transitions:
    """Alike transitions of one day, summed. `left_amount` is what the orders counted for in the status they left."""

    date: date
    from_status: str
    to_status: str
    currency: str
    left_currency: str
    on_time: bool | None
    on_time_first: bool | None
    count: int
    amount: Decimal
    left_amount: Decimal


Totals = dict[Key, Total]


def totals_of(groups: Iterable[Transitions]) -> Totals:
    """What the transitions add to the totals."""
    counts: dict[Key, int] = defaultdict(int)
    amounts: dict[Key, Decimal] = defaultdict(Decimal)
    for group in groups:
        for key, count, amount in _parts(group):
            counts[key] += count
            amounts[key] += amount
    return {key: Total(counts[key], amounts[key]) for key in counts if counts[key] or amounts[key]}


def added(totals: Totals, more: Totals) -> Totals:
    """`totals` with `more` in them."""
    for key, total in more.items():
        known = totals.get(key, Total(0, Decimal(0)))
        totals[key] = Total(known.count + total.count, known.amount + total.amount)
    return totals


def _parts(group: Transitions) -> Iterator[tuple[Key, int, Decimal]]:
    yield from _stages(group.date, group.to_status, group.currency, group.count, group.amount)
    if group.from_status not in UNCOUNTED:
        yield from _stages(group.date, group.from_status, group.left_currency, -group.count, -group.left_amount)
    if group.to_status == OrderStatus.RECEIVED and group.from_status in UNCOUNTED:
        yield Key(Measure.INTAKE, group.date, "", group.currency), group.count, group.amount
    if group.to_status == OrderStatus.SHIPPED:
        for measure, on_time in ((Measure.SHIPPED, group.on_time), (Measure.SHIPPED_FIRST, group.on_time_first)):
            yield Key(measure, group.date, punctuality(on_time), group.currency), group.count, group.amount
    if group.to_status == OrderStatus.CLOSED:
        yield Key(Measure.CLOSED, group.date, "", group.currency), group.count, group.amount


def _stages(day: date, status: str, currency: str, count: int, amount: Decimal) -> Iterator[tuple[Key, int, Decimal]]:
    yield Key(Measure.STAGE, EPOCH, status, currency), count, amount
    yield Key(Measure.STAGE_CHANGE, day, status, currency), count, amount


def punctuality(on_time: bool | None) -> str:
    if on_time is None:
        return Punctuality.UNKNOWN
    return Punctuality.ON_TIME if on_time else Punctuality.LATE
