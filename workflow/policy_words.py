"""A clock rule as a sentence with its values in it, and what another value would have meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.choices import Role
from workflow import calendar, schedule
from workflow.choices import Basis
from workflow.clocks import duration
from workflow.models import WorkItem, WorkPolicy

LOOKED_AT = 500
LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True)
class Effect:
    """Of `count` items finished lately, so many were late by the old and would have been by the new rule."""

    count: int
    late_now: int
    late_then: int
    due_if_started_now: datetime


def time_limit(policy: WorkPolicy) -> str:
    if policy.basis == Basis.WORKING_DAYS:
        return ngettext("%(days)s working day", "%(days)s working days", policy.amount) % {"days": policy.amount}
    time = duration(timedelta(minutes=policy.amount))
    return _("%(time)s of working time") % {"time": time} if policy.basis == Basis.WORKING_HOURS else time


def warnings(policy: WorkPolicy) -> str:
    """ "75 %", for the sentence; empty without warnings."""
    return _(" and ").join(_("%(number)s %%") % {"number": int(Decimal(part) * 100)} for part in policy.warn_at)


def ladder(policy: WorkPolicy) -> list[str]:
    return [_step(step, policy) for step in policy.escalation]


def _step(step: Mapping[str, Any], policy: WorkPolicy) -> str:
    role = str(Role(step["role"]).label)
    if not step["after_minutes"]:
        return _("%(role)s at once") % {"role": role}
    return _("%(role)s after %(time)s") % {"role": role, "time": duration(timedelta(minutes=step["after_minutes"]))}


def effect_of(policy: WorkPolicy, now: datetime | None = None) -> Effect:
    """Compare an unsaved policy with what happened under the old ones; pauses count as they were."""
    now = now or timezone.now()
    known = calendar.current_calendar()
    rows = WorkItem.objects.filter(kind=policy.kind, done_at__gte=now - LOOK_BACK, due_is_agreed=False)
    if policy.part:
        rows = rows.filter(key=policy.part)
    items = list(rows.exclude(outcome="canceled").prefetch_related("pauses").order_by("-done_at")[:LOOKED_AT])
    late_then = sum(_late_under(policy, item, known) for item in items)
    due = schedule.due_by_policy(policy, known, now).at
    return Effect(len(items), sum(_is_after(item, item.due_at) for item in items), late_then, due)


def _late_under(policy: WorkPolicy, item: WorkItem, known: Any) -> bool:
    pauses: Sequence[Any] = schedule.intervals_of(item.pauses.all())
    return _is_after(item, schedule.due_by_policy(policy, known, item.opened_at, pauses).at)


def _is_after(item: WorkItem, due_at: datetime) -> bool:
    return item.done_at is not None and item.done_at > due_at
