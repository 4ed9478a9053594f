"""Working time: what is added can be measured, and nothing falls outside working hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workflow.business_time import (
    Interval,
    NoWorkingTime,
    WorkingCalendar,
    add_elapsed,
    add_working_days,
    add_working_time,
    working_days_between,
    working_time_between,
)

pytestmark = pytest.mark.req("R13.2")

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = ((time(9), time(12)), (time(13), time(18)))
WEEK = dict.fromkeys(range(5), HOURS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def spring_festival() -> WorkingCalendar:
    """2026: 15–23 February off, Saturday 28 February made up; known until the end of that year."""
    days: dict[date, tuple] = {date(2026, 2, day): () for day in range(15, 24)}
    days[date(2026, 2, 28)] = HOURS
    return WorkingCalendar(SHANGHAI, WEEK, days, date(2026, 12, 31))


CALENDAR = spring_festival()


def test_lunch_is_not_counted():
    assert add_working_time(CALENDAR, at("2026-03-02 11:30"), timedelta(hours=1)).at == at("2026-03-02 13:30")


def test_time_that_ends_with_the_day_is_due_that_evening_not_next_morning():
    assert add_working_time(CALENDAR, at("2026-03-02 17:00"), timedelta(hours=1)).at == at("2026-03-02 18:00")


def test_four_hours_asked_on_the_eve_of_the_festival_are_due_after_it():
    due = add_working_time(CALENDAR, at("2026-02-13 16:00"), timedelta(hours=4))
    assert due.at == at("2026-02-24 11:00")
    assert [interval.length for interval in due.intervals] == [timedelta(hours=2)] * 2


def test_a_make_up_saturday_is_a_working_day():
    assert add_working_time(CALENDAR, at("2026-02-27 17:00"), timedelta(hours=2)).at == at("2026-02-28 10:00")


def test_three_working_days_end_with_the_close_of_the_third_day_after():
    assert add_working_days(CALENDAR, at("2026-03-04 10:00"), 3).at == at("2026-03-09 18:00")


def test_working_days_count_from_the_day_after_even_from_a_holiday():
    assert add_working_days(CALENDAR, at("2026-02-17 10:00"), 1).at == at("2026-02-24 18:00")


def test_the_counted_intervals_are_told():
    due = add_working_time(CALENDAR, at("2026-03-02 11:00"), timedelta(hours=3))
    assert due.intervals == (
        Interval(at("2026-03-02 11:00"), at("2026-03-02 12:00")),
        Interval(at("2026-03-02 13:00"), at("2026-03-02 15:00")),
    )


def test_beyond_the_known_holidays_a_due_time_is_provisional():
    assert add_working_days(CALENDAR, at("2026-12-31 10:00"), 1).provisional
    assert not add_working_days(CALENDAR, at("2026-12-30 10:00"), 1).provisional


def test_a_pause_over_the_close_of_a_day_moves_a_due_day():
    pause = Interval(at("2026-03-03 10:00"), at("2026-03-04 08:00"))
    assert add_working_days(CALENDAR, at("2026-03-02 10:00"), 1, pauses=[pause]).at == at("2026-03-04 18:00")


def test_elapsed_time_runs_at_night_but_not_in_a_pause():
    pause = Interval(at("2026-03-03 01:00"), at("2026-03-03 02:00"))
    due = add_elapsed(at("2026-03-02 23:00"), timedelta(hours=4), pauses=[pause])
    assert due.at == at("2026-03-03 04:00")


def test_a_calendar_without_working_time_is_refused():
    with pytest.raises(NoWorkingTime):
        add_working_time(WorkingCalendar(SHANGHAI, {}), at("2026-03-02 09:00"), timedelta(minutes=1))


def test_working_days_between_are_counted_without_the_first():
    assert working_days_between(CALENDAR, at("2026-02-13 10:00"), at("2026-02-24 10:00")) == 1


# ---- properties ---------------------------------------------------------------------------------------------------

quarters = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))


@st.composite
def hours(draw) -> tuple:
    cuts = sorted(draw(st.sets(quarters, min_size=2, max_size=6)))
    return tuple(zip(cuts[::2], cuts[1::2], strict=False))


@st.composite
def calendars(draw) -> WorkingCalendar:
    week = draw(st.dictionaries(st.integers(0, 6), hours(), min_size=3, max_size=7))
    days = draw(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.just(()) | hours(), max_size=15))
    zone = draw(st.sampled_from([SHANGHAI, UTC, ZoneInfo("Asia/Kolkata")]))
    return WorkingCalendar(zone, week, days, draw(st.none() | st.just(date(2026, 2, 1))))


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 4, 30)).map(lambda m: m.replace(tzinfo=UTC))
amounts = st.integers(0, 25 * 60).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def pause_lists(draw) -> list[Interval]:
    starts = draw(st.lists(moments, max_size=4))
    return [Interval(start, start + timedelta(minutes=draw(st.integers(1, 4000)))) for start in starts]


@settings(max_examples=80, deadline=None)
@given(calendars(), moments, amounts, pause_lists())
def test_what_is_added_is_what_is_measured(calendar, start, amount, pauses):
    due = add_working_time(calendar, start, amount, pauses=pauses)
    assert working_time_between(calendar, start, due.at, pauses=pauses) == amount
    assert sum((interval.length for interval in due.intervals), timedelta()) == amount


@settings(max_examples=80, deadline=None)
@given(calendars(), moments, moments)
def test_what_is_measured_can_be_added_back(calendar, start, end):
    measured = working_time_between(calendar, start, end)
    assume(measured)
    again = add_working_time(calendar, start, measured).at
    assert again <= end
    assert working_time_between(calendar, again, end) == timedelta()


@settings(max_examples=80, deadline=None)
@given(calendars(), moments, amounts, pause_lists())
def test_no_result_lies_outside_working_time_or_in_a_pause(calendar, start, amount, pauses):
    due = add_working_time(calendar, start, amount, pauses=pauses).at
    assert due >= start
    assert any(free.start <= due <= free.end for free in calendar.intervals_on(calendar.day_of(due)))
    assert not any(pause.start < due < pause.end for pause in pauses)


@settings(max_examples=80, deadline=None)
@given(calendars(), moments, amounts, pause_lists())
def test_a_pause_never_shortens(calendar, start, amount, pauses):
    paused = add_working_time(calendar, start, amount, pauses=pauses).at
    assert paused >= add_working_time(calendar, start, amount, pauses=pauses[1:]).at


@settings(max_examples=80, deadline=None)
@given(calendars(), moments, st.integers(1, 20), pause_lists())
def test_working_days_end_at_a_close_and_are_not_shortened_by_pauses(calendar, start, days, pauses):
    due = add_working_days(calendar, start, days, pauses=pauses).at
    assert due == calendar.intervals_on(calendar.day_of(due))[-1].end
    assert due >= add_working_days(calendar, start, days).at
    assert calendar.day_of(due) > calendar.day_of(start)
    if not pauses:
        assert working_days_between(calendar, start, due) == days


@settings(max_examples=80, deadline=None)
@given(calendars(), moments, moments, amounts, amounts)
def test_later_and_longer_are_never_due_earlier(calendar, one, other, short, long):
    early, late = sorted((one, other))
    less, more = sorted((short, long))
    assert add_working_time(calendar, early, less).at <= add_working_time(calendar, late, less).at
    assert add_working_time(calendar, early, less).at <= add_working_time(calendar, early, more).at


@settings(max_examples=100, deadline=None)
@given(moments, amounts, pause_lists())
def test_elapsed_time_is_never_shortened_by_a_pause(start, amount, pauses):
    assert add_elapsed(start, amount, pauses=pauses).at >= start + amount
