"""The log of transitions, summed by day and kind in the database."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, TruncDate

from orders.choices import EDITABLE
from orders.models import StatusChange
from reports.folding import UNCOUNTED, Transitions

MONEY = DecimalField(max_digits=20, decimal_places=2)
# The order of the columns in which figures and transitions meet in one statement (selectors.py).
GROUP = ("day", "from_status", "to_status", "money", "left_money", "on_time", "on_time_first")


def company_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def grouped(changes: QuerySet[StatusChange]) -> QuerySet[StatusChange, dict[str, Any]]:
    """Rows of GROUP with `number`, `total` and `left_total`.

    What an order counted for in the status it left is the amount of its former transition, not of this one, where it
    could be edited in between; elsewhere the two are the same, and a million rows are summed without looking back.
    """
    former = StatusChange.objects.filter(order=OuterRef("order"), id__lt=OuterRef("id")).order_by("-id")
    rows = changes.order_by().annotate(
        day=TruncDate("at", tzinfo=company_zone()),
        money=F("currency"),
        left_money=_where_edited(Coalesce(Subquery(former.values("currency")[:1]), F("currency")), F("currency")),
        former_amount=_where_edited(Coalesce(Subquery(former.values("amount")[:1]), F("amount")), F("amount")),
    )
    return rows.values(*GROUP).annotate(number=Count("id"), total=Sum("amount"), left_total=Sum("former_amount"))


def _where_edited(then: Combinable, otherwise: Combinable) -> Case:
    edited = Q(from_status__in=set(EDITABLE) - set(UNCOUNTED)) | Q(from_status=F("to_status"))
    return Case(When(edited, then=then), default=otherwise)


def transitions_of(changes: QuerySet[StatusChange]) -> list[Transitions]:
    rows = grouped(changes).values_list(*GROUP, "number", "total", "left_total")
    return [Transitions(*row) for row in rows]


def shipped_between(
    changes: QuerySet[StatusChange], *, first: date | None = None, last: date | None = None
) -> QuerySet[StatusChange]:
    """By the company's days, as ranges of moments that the index can start from."""
    if first is not None:
        changes = changes.filter(at__gte=midnight(first))
    if last is not None and last < date.max:  # nothing comes after that one
        changes = changes.filter(at__lt=midnight(last + timedelta(days=1)))
    return changes


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=company_zone())
