"""Keeping the totals: folded in small steps, rebuilt from the log (architecture §9).

A transition is claimed, summed and marked in one transaction, so it counts once whoever folds and however often;
what somebody else has claimed is skipped. The totals' rows are written in the order of their keys: two folds wait
for each other, they never deadlock.
"""

from django.db import connection, transaction

from orders.models import StatusChange
from reports.folding import Totals, totals_of
from reports.models import DailyFigure
from reports.querysets import transitions_of

STEP = 5000
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

    A fold under way waits at the table; what it has claimed is not marked yet and is added by it afterwards.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE reports_dailyfigure IN EXCLUSIVE MODE")
        DailyFigure.objects.all().delete()
        totals = totals_of(transitions_of(StatusChange.objects.filter(is_folded=True)))
        DailyFigure.objects.bulk_create(
            (DailyFigure(**key._asdict(), **total._asdict()) for key, total in sorted(totals.items())), batch_size=1000
        )
        return len(totals)


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
