"""From a policy to moments: when an item is due, when somebody is told, whom."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from workflow import business_time
from workflow.business_time import Due, Interval, WorkingCalendar
from workflow.choices import Basis, ReminderKind
from workflow.models import WorkItem, WorkPause, WorkPolicy


@dataclass(frozen=True, slots=True)
class Level:
    """One point of the ladder. `role` is empty where the owner is told."""

    number: int
    kind: str
    role: str
    at: datetime


def due_by_policy(
    policy: WorkPolicy, calendar: WorkingCalendar, opened_at: datetime, pauses: Sequence[Interval] = ()
) -> Due:
    if policy.basis == Basis.WORKING_DAYS:
        return business_time.add_working_days(calendar, opened_at, policy.amount, pauses=pauses)
    amount = timedelta(minutes=policy.amount)
    if policy.basis == Basis.WORKING_HOURS:
        return business_time.add_working_time(calendar, opened_at, amount, pauses=pauses)
    return business_time.add_elapsed(opened_at, amount, pauses=pauses)


def levels(
    item: WorkItem, policy: WorkPolicy, calendar: WorkingCalendar, pauses: Sequence[Interval] = ()
) -> Iterator[Level]:
    """The item's whole ladder in order; lazy, because most callers want the first one only.

    The number of warnings and steps comes from the item's own version of the policy, so a number always
    means the same level, however often the due time moves.
    """
    number = 0
    for part in policy.warn_at:
        number += 1
        at = min(_part_of_span(item, policy, calendar, pauses, Decimal(part)), item.due_at)
        yield Level(number, ReminderKind.WARNING, "", at)
    number += 1
    yield Level(number, ReminderKind.DUE, "", item.due_at)
    for step in policy.escalation:
        number += 1
        at = _after_due(item.due_at, policy, calendar, timedelta(minutes=step["after_minutes"]))
        yield Level(number, ReminderKind.ESCALATION, step["role"], at)


def next_check(
    item: WorkItem, policy: WorkPolicy, calendar: WorkingCalendar, pauses: Sequence[Interval] = ()
) -> datetime | None:
    """When the first level not yet written is reached; None when all were."""
    return next((level.at for level in levels(item, policy, calendar, pauses) if level.number > item.level), None)


def intervals_of(pauses: Iterable[WorkPause]) -> list[Interval]:
    return [Interval(pause.started_at, pause.ended_at) for pause in pauses if pause.ended_at is not None]


def _part_of_span(
    item: WorkItem, policy: WorkPolicy, calendar: WorkingCalendar, pauses: Sequence[Interval], part: Decimal
) -> datetime:
    if policy.basis == Basis.ELAPSED:
        paused = sum((pause.length for pause in pauses if pause.start < item.due_at), timedelta())
        span = (item.due_at - item.opened_at - paused) * float(part)
        return business_time.add_elapsed(item.opened_at, max(span, timedelta()), pauses=pauses).at
    span = business_time.working_time_between(calendar, item.opened_at, item.due_at, pauses=pauses)
    if not span:
        return item.due_at
    return business_time.add_working_time(calendar, item.opened_at, span * float(part), pauses=pauses).at


def _after_due(due_at: datetime, policy: WorkPolicy, calendar: WorkingCalendar, after: timedelta) -> datetime:
    if not after:
        return due_at
    if policy.basis == Basis.ELAPSED:
        return due_at + after
    return business_time.add_working_time(calendar, due_at, after).at
