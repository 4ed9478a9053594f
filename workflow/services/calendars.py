"""The company's days and hours: loaded, overruled, and clocks set again when they change (R13.2)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import DomainError
from workflow import calendar, schedule
from workflow.choices import DaySource
from workflow.defaults import official_rows
from workflow.models import CalendarDay, CalendarYear, CompanyHours, Notification, WorkItem
from workflow.notifications import notify
from workflow.services.work import recompute_due

MISSING_YEAR = gettext_noop("The public holidays of %(year)s are not known yet: due times beyond are provisional.")
# Holidays of the next year are published in November.
WARN_BEFORE = timedelta(days=45)
BATCH = 500


@act("workflow.load_year", roles={Role.ADMIN})
def load_year(year: int, *, by: User, now: datetime | None = None) -> int:
    """Take a year's public holidays and make-up days; days the company set itself stay.

    Returns how many clocks were set again. DomainError when the official calendar does not cover the year.
    """
    try:
        rows = official_rows(year)
    except ValueError as error:
        raise DomainError("year_unknown", _("The official calendar does not cover %s yet.") % year) from error
    own = CalendarDay.objects.filter(date__year=year, source=DaySource.COMPANY)
    kept = set(own.values_list("date", flat=True))
    CalendarDay.objects.filter(date__year=year, source=DaySource.OFFICIAL).delete()
    CalendarDay.objects.bulk_create(row for row in rows if row.date not in kept)
    loaded, _created = CalendarYear.objects.update_or_create(year=year, defaults={"loaded_at": now or timezone.now()})
    audit.record("calendar.loaded", loaded, by=by, changes={"days": [None, len(rows)]}, now=now)
    return _set_clocks_again(date(year, 1, 1))


@act("workflow.set_day", roles={Role.ADMIN})
def set_day(day: date, *, is_working: bool, name: str, by: User, now: datetime | None = None) -> int:
    """The company's own word on a day. Returns how many clocks were set again."""
    row, _created = CalendarDay.objects.update_or_create(
        date=day,
        defaults={"is_working": is_working, "name": name, "source": DaySource.COMPANY, "changed_by": by},
    )
    changes = {"date": [None, day], "is_working": [None, is_working]}
    audit.record("calendar.day_set", None, by=by, changes=changes, note=row.name, now=now)
    return _set_clocks_again(day)


@act("workflow.set_hours", roles={Role.ADMIN})
def set_hours(weekday: int, *, intervals: Sequence[tuple[time, time]], by: User, now: datetime | None = None) -> int:
    """The working hours of a weekday; none makes it free. Returns how many clocks were set again."""
    ordered = sorted(intervals)
    _check_hours(weekday, ordered)
    old = CompanyHours.objects.filter(weekday=weekday).order_by("start")
    before = [str(hours) for hours in old]
    old.delete()
    rows = CompanyHours.objects.bulk_create(
        CompanyHours(weekday=weekday, start=start, end=end) for start, end in ordered
    )
    audit.record("calendar.hours_set", None, by=by, changes={"hours": [before, [str(row) for row in rows]]}, now=now)
    return _set_clocks_again(timezone.localdate(now))


def warn_of_missing_year(now: datetime | None = None) -> None:
    """Tell administrators once that the known holidays come to their end."""
    now = now or timezone.now()
    last = calendar.current_calendar().known_until
    if last is None or timezone.localdate(now) <= last - WARN_BEFORE:
        return
    key = f"calendar:{max(last.year, now.year - 1) + 1}"
    if not Notification.objects.filter(key=key).exists():
        params = {"year": key.removeprefix("calendar:")}
        with transaction.atomic():
            notify(User.objects.with_role(Role.ADMIN), MISSING_YEAR, params=params, url="/settings/clocks/", key=key)


def _check_hours(weekday: int, ordered: Sequence[tuple[time, time]]) -> None:
    overlap = any(first[1] > second[0] for first, second in pairwise(ordered))
    if overlap or any(end <= start for start, end in ordered):
        raise DomainError("hours_invalid", _("The intervals overlap or end before they start."))
    others = CompanyHours.objects.exclude(weekday=weekday)
    if not ordered and not others.exists():
        raise DomainError("no_hours", _("A week needs working time."))


def _set_clocks_again(first: date) -> int:
    """Recompute running clocks a change from `first` on can touch, and those that were provisional."""
    calendar.clocks_changed()
    start = datetime.combine(first, time.min, timezone.get_default_timezone())
    touched = WorkItem.objects.running().filter(Q(provisional=True) | Q(due_at__gte=start))
    changed = 0
    pks = list(touched.order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(pks), BATCH):
        changed += _recompute(pks[at : at + BATCH])
    return changed


def _recompute(pks: Iterable[int]) -> int:
    rows = WorkItem.objects.running().filter(pk__in=pks).select_related("policy").prefetch_related("pauses")
    items = []
    for item in rows.order_by("pk").select_for_update(of=("self",)):
        before = (item.due_at, item.provisional, item.next_check_at)
        recompute_due(item, schedule.intervals_of(item.pauses.all()))
        if before != (item.due_at, item.provisional, item.next_check_at):
            items.append(item)
    WorkItem.objects.bulk_update(items, ["due_at", "provisional", "next_check_at"], batch_size=250)
    return len(items)
