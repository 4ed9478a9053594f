"""Dates of plans: drawn backwards from the promise, and looked ahead from what is done (R4.8). Pure functions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

DAY = timedelta(days=1)
IsWorking = Callable[[date], bool]


class Step(Protocol):
    planned_start: date
    planned_end: date

    @property
    def state(self) -> str: ...


@dataclass(frozen=True)
class Span:
    start: date
    end: date


def backwards(days: Sequence[int], promise: date, first: date, is_working: IsWorking) -> list[Span]:
    """A span of working days for each step, the last ending on the promise; none begins before `first`."""
    spans: list[Span] = []
    end = _back(promise, is_working)
    for length in reversed(days):
        start = end
        for _more in range(length - 1):
            start = _back(start - DAY, is_working)
        spans.append(Span(max(start, first), max(end, first)))
        end = _back(start - DAY, is_working)
    return spans[::-1]


def working_days_between(before: date, after: date, is_working: IsWorking) -> int:
    """How many working days the second lies behind the first; negative when it lies before it."""
    if after < before:
        return -working_days_between(after, before, is_working)
    return sum(is_working(before + DAY * n) for n in range(1, (after - before).days + 1))


def moved(day: date, days: int, is_working: IsWorking) -> date:
    """So many working days later or earlier."""
    step = DAY if days > 0 else -DAY
    for _day in range(abs(days)):
        day += step
        while not is_working(day):
            day += step
    return day


def _back(day: date, is_working: IsWorking) -> date:
    while not is_working(day):
        day -= DAY
    return day


def expected_end(steps: Iterable[Step], today: date) -> date | None:
    """When the last open step will end if each takes as long as planned and none begins before the one before ends."""
    end = None
    for step in steps:
        if step.state == "done":
            continue
        length = step.planned_end - step.planned_start
        if step.state == "doing":
            end = max(step.planned_end, today)
        else:
            start = max(step.planned_start, today if end is None else end + DAY)
            end = start + length
    return end


def at_risk(steps: Sequence[Step], promise: date | None, today: date) -> bool:
    """A step is late, or what remains does not fit before the promise."""
    late = any(step.state != "done" and step.planned_end < today for step in steps)
    end = expected_end(steps, today)
    return late or bool(promise and end and end > promise)
