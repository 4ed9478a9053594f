"""Numbers of orders and papers: no gap, no duplicate, under any concurrency (R2.2).

The counter row is the lock: the statement below takes it and holds it until the act commits, and a rolled-back
act gives its number back. So draw last, and only inside the act's transaction.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from core.choices import Reset
from core.models.numbering import NumberCounter, NumberSeries
from core.number_pattern import next_period, period_of, render_number

DEFAULTS: dict[str, tuple[str, str]] = {
    "order": ("{yyyy}{mm}-{seq:03d}", Reset.MONTH),
    "quotation": ("Q{yyyy}{mm}-{seq:03d}", Reset.MONTH),
    "contract": ("C{yyyy}{mm}-{seq:03d}", Reset.MONTH),
    "shipment": ("S{yyyy}{mm}-{seq:04d}", Reset.MONTH),
    "demand_plan": ("XQ{yyyy}{mm}-{seq:03d}", Reset.MONTH),
    "change_notice": ("BG{yyyy}{mm}-{seq:03d}", Reset.MONTH),
    "outsourcing": ("WG{yyyy}{mm}-{seq:03d}", Reset.MONTH),
    "dispatch_request": ("F{yyyy}{mm}-{seq:04d}", Reset.MONTH),
    "load": ("Z{yyyy}{mm}-{seq:04d}", Reset.MONTH),
    "document": ("D{yyyy}{mm}-{seq:04d}", Reset.MONTH),
    "receipt": ("R{yyyy}{mm}-{seq:04d}", Reset.MONTH),
    "customer": ("C{seq:05d}", Reset.NEVER),
    "inquiry": ("E{yyyy}{mm}-{seq:03d}", Reset.MONTH),
    "count": ("T{yyyy}{mm}-{seq:03d}", Reset.MONTH),
    "import": ("I{yyyy}{mm}-{seq:03d}", Reset.MONTH),
}

# One statement on PostgreSQL and SQLite alike: it reads the pattern, makes the period's counter when there is
# none, else waits for its row and counts on. Two first draws of a month meet on the unique index, not in a race.
DRAW = """
INSERT INTO core_numbercounter (series_id, period, value)
SELECT s.code, CASE s.reset WHEN 'month' THEN %s WHEN 'year' THEN %s ELSE '' END, %s
FROM core_numberseries s WHERE s.code = %s
ON CONFLICT (series_id, period) DO UPDATE SET value = core_numbercounter.value + excluded.value
RETURNING value, (SELECT pattern FROM core_numberseries WHERE code = core_numbercounter.series_id)
"""


def draw_number(series: str, *, now: datetime | None = None) -> str:
    return draw_numbers(series, 1, now=now)[0]


def draw_numbers(series: str, count: int, *, now: datetime | None = None) -> list[str]:
    """The next `count` numbers, in order. Raises outside a transaction: there a failure would leave a gap."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a number is drawn inside the transaction of its act")
    if count < 1:
        return []
    day = company_day(now)
    last, pattern = _advance(series, count, day)
    return [render_number(pattern, value, day) for value in range(last - count + 1, last + 1)]


def preview(series: str, *, now: datetime | None = None) -> str:
    """What the next number will probably be; it is not reserved."""
    day = company_day(now)
    row = NumberSeries.objects.filter(code=series).first()
    pattern, reset = (row.pattern, row.reset) if row else DEFAULTS[series]
    counter = NumberCounter.objects.filter(series=series, period=period_of(reset, day)).first()
    return render_number(pattern, (counter.value if counter else 0) + 1, day)


def upcoming(series: str, pattern: str, reset: str, *, now: datetime | None = None) -> tuple[list[str], str]:
    """The next three numbers if the pattern held from now on, and the first after the series starts again, or ""."""
    day = company_day(now)
    counter = NumberCounter.objects.filter(series=series, period=period_of(reset, day)).first()
    used = counter.value if counter else 0
    later = next_period(reset, day)
    return (
        [render_number(pattern, used + step, day) for step in (1, 2, 3)],
        render_number(pattern, 1, later) if later else "",
    )


def company_day(now: datetime | None = None) -> date:
    """Today where the company is, whatever zone the reader's page is in."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return (now or timezone.now()).astimezone(zone).date()


def _advance(series: str, count: int, day: date) -> Any:
    parameters: list[Any] = [period_of(Reset.MONTH, day), period_of(Reset.YEAR, day), count, series]
    with connection.cursor() as cursor:
        cursor.execute(DRAW, parameters)
        row = cursor.fetchone()
        if row is None:
            _create_default(series)
            cursor.execute(DRAW, parameters)
            row = cursor.fetchone()
    return row


def _create_default(series: str) -> None:
    pattern, reset = DEFAULTS[series]
    NumberSeries.objects.bulk_create([NumberSeries(code=series, pattern=pattern, reset=reset)], ignore_conflicts=True)
