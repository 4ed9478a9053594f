"""Policies and calendar as data: versioned, seen at once, running clocks set again."""

from datetime import date, time
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.errors import Conflict, DomainError, NotPermitted
from tests.workflow.factories import at, make_item, make_person
from workflow import calendar
from workflow.business_time import working_days_between
from workflow.choices import WorkKind
from workflow.models import CalendarDay, CalendarYear, ClockRevision, Notification, WorkItem, WorkPolicy
from workflow.services.calendars import load_year, set_day, set_hours, warn_of_missing_year
from workflow.services.policies import change_policy

pytestmark = [pytest.mark.req("R13.2"), pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def admin(db):
    return make_person("admin")


def values(policy: WorkPolicy, **over) -> dict:
    return {name: over.get(name, getattr(policy, name)) for name in ("basis", "amount", "warn_at", "escalation")}


def test_every_kind_of_work_has_a_clock():
    assert set(WorkPolicy.objects.filter(is_current=True).values_list("kind", flat=True)) == set(WorkKind.values)


@pytest.mark.req("R14.13")
def test_a_change_is_a_new_version_and_running_clocks_keep_theirs(admin):
    before = make_item()
    policy = calendar.current_policy(before.kind)
    change_policy(policy, **values(policy, amount=60), by=admin, note="faster")
    after = make_item()
    assert (before.policy.version, after.policy.version) == (1, 2)
    assert WorkItem.objects.get(pk=before.pk).due_at == at("2026-03-02 14:00")
    assert after.due_at == at("2026-03-02 10:00")


def test_a_change_of_nothing_makes_no_version(admin):
    policy = calendar.current_policy(WorkKind.VISIT)
    assert change_policy(policy, **values(policy), by=admin) == policy


def test_two_administrators_do_not_overwrite_each_other(admin):
    policy = calendar.current_policy(WorkKind.VISIT)
    change_policy(policy, **values(policy, amount=4), by=admin)
    with pytest.raises(Conflict):
        change_policy(policy, **values(policy, amount=5), by=admin)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", 0),
        ("amount", 10**7),
        ("basis", "moons"),
        ("warn_at", ["1.5"]),
        ("warn_at", ["0.8", "0.5"]),
        ("warn_at", ["x"]),
        ("escalation", [{"after_minutes": 5, "role": "nobody"}]),
        ("escalation", [{"after_minutes": 5, "role": "sales"}, {"after_minutes": 5, "role": "sales"}]),
    ],
)
def test_values_no_clock_can_run_on_are_refused(admin, field, value):
    policy = calendar.current_policy(WorkKind.VISIT)
    with pytest.raises(DomainError) as refused:
        change_policy(policy, **values(policy, **{field: value}), by=admin)
    assert field in refused.value.fields
    assert WorkPolicy.objects.filter(kind=WorkKind.VISIT).count() == 1


@pytest.mark.req("R13.7")
def test_only_administrators_change_clocks():
    policy = calendar.current_policy(WorkKind.VISIT)
    with pytest.raises(NotPermitted):
        change_policy(policy, **values(policy, amount=9), by=make_person("general_manager"))


def test_another_process_sees_a_change_within_seconds(monkeypatch):
    calendar.current_calendar()
    CalendarDay.objects.update_or_create(date=date(2026, 3, 2), defaults={"is_working": False})
    ClockRevision.objects.filter(pk=1).update(number=99)
    assert calendar.current_calendar().intervals_on(date(2026, 3, 2))
    monkeypatch.setattr(calendar, "SECONDS_BETWEEN_LOOKS", 0)
    assert not calendar.current_calendar().intervals_on(date(2026, 3, 2))


def test_the_official_calendar_agrees_with_a_second_source():
    """Festival days by the holidays package; it has no make-up days, so those are compared one way only."""
    import holidays

    festivals = holidays.country_holidays("CN", years=2026)
    known = calendar.current_calendar()
    assert all(not known.intervals_on(day) for day in festivals)
    assert working_days_between(known, at("2025-12-31 12:00"), at("2026-12-31 12:00")) == 248


def test_beyond_the_known_years_a_due_time_is_provisional_and_set_again_when_the_year_is_loaded(admin, monkeypatch):
    item = make_item(WorkKind.VISIT, now=at("2026-12-30 10:00"))
    assert item.provisional and item.due_at == at("2027-01-04 18:00")
    monkeypatch.setattr(calendar, "official_years", lambda: range(2004, 2028))
    monkeypatch.setattr(
        "workflow.services.calendars.official_rows",
        lambda year: [CalendarDay(date=date(2027, 1, 4), is_working=False, name="New Year")],
    )
    assert load_year(2027, by=admin) == 1
    item = WorkItem.objects.get()
    assert not item.provisional and item.due_at == at("2027-01-05 18:00")
    assert item.next_check_at and item.next_check_at > at("2026-12-30 10:00")


def test_a_year_nobody_knows_is_refused(admin):
    with pytest.raises(DomainError):
        load_year(2099, by=admin)
    assert not CalendarYear.objects.filter(year=2099).exists()


def test_the_company_can_overrule_a_day_and_loading_keeps_it(admin):
    item = make_item(now=at("2026-03-02 16:00"))
    assert set_day(date(2026, 3, 3), is_working=False, name="inventory", by=admin) == 1
    assert WorkItem.objects.get(pk=item.pk).due_at == at("2026-03-04 11:00")
    load_year(2026, by=admin)
    assert WorkItem.objects.get(pk=item.pk).due_at == at("2026-03-04 11:00")


def test_new_hours_move_running_clocks(admin):
    today = timezone.localdate()
    item = make_item(WorkKind.CLOSE_ORDER, now=timezone.now())
    for weekday in range(5):
        set_hours(weekday, intervals=[(time(8), time(12)), (time(13), time(17))], by=admin)
    moved = WorkItem.objects.get(pk=item.pk).due_at
    assert timezone.localtime(moved).time() == time(17) and timezone.localdate(moved) > today


def test_hours_that_overlap_are_refused(admin):
    with pytest.raises(DomainError):
        set_hours(0, intervals=[(time(9), time(12)), (time(11), time(18))], by=admin)
    assert calendar.current_calendar().intervals_on(date(2026, 3, 2))


def test_administrators_are_warned_once_before_the_known_years_end(admin):
    warn_of_missing_year(at("2026-11-01 09:00"))
    assert not Notification.objects.exists()
    for _again in range(2):
        warn_of_missing_year(at("2026-12-01 09:00"))
    assert admin.notifications.get().params == {"year": "2027"}


def test_due_says_when_and_which_intervals_it_counts():
    out = StringIO()
    call_command("due", "production_reply", "2026-02-13T16:00", stdout=out)
    assert "2026-02-13 16:00 – 2026-02-13 18:00" in out.getvalue()
    assert out.getvalue().endswith("due 2026-02-14 11:00\n")


def test_load_calendar_tells_what_it_did_and_what_it_could_not():
    out, err = StringIO(), StringIO()
    call_command("load_calendar", "2026", "2099", stdout=out, stderr=err)
    assert "2026: loaded" in out.getvalue() and "2099" in err.getvalue()
