"""How a clock reads: when it is due and what is left, in the reader's words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow import business_time, calendar
from workflow.choices import Basis
from workflow.models import WorkItem

# From here on days say more than hours.
DAYS_FROM = 2
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Clock:
    """What templates/ui/clock.html shows. `state`: "", warning, overdue, paused, done."""

    due_at: datetime
    state: str
    left: str = ""
    reason: str = ""
    since: datetime | None = None
    provisional: bool = False


def clock_of(item: WorkItem, now: datetime | None = None) -> Clock:
    """Costs no query when the item came with its policy (and, if paused, `with_pause_reason`)."""
    now = now or timezone.now()
    if item.done_at is not None:
        return Clock(item.due_at, "done", left=_done_words(item))
    if item.paused_at is not None:
        return Clock(item.due_at, "paused", reason=_pause_reason(item), since=item.paused_at)
    if item.due_at < now:
        return Clock(item.due_at, "overdue", left=_late_words(item, now))
    state = "warning" if item.level else ""
    return Clock(item.due_at, state, left=_left_words(item, now), provisional=item.provisional)


def _left_words(item: WorkItem, now: datetime) -> str:
    if item.policy.basis == Basis.ELAPSED:
        return _("%(time)s left") % {"time": duration(item.due_at - now)}
    known = calendar.current_calendar()
    days = business_time.working_days_between(known, now, item.due_at)
    if days >= DAYS_FROM:
        return ngettext("%(days)s working day left", "%(days)s working days left", days) % {"days": days}
    left = business_time.working_time_between(known, now, item.due_at)
    return _("%(time)s of working time left") % {"time": duration(left)}


def _late_words(item: WorkItem, now: datetime) -> str:
    if item.policy.basis == Basis.ELAPSED:
        return _("%(time)s late") % {"time": duration(now - item.due_at)}
    known = calendar.current_calendar()
    days = business_time.working_days_between(known, item.due_at, now)
    if days >= DAYS_FROM:
        return ngettext("%(days)s working day late", "%(days)s working days late", days) % {"days": days}
    late = business_time.working_time_between(known, item.due_at, now)
    if late < MINUTE:
        return _("just passed")
    return _("%(time)s of working time late") % {"time": duration(late)}


def _done_words(item: WorkItem) -> str:
    return _("done in time") if item.done_at and item.done_at <= item.due_at else _("done late")


def _pause_reason(item: WorkItem) -> str:
    """In the reader's language where it is one of the system's own reasons, else as it was written."""
    if hasattr(item, "pause_reason"):
        reason = item.pause_reason
    else:
        running = item.pauses.filter(ended_at__isnull=True).first()
        reason = running.reason if running else ""
    return _(reason) if reason else ""


def duration(length: timedelta) -> str:
    """1 h 12 min; days only for clock time beyond two days."""
    minutes = int(length.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60, minutes % 60
    if days >= DAYS_FROM:
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours % 24}
    if hours and minutes:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    if hours:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(minutes)s min") % {"minutes": minutes}
