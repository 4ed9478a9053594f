"""Weeks and months as calendars show them: whole weeks, from Monday to Sunday."""

from datetime import date, timedelta

DAY, WEEK = timedelta(days=1), timedelta(days=7)
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


def monday(day: date) -> date:
    return day - DAY * day.weekday()


def days_shown(view: str, day: date) -> list[date]:
    """Of the "week" or the "month" of a day."""
    first, last = monday(day), monday(day) + 6 * DAY
    if view == "month":
        start = day.replace(day=1)
        first, last = monday(start), monday(next_month(day) - DAY) + 6 * DAY
    return [first + DAY * number for number in range((last - first).days + 1)]


def neighbors(view: str, day: date) -> tuple[date, date]:
    """A day of the span before and one of the span after."""
    if view == "week":
        return day - WEEK, day + WEEK
    return day.replace(day=1) - DAY, next_month(day)


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def within_reach(day: date | None, today: date) -> date:
    """What the address says, kept where dates can be reckoned with."""
    return min(max(day or today, EARLIEST), LATEST)
