"""The company's calendar and clock rules, kept in the process and read again when they changed.

A change raises ClockRevision. Each process compares its number every few seconds, so that another process's
edit is seen within `SECONDS_BETWEEN_LOOKS` and opening a work item costs no reading.
"""

import threading
import time as stopwatch
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

import chinese_calendar
from django.conf import settings
from django.db import transaction
from django.db.models import F

from workflow.business_time import Hours, WorkingCalendar
from workflow.models import CalendarDay, CalendarYear, ClockRevision, CompanyHours, WorkPolicy
from workflow.work_parts import parts_of

SECONDS_BETWEEN_LOOKS = 5.0
DEFAULT_HOURS: Hours = ((time(9), time(12)), (time(13), time(18)))
DEFAULT_WEEK: dict[int, Hours] = dict.fromkeys(range(5), DEFAULT_HOURS)


@dataclass(frozen=True)
class Clocks:
    """What one process knows: the calendar and the policies in force, as of a revision."""

    revision: int
    calendar: WorkingCalendar
    policies: dict[tuple[str, str], WorkPolicy]


class _Kept:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.clocks: Clocks | None = None
        self.looked_at = 0.0

    def current(self) -> Clocks:
        with self.lock:
            clocks = self.clocks
            if clocks and stopwatch.monotonic() - self.looked_at < SECONDS_BETWEEN_LOOKS:
                return clocks
            revision = current_revision()
            if clocks is None or clocks.revision != revision:
                clocks = Clocks(revision, read_calendar(), _read_policies())
            self.clocks, self.looked_at = clocks, stopwatch.monotonic()
            return clocks

    def forget(self) -> None:
        with self.lock:
            self.clocks = None


_kept = _Kept()


def current_calendar() -> WorkingCalendar:
    return _kept.current().calendar


def current_policy(kind: str, part: str = "") -> WorkPolicy:
    """`part` is a department's where the kind of work has parts; everything else of a kind runs under one clock."""
    policy = _kept.current().policies.get((kind, part if part in parts_of(kind) else ""))
    if policy is None:
        raise LookupError(f"no clock is set for {kind} {part}".rstrip())
    return policy


def forget() -> None:
    """Read everything again at the next use."""
    _kept.forget()


def clocks_changed() -> None:
    """To be called in the transaction that changes hours, days or policies."""
    ClockRevision.objects.get_or_create(pk=1)
    ClockRevision.objects.filter(pk=1).update(number=F("number") + 1)
    forget()
    # Another thread may have read the old state again before the commit.
    transaction.on_commit(forget)


def current_revision() -> int:
    return ClockRevision.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def read_calendar() -> WorkingCalendar:
    week = _read_week()
    weekday_hours = week.get(0, DEFAULT_HOURS)
    days: dict[date, Hours] = {}
    for day, is_working in CalendarDay.objects.values_list("date", "is_working"):
        days[day] = (week.get(day.weekday()) or weekday_hours) if is_working else ()
    return WorkingCalendar(ZoneInfo(settings.TIME_ZONE), week, days, known_until())


def _read_week() -> dict[int, Hours]:
    week: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for hours in CompanyHours.objects.order_by("weekday", "start"):
        week[hours.weekday].append((hours.start, hours.end))
    return {**week} or dict(DEFAULT_WEEK)


def _read_policies() -> dict[tuple[str, str], WorkPolicy]:
    return {(policy.kind, policy.part): policy for policy in WorkPolicy.objects.filter(is_current=True)}


def known_until() -> date:
    """The last day of the last loaded year in an unbroken row; beyond it, holidays are not known."""
    years = list(CalendarYear.objects.order_by("year").values_list("year", flat=True))
    if not years:
        return date.min
    last = max(year for year in years if all(step in years for step in range(years[0], year + 1)))
    return date(last, 12, 31)


def official_years() -> range:
    """The years the chinesecalendar package speaks about."""
    covered = {day.year for day in (*chinese_calendar.holidays, *chinese_calendar.workdays)}
    return range(min(covered), max(covered) + 1)


def official_days(year: int) -> dict[date, tuple[bool, str]]:
    """Days of a year that differ from Monday–Friday: (is a working day, name of the festival).

    Raises ValueError for a year the package does not know.
    """
    if year not in official_years():
        raise ValueError(f"the official calendar does not cover {year}")
    days: dict[date, tuple[bool, str]] = {}
    for day, name in chinese_calendar.holidays.items():
        if day.year == year:
            days[day] = (False, str(name))
    for day, name in chinese_calendar.workdays.items():
        if day.year == year:
            days[day] = (True, str(name))
    return days
