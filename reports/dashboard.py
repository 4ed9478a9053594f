"""The manager's dashboard (R11.2): six figures with their trend, each a link to what it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import formats
from core.views.charts import chart
from orders.choices import OPEN, OrderStatus
from reports import links
from reports.choices import Measure, Punctuality
from reports.querysets import company_zone
from reports.selectors import CAP, Figures, Overdue, Sum, figures, overdue_by_kind, receipts_to_confirm
from workflow.choices import WorkKind

COMPANY_CURRENCY = "CNY"
MONTHS = 12
DAYS = 30
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Figure:
    """templates/ui/figure.html"""

    name: str
    value: str
    url: str
    trend: str = ""
    trend_text: str = ""
    late: bool = False


@dataclass(frozen=True)
class Row:
    """A line of the table under a chart."""

    label: str
    url: str
    cells: list[str]


class Dashboard:
    """Everything on the page, of one moment; three queries."""

    def __init__(self, now: datetime) -> None:
        self.today = now.astimezone(company_zone()).date()
        self.month = self.today.replace(day=1)
        self.week = self.today - WEEK + timedelta(days=1)
        self.figures: Figures = figures(
            intake_since=months_before(self.month, MONTHS - 1),
            shipped_since=self.today - timedelta(days=2 * DAYS - 1),
            changes_since=self.week,
        )
        self.overdue: list[Overdue] = overdue_by_kind(now)
        self.receipts = receipts_to_confirm()

    def cards(self) -> list[Figure]:
        return [
            self._in_progress(),
            self._intake(),
            self._overdue(),
            self._on_time(),
            self._waiting_for_approval(),
            Figure(_("Receipts to confirm"), capped(self.receipts), links.receipts_to_confirm()),
        ]

    def _in_progress(self) -> Figure:
        now = self.figures.of(Measure.STAGE, dimensions=OPEN).count
        change = self.figures.of(Measure.STAGE_CHANGE, self.week, dimensions=OPEN).count
        text = _("%(change)s since a week ago") % {"change": signed(change)}
        return Figure(_("Orders in progress"), formats.group(now), links.orders(state="open"), arrow(change), text)

    def _intake(self) -> Figure:
        now = self.figures.of(Measure.INTAKE, self.month, self.today)
        first = months_before(self.month, 1)
        before = self.figures.of(
            Measure.INTAKE, first, min(same_day(first, self.today), self.month - timedelta(days=1))
        )
        new, old = now.amount(COMPANY_CURRENCY), before.amount(COMPANY_CURRENCY)
        text = _("%(change)s against last month to this day") % {"change": relative(new, old)} if old else ""
        url = links.received(self.month, self.today)
        return Figure(_("Intake this month"), amounts(now), url, arrow(new - old) if old else "", text)

    def _overdue(self) -> Figure:
        count = sum(row.count for row in self.overdue)
        text = _("most: %(kind)s") % {"kind": kind_name(self.overdue[0].kind)} if self.overdue else ""
        return Figure(_("Overdue clocks"), capped(count), links.overdue(), "flat" if text else "", text, late=count > 0)

    def _on_time(self) -> Figure:
        first = self.today - timedelta(days=DAYS - 1)
        now, number = self._rate(first, self.today)
        before, _number = self._rate(first - timedelta(days=DAYS), first - timedelta(days=1))
        text = _("of %(number)s promised orders in %(days)s days") % {"number": formats.group(number), "days": DAYS}
        by_first, _number = self._rate(first, self.today, Measure.SHIPPED_FIRST)
        if by_first is not None:
            text += _("; by the first promise %(rate)s %%") % {"rate": formats.group(by_first * 100, 1)}
        trend = arrow(now - before) if now is not None and before is not None else ""
        shown = "–" if now is None else _("%(number)s %%") % {"number": formats.group(now * 100, 1)}
        return Figure(_("Shipped on time"), shown, links.shipped(first, self.today), trend or "flat", text)

    def _rate(self, first: date, last: date, measure: str = Measure.SHIPPED) -> tuple[Decimal | None, int]:
        on_time = self.figures.of(measure, first, last, (Punctuality.ON_TIME,)).count
        late = self.figures.of(measure, first, last, (Punctuality.LATE,)).count
        number = on_time + late
        return (Decimal(on_time) / number if number else None), number

    def _waiting_for_approval(self) -> Figure:
        status = OrderStatus.REVIEWED
        waiting = self.figures.of(Measure.STAGE, dimensions=(status,))
        text = amounts(waiting) if waiting.amounts else ""
        url = links.orders(status=status.value)
        return Figure(_("Waiting for approval"), formats.group(waiting.count), url, "flat" if text else "", text)

    def stages(self) -> dict[str, Any]:
        """Where the open orders stand: a bar each, with their amount in the table."""
        stood = [(status, self.figures.of(Measure.STAGE, dimensions=(status,))) for status in OPEN]
        rows = [
            Row(str(status.label), links.orders(status=status.value), [formats.group(total.count), amounts(total)])
            for status, total in stood
        ]
        bars = chart(
            "stages",
            title=_("Open orders by stage"),
            kind="bar",
            labels=[status.label for status, _total in stood],
            series=[(_("Orders"), [total.count for _status, total in stood])],
        )
        return {"chart": bars, "heads": [_("Stage"), _("Orders"), _("Amount")], "rows": rows}

    def intake(self) -> dict[str, Any]:
        """Intake of twelve months: the amount in the company's currency drawn, all amounts in the table."""
        firsts = [months_before(self.month, back) for back in range(MONTHS - 1, -1, -1)]
        sums = [(first, self.figures.of(Measure.INTAKE, first, last_of(first))) for first in firsts]
        rows = [
            Row(f"{first:%Y-%m}", links.received(first, last_of(first)), [formats.group(total.count), amounts(total)])
            for first, total in reversed(sums)
        ]
        line = chart(
            "intake",
            title=_("Intake by month"),
            kind="bar",
            labels=[f"{first:%Y-%m}" for first, _total in sums],
            series=[
                (
                    _("Amount in %(currency)s") % {"currency": COMPANY_CURRENCY},
                    [total.amount(COMPANY_CURRENCY) for _first, total in sums],
                )
            ],
        )
        return {"chart": line, "heads": [_("Month"), _("Orders"), _("Amount")], "rows": rows}

    def late(self) -> list[dict[str, Any]]:
        return [
            {"label": kind_name(row.kind), "url": links.overdue(row.kind), "count": row.count, "oldest": row.oldest}
            for row in self.overdue
        ]


def amounts(total: Sum) -> str:
    """The company's currency first; others are not added to it."""
    order = sorted(total.amounts, key=lambda currency: (currency != COMPANY_CURRENCY, currency))
    return " + ".join(formats.amount(total.amounts[currency], currency) for currency in order) or formats.amount(0)


def capped(count: int) -> str:
    return f"{formats.group(CAP)}+" if count >= CAP else formats.group(count)


def arrow(change: Decimal | int) -> str:
    return "up" if change > 0 else "down" if change < 0 else "flat"


def signed(change: int) -> str:
    return f"+{formats.group(change)}" if change > 0 else formats.group(change).replace("-", "−")


def relative(new: Decimal, old: Decimal) -> str:
    percent = (new - old) * 100 / old
    number = f"{'+' if percent > 0 else ''}{formats.group(percent, 0)}".replace("-", "−")
    return _("%(number)s %%") % {"number": number}


def kind_name(kind: str) -> str:
    names: Callable[[str], Any] = dict(WorkKind.choices).get
    return str(names(kind) or kind)


def months_before(first: date, back: int) -> date:
    years, month = divmod(first.year * 12 + first.month - 1 - back, 12)
    return date(years, month + 1, 1)


def last_of(first: date) -> date:
    return months_before(first, -1) - timedelta(days=1)


def same_day(first: date, day: date) -> date:
    return first + timedelta(days=day.day - 1)
