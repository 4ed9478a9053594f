"""What the dashboard reads: the totals and what is not folded yet, in one statement and so from one moment."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from credit.models import Receipt
from orders.models import StatusChange
from reports.choices import Measure
from reports.folding import Key, Total, Totals, Transitions, added, totals_of
from reports.models import DailyFigure
from reports.querysets import GROUP, MONEY, grouped
from workflow.models import WorkItem

# Beyond it a number says "many" and the database need not go on counting.
CAP = 10_000
COLUMNS = (*GROUP, "number", "total", "left_total")


class Figures:
    """Totals, to be added up by days and dimensions."""

    def __init__(self, totals: Totals) -> None:
        self.by_measure = defaultdict[str, list[tuple[Key, Total]]](list)
        for key, total in totals.items():
            self.by_measure[key.measure].append((key, total))

    def of(
        self, measure: str, since: date | None = None, until: date | None = None, dimensions: Collection[str] = ()
    ) -> "Sum":
        """Over the days from `since` to `until`, both included."""
        count, amounts = 0, defaultdict[str, Decimal](Decimal)
        for key, total in self.by_measure[measure]:
            if dimensions and key.dimension not in dimensions:
                continue
            if (since is None or key.date >= since) and (until is None or key.date <= until):
                count += total.count
                amounts[key.currency] += total.amount
        return Sum(count, {currency: amount for currency, amount in amounts.items() if amount})


@dataclass(frozen=True)
class Sum:
    count: int
    amounts: dict[str, Decimal]

    def amount(self, currency: str) -> Decimal:
        return self.amounts.get(currency, Decimal(0))


def figures(*, intake_since: date, shipped_since: date, changes_since: date) -> Figures:
    """The running totals of the stages, and the days asked for of the rest. One query."""
    wanted = (
        Q(measure=Measure.STAGE)
        | Q(measure=Measure.INTAKE, date__gte=intake_since)
        | Q(measure__in=(Measure.SHIPPED, Measure.SHIPPED_FIRST, Measure.CLOSED), date__gte=shipped_since)
        | Q(measure=Measure.STAGE_CHANGE, date__gte=changes_since)
    )
    totals: Totals = {}
    transitions = []
    for row in _folded().filter(wanted).union(_rest(), all=True):
        if row[4]:
            transitions.append(Transitions(*row))
        else:
            totals[Key(row[1], row[0], row[2], row[3])] = Total(row[7], row[8])
    return Figures(added(totals, totals_of(transitions)))


@cache
def _folded() -> QuerySet[Any]:
    """Put together once: that took as long as asking it."""
    return DailyFigure.objects.annotate(
        day=F("date"),
        from_status=F("measure"),
        to_status=F("dimension"),
        money=F("currency"),
        left_money=Value(""),
        on_time=Value(None, output_field=BooleanField()),
        on_time_first=Value(None, output_field=BooleanField()),
        number=F("count"),
        total=Coalesce("amount", Value(Decimal(0)), output_field=MONEY),
        left_total=Value(Decimal(0), output_field=MONEY),
    ).values_list(*COLUMNS)


@cache
def _rest() -> QuerySet[Any]:
    return grouped(StatusChange.objects.filter(is_folded=False)).values_list(*COLUMNS)


@dataclass(frozen=True)
class Overdue:
    kind: str
    count: int
    oldest: datetime


def overdue_by_kind(now: datetime) -> list[Overdue]:
    """Open clocks past their time, the most frequent kind first; the oldest CAP of them are counted.

    Answered from the index reports_overdue alone (migration 0002).
    """
    late = WorkItem.objects.overdue(now).order_by("due_at").values_list("kind", "due_at")[:CAP]
    sql, params = late.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kind, COUNT(*), MIN(due_at) FROM ({sql}) late GROUP BY kind ORDER BY 2 DESC, 1",  # noqa: S608
            params,
        )
        rows = cursor.fetchall()
    return [Overdue(kind, count, _moment(oldest)) for kind, count, oldest in rows]


def _moment(value: datetime | str) -> datetime:
    """SQLite hands an aggregate over as text, in UTC."""
    if isinstance(value, str):
        return datetime.fromisoformat(f"{value}+00:00")
    return value


def receipts_to_confirm() -> int:
    return Receipt.objects.to_confirm().order_by()[:CAP].count()
