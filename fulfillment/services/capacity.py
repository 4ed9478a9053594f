"""Capacity by family and week, and the general manager's decision where more was promised (R4.4)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from catalog.models import ProductFamily
from core import audit, formats
from core.errors import Conflict, DomainError
from core.horizon import beyond
from core.weeks import WEEK, monday
from fulfillment.capacity import Capacities, lines_of, loads
from fulfillment.choices import NoticeReason, PromiseKind
from fulfillment.models import Capacity, CapacityConflict, PromiseStep
from fulfillment.services.notices import open_notice
from orders.models import Order, OrderLine
from orders.services import record_promise
from orders.services.steps import lock_order
from workflow.choices import WorkKind
from workflow.services import cancel_work, finish_work, open_work


@act("fulfillment.set_capacity", roles={Role.PRODUCTION, Role.ADMIN, *MANAGERS})
def set_capacity(
    *, family: ProductFamily, quantity: Decimal | None, by: User, week: date | None = None, now: datetime | None = None
) -> Capacity | None:
    """Pieces a week of a family: its standard, or of the week of `week`. None takes the row away: no limit, or the
    standard again. Raises DomainError("quantity") below zero."""
    now = now or timezone.now()
    if wrong := beyond({"week": week}, timezone.localdate(now)):
        raise DomainError("week", _("Please correct the marked fields."), fields=wrong)
    week = monday(week) if week else None
    if quantity is not None and quantity < 0:
        raise DomainError("quantity", _("Enter zero or more."), fields={"quantity": [_("Zero or more.")]})
    row = Capacity.objects.select_for_update().filter(family=family, week=week).first()
    before = row.quantity if row else None
    if quantity is None:
        Capacity.objects.filter(family=family, week=week).delete()
        row = None
    else:
        row, _made = Capacity.objects.update_or_create(family=family, week=week, defaults={"quantity": quantity})
    changes = {"quantity": [before, quantity], "week": [None, week]}
    audit.record("family.capacity_set", family, by=by, changes=changes, now=now)
    look_again(family.pk, by=by, now=now)
    return row


def look_for_conflicts(lines: Iterable[OrderLine], *, by: User, now: datetime) -> list[CapacityConflict]:
    """Open a conflict for each family and week in which more is promised now than can be made."""
    slots = {
        (line.product.family_id, monday(line.promise_date))
        for line in lines
        if line.promise_date and line.product and line.product.family_id
    }
    if not slots or not (known := Capacities()).rows:
        return []
    # Two who promise at once would each see a week that fits: the second counts when the first is through.
    list(Capacity.objects.select_for_update().filter(family__in={family for family, _week in slots}).order_by("pk"))
    weeks = [week for _family, week in slots]
    loaded = loads(min(weeks), max(weeks), {family for family, _week in slots})
    over = [slot for slot in sorted(slots) if _is_over(known.of(*slot), loaded.get(slot, Decimal(0)))]
    return [_open(family, week, by=by, now=now) for family, week in over]


def _is_over(capacity: Decimal | None, load: Decimal) -> bool:
    return capacity is not None and load > capacity


def _open(family_id: int, week: date, *, by: User, now: datetime) -> CapacityConflict:
    """One open conflict a family and week; the unique index decides between two."""
    conflict, made = CapacityConflict.objects.get_or_create(
        family_id=family_id, week=week, decided_at=None, defaults={"opened_at": now}
    )
    if made:
        open_work(WorkKind.CAPACITY_DECISION, conflict, by=by, role=Role.GENERAL_MANAGER, now=now)
        audit.record("capacity_conflict.opened", conflict, by=by, now=now)
    return conflict


def look_again(family_id: int, *, by: User, now: datetime) -> None:
    """A change of capacity, or an order that ends, opens conflicts and makes others pointless."""
    known, today = Capacities(), monday(timezone.localdate(now))
    for conflict in CapacityConflict.objects.select_for_update().filter(family=family_id, decided_at__isnull=True):
        load = loads(conflict.week, conflict.week, [family_id]).get((family_id, conflict.week), Decimal(0))
        if not _is_over(known.of(family_id, conflict.week), load):
            cancel_work(WorkKind.CAPACITY_DECISION, conflict, by=by, outcome="fits", now=now)
            conflict.decided_at, conflict.decided_by, conflict.note = now, by, _("Everything fits again.")
            conflict.save()
    for (_family, week), load in loads(today, today + 53 * WEEK, [family_id]).items():
        if _is_over(known.of(family_id, week), load):
            _open(family_id, week, by=by, now=now)


@act("fulfillment.decide_capacity", roles={Role.GENERAL_MANAGER})
def decide_capacity(
    *, conflict: CapacityConflict, moved: Mapping[int, date], by: User, note: str = "", now: datetime | None = None
) -> CapacityConflict:
    """Set the plan: lines in `moved`, by key, are promised for their new day, the rest stays (R4.4).

    Their customers are put on sales' list to be told. Raises DomainError("capacity") while what stays exceeds the
    capacity, DomainError("moved") by field, Conflict("decided").
    """
    now = now or timezone.now()
    for order in Order.objects.filter(lines__in=list(moved)).distinct().order_by("pk"):
        lock_order(order, by=by)
    conflict = CapacityConflict.objects.select_for_update().select_related("family").get(pk=conflict.pk)
    if not conflict.is_open:
        raise Conflict("decided", _("This was decided already."))
    lines = {line.pk: line for line in lines_of(conflict.family_id, conflict.week)}
    _check_plan(conflict, lines, moved)
    conflict.decided_at, conflict.decided_by, conflict.note = now, by, note.strip()
    conflict.save()
    finish_work(WorkKind.CAPACITY_DECISION, conflict, by=by, outcome="decided", now=now)
    audit.record("capacity_conflict.decided", conflict, by=by, note=note, now=now)
    for order, dates in _by_order(lines, moved):
        _move(order, dates, conflict, by=by, now=now)
    look_for_conflicts(OrderLine.objects.filter(pk__in=list(moved)).select_related("product"), by=by, now=now)
    return conflict


def _check_plan(conflict: CapacityConflict, lines: Mapping[int, OrderLine], moved: Mapping[int, date]) -> None:
    problems: dict[str, list[Any]] = {}
    for key, day in moved.items():
        if key not in lines:
            raise Conflict("moved", _("A line has left this week meanwhile. Look at the page again."))
        if monday(day) <= conflict.week:
            problems[f"date_{key}"] = [_("Name a day after this week.")]
    problems |= beyond({f"date_{key}": day for key, day in moved.items()}, conflict.week)
    if problems:
        raise DomainError("moved", _("Please correct the marked fields."), fields=problems)
    capacity = Capacities().of(conflict.family_id, conflict.week)
    stays = sum((line.quantity_open for key, line in lines.items() if key not in moved), Decimal(0))
    if _is_over(capacity, stays):
        text = _("%(stays)s would stay, %(capacity)s can be made: move more.")
        words = {"stays": f"{stays.normalize():f}", "capacity": f"{(capacity or Decimal(0)).normalize():f}"}
        raise DomainError("capacity", text % words)


def _by_order(lines: Mapping[int, OrderLine], moved: Mapping[int, date]) -> list[tuple[Order, dict[int, date]]]:
    orders = {lines[key].order_id: lines[key].order for key in moved}
    return [
        (orders[pk], {key: day for key, day in moved.items() if lines[key].order_id == pk}) for pk in sorted(orders)
    ]


def _move(order: Order, dates: Mapping[int, date], conflict: CapacityConflict, *, by: User, now: datetime) -> None:
    order = record_promise(order=order, dates=dates, by=by, now=now)
    PromiseStep.objects.bulk_create(
        PromiseStep(order=order, line_id=key, kind=PromiseKind.PROMISED, date=day, note=str(conflict), by=by, at=now)
        for key, day in sorted(dates.items())
    )
    text = _("Capacity of %(family)s does not reach: delivery moves to %(date)s.") % {
        "family": conflict.family, "date": formats.day(max(dates.values())),
    }  # fmt: skip
    open_notice(order, reason=NoticeReason.CAPACITY, text=text, new_date=max(dates.values()), by=by, now=now)
