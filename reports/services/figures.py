"""Keeping the totals: folded in small steps, rebuilt from the log.

A transition is claimed, summed and marked in one transaction, so it counts once whoever folds and however often;
what somebody else has claimed is skipped. The totals' rows are written in the order of their keys: two folds wait
for each other, they never deadlock.
"""

from django.db import connection, transaction

from orders.models import StatusChange
from reports.folding import Totals, added, totals_of
from reports.models import DailyFigure
from reports.querysets import transitions_of

STEP = 5000
RANGE = 200_000
ADD = """
INSERT INTO reports_dailyfigure (measure, date, dimension, currency, count, amount) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (measure, date, dimension, currency) DO UPDATE
SET count = reports_dailyfigure.count + excluded.count, amount = reports_dailyfigure.amount + excluded.amount
"""


def fold_figures(*, limit: int = STEP) -> int:
    """Fold up to `limit` transitions into the totals; answers how many."""
    with transaction.atomic():
        claimed = _claim(limit)
        if not claimed:
            return 0
        changes = StatusChange.objects.filter(pk__in=claimed)
        _add(totals_of(transitions_of(changes)))
        changes.update(is_folded=True)
        return len(claimed)


def fold_all() -> int:
    """Step by step until nothing is left; each step is its own transaction."""
    done = 0
    while number := fold_figures():
        done += number
    return done


def rebuild_figures() -> int:
    """Write all totals anew from the folded part of the log; answers the number of rows.

    A fold under way waits at the table, or gives up after the lock timeout and comes again in a minute; what it has
    claimed is not marked yet and is added by it afterwards. Readers see the old totals until the new ones stand.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE reports_dailyfigure IN EXCLUSIVE MODE")
        DailyFigure.objects.all().delete()
        totals = _sum_of_folded()
        rows = [DailyFigure(**key._asdict(), **total._asdict()) for key, total in sorted(totals.items()) if any(total)]
        DailyFigure.objects.bulk_create(rows, batch_size=1000)
        return len(rows)


def _sum_of_folded() -> Totals:
    """By ranges of the log, so that no statement grows with it."""
    last = StatusChange.objects.order_by("-id").values_list("id", flat=True).first() or 0
    totals: Totals = {}
    for start in range(0, last + 1, RANGE):
        part = StatusChange.objects.filter(is_folded=True, id__gte=start, id__lt=start + RANGE)
        added(totals, totals_of(transitions_of(part)))
    return totals


def _claim(limit: int) -> list[int]:
    waiting = StatusChange.objects.filter(is_folded=False).order_by("id")
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True)
    return list(waiting.values_list("id", flat=True)[:limit])


def _add(totals: Totals) -> None:
    rows = [
        (key.measure, key.date.isoformat(), key.dimension, key.currency, total.count, str(total.amount))
        for key, total in sorted(totals.items())
    ]
    with connection.cursor() as cursor:
        cursor.executemany(ADD, rows)
