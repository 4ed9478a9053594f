"""Working time as arithmetic over intervals: no database, no clock of its own.

Every function takes aware datetimes and returns UTC. An interval holds its end: work may be due at 12:00 sharp,
never at 12:01 when lunch begins at 12:00. Pauses are intervals in which nothing counts.

Two rules that are not obvious:
- counting in working days ends with the last interval of the Nth working day after the day it started on;
- a working day whose close falls into a pause is not counted, so that no due time lies in a pause and no pause
  can bring a due time nearer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

ONE_DAY = timedelta(days=1)
NOTHING = timedelta(0)
# A calendar without any working time would be walked for ever.
HORIZON_DAYS = 3660

Hours = Sequence[tuple[time, time]]


class NoWorkingTime(ValueError):
    """The calendar has no working time within ten years of the start."""


@dataclass(frozen=True, slots=True)
class Interval:
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Due:
    """When the time is up, the intervals that were counted, and whether holidays were known for all of it."""

    at: datetime
    intervals: tuple[Interval, ...]
    provisional: bool


@dataclass(frozen=True)
class WorkingCalendar:
    """The week's hours and the days that differ from it."""

    zone: tzinfo
    week: Mapping[int, Hours]
    days: Mapping[date, Hours] = field(default_factory=dict)
    # The last day whose public holidays are known; None when that does not matter.
    known_until: date | None = None
    _cache: dict[date, tuple[Interval, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def intervals_on(self, day: date) -> tuple[Interval, ...]:
        found = self._cache.get(day)
        if found is None:
            hours = self.days.get(day, self.week.get(day.weekday(), ()))
            found = tuple(self._interval(day, start, end) for start, end in sorted(hours))
            self._cache[day] = found
        return found

    def _interval(self, day: date, start: time, end: time) -> Interval:
        return Interval(*(datetime.combine(day, at, self.zone).astimezone(UTC) for at in (start, end)))

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def is_guess(self, at: datetime) -> bool:
        return self.known_until is not None and self.day_of(at) > self.known_until


def add_working_time(
    calendar: WorkingCalendar, start: datetime, amount: timedelta, *, pauses: Iterable[Interval] = ()
) -> Due:
    """The earliest moment by which `amount` of working time has passed since `start`."""
    counted: list[Interval] = []
    left = amount
    for free in _without(_working_intervals(calendar, start), pauses):
        if free.length >= left:
            at = free.start + left
            counted.append(Interval(free.start, at))
            return Due(at, tuple(counted), calendar.is_guess(at))
        counted.append(free)
        left -= free.length
    raise NoWorkingTime(f"no {amount} of working time after {start}")


def add_working_days(calendar: WorkingCalendar, start: datetime, days: int, *, pauses: Iterable[Interval] = ()) -> Due:
    """The close of the `days`th working day after the day of `start`."""
    if days < 1:
        raise ValueError("working days are counted from one")
    held = list(pauses)
    counted: list[Interval] = []
    left = days
    for today in _days_from(calendar.day_of(start) + ONE_DAY):
        hours = calendar.intervals_on(today)
        if not hours or _covered(hours[-1].end, held):
            continue
        counted.extend(hours)
        left -= 1
        if not left:
            return Due(hours[-1].end, tuple(counted), calendar.is_guess(hours[-1].end))
    raise NoWorkingTime(f"no {days} working days after {start}")


def add_elapsed(start: datetime, amount: timedelta, *, pauses: Iterable[Interval] = ()) -> Due:
    """Plain clock time, without what was paused."""
    start = start.astimezone(UTC)
    endless = iter([Interval(start, datetime.max.replace(tzinfo=UTC))])
    counted: list[Interval] = []
    left = amount
    for free in _without(endless, pauses):
        if free.length >= left:
            counted.append(Interval(free.start, free.start + left))
            break
        counted.append(free)
        left -= free.length
    return Due(counted[-1].end, tuple(counted), provisional=False)


def working_time_between(
    calendar: WorkingCalendar, start: datetime, end: datetime, *, pauses: Iterable[Interval] = ()
) -> timedelta:
    """How much working time lies between two moments; nothing when `end` is not later."""
    total = NOTHING
    for free in _without(_working_intervals(calendar, start, end), pauses):
        total += free.length
    return total


def working_days_between(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    """Working days after the day of `start` up to and with the day of `end`."""
    last = calendar.day_of(end)
    count = 0
    for today in _days_from(calendar.day_of(start) + ONE_DAY):
        if today > last:
            break
        count += bool(calendar.intervals_on(today))
    return count


def _days_from(first: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range(HORIZON_DAYS))


def _working_intervals(calendar: WorkingCalendar, start: datetime, end: datetime | None = None) -> Iterator[Interval]:
    """Working intervals from `start` on, the first cut at it, the last at `end`."""
    start = start.astimezone(UTC)
    for today in _days_from(calendar.day_of(start)):
        for hours in calendar.intervals_on(today):
            if end is not None and hours.start >= end:
                return
            if hours.end > start:
                last = hours.end if end is None else min(hours.end, end.astimezone(UTC))
                yield Interval(max(hours.start, start), last)


def _without(intervals: Iterator[Interval], pauses: Iterable[Interval]) -> Iterator[Interval]:
    """The parts of the intervals that lie in no pause."""
    held = sorted(pauses, key=lambda pause: pause.start)
    for interval in intervals:
        start = interval.start
        for pause in held:
            if pause.end <= start or pause.start >= interval.end:
                continue
            if pause.start > start:
                yield Interval(start, pause.start)
            start = max(start, pause.end)
        if start < interval.end:
            yield Interval(start, interval.end)


def _covered(at: datetime, pauses: Iterable[Interval]) -> bool:
    return any(pause.start <= at < pause.end for pause in pauses)
