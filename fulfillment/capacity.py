"""Load against capacity, by family and week (R4.4). A week is named by its Monday."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncWeek

from catalog.models import ProductFamily
from core.weeks import DAY, WEEK, monday
from fulfillment.models import Capacity, CapacityConflict
from orders.choices import OrderStatus
from orders.models import OrderLine

UNDER_WAY = (OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION)
Slot = tuple[int, date]  # family key, Monday


def planned_lines() -> QuerySet[OrderLine]:
    """Promised and still to be shipped."""
    return OrderLine.objects.open().filter(
        order__status__in=UNDER_WAY, promise_date__isnull=False, product__family__isnull=False
    )


def lines_of(family_id: int, week: date) -> QuerySet[OrderLine]:
    rows = planned_lines().filter(product__family=family_id, promise_date__range=(week, week + WEEK - DAY))
    return rows.select_related("order__customer", "order__salesperson", "product")


def loads(first: date, last: date, families: Iterable[int] | None = None) -> dict[Slot, Decimal]:
    """Pieces promised from the week of `first` to the week of `last`. One query."""
    rows = planned_lines().filter(promise_date__range=(monday(first), monday(last) + WEEK - DAY))
    if families is not None:
        rows = rows.filter(product__family__in=families)
    summed = (
        rows.order_by()
        .annotate(week=TruncWeek("promise_date"))
        .values_list("product__family", "week")
        .annotate(load=Sum(F("quantity") - F("quantity_shipped")))
    )
    return {(family, week): load for family, week, load in summed}


class Capacities:
    """What can be made; a family without a row is not limited. One query."""

    def __init__(self) -> None:
        self.rows = {(row.family_id, row.week): row.quantity for row in Capacity.objects.all()}

    def of(self, family_id: int, week: date) -> Decimal | None:
        return self.rows.get((family_id, week), self.rows.get((family_id, None)))


@dataclass(frozen=True)
class Cell:
    """One family in one week, for the planner's table."""

    week: date
    load: Decimal
    capacity: Decimal | None
    conflict: CapacityConflict | None

    @property
    def is_over(self) -> bool:
        return self.capacity is not None and self.load > self.capacity

    @property
    def free(self) -> Decimal | None:
        return None if self.capacity is None else max(self.capacity - self.load, Decimal(0))


def table(first: date, weeks: int) -> tuple[Sequence[date], list[tuple[ProductFamily, Decimal | None, list[Cell]]]]:
    """The coming weeks, and for each family its standard and its cells. Four queries, however many orders."""
    start = monday(first)
    columns = [start + WEEK * number for number in range(weeks)]
    known, loaded = Capacities(), loads(columns[0], columns[-1])
    conflicts = {(c.family_id, c.week): c for c in CapacityConflict.objects.filter(decided_at__isnull=True)}
    rows = []
    for family in ProductFamily.objects.all():
        cells = [
            Cell(
                week, loaded.get((family.pk, week), Decimal(0)), known.of(family.pk, week),
                conflicts.get((family.pk, week)),
            )
            for week in columns
        ]  # fmt: skip
        rows.append((family, known.rows.get((family.pk, None)), cells))
    return columns, rows


@dataclass(frozen=True)
class Ranked:
    """A line in the ranking by profit; `profit` None where its cost is not known or in another currency."""

    line: OrderLine
    profit: Decimal | None
    so_far: Decimal  # pieces of what fits before it, and its own
    fits: bool


def ranking(lines: Iterable[OrderLine], capacity: Decimal) -> list[Ranked]:
    """The most profitable first; each fits that still has room beside those before it that do. Profits in several
    currencies are no figures to compare: then by the share of the price that is earned."""
    lines = list(lines)
    worth = share_of if has_many_currencies(lines) else profit_of
    valued = sorted(((line, profit_of(line)) for line in lines), key=lambda pair: _rank(pair[0], worth(pair[0])))
    ranked, kept = [], Decimal(0)
    for line, profit in valued:
        so_far = kept + line.quantity_open
        kept = so_far if so_far <= capacity else kept
        ranked.append(Ranked(line, profit, so_far, so_far <= capacity))
    return ranked


def _rank(line: OrderLine, worth: Decimal | None) -> tuple[bool, Decimal, int]:
    return worth is None, -(worth or Decimal(0)), line.pk


def has_many_currencies(lines: Iterable[OrderLine]) -> bool:
    return len({line.order.currency for line in lines}) > 1


def share_of(line: OrderLine) -> Decimal | None:
    """What the line earns of each unit of its price. What is given away has none: its cost ranks it last."""
    profit = profit_of(line)
    price = line.unit_price * line.quantity_open
    return profit if not (profit and price) else profit / price


def profit_of(line: OrderLine) -> Decimal | None:
    """What the open part of the line earns over its cost, in the order's currency."""
    product = line.product
    if product is None or product.cost_price is None or product.currency != line.order.currency:
        return None
    return (line.unit_price - product.cost_price) * line.quantity_open
