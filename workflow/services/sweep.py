"""Reminders and escalations, written by one sweep a minute (R13.2).

A batch is one transaction: it claims rows whose next level is reached, writes each level once (unique in the
database), the news with its e-mails, and the time of the next level. A worker killed in the middle leaves nothing
behind and the next sweep does it again; two sweeps pass over each other's rows.

After an outage every level that went by is recorded, but a person gets one message per item: the latest that
concerns them. A pile of stale warnings helps nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from core import subjects
from workflow import calendar, schedule
from workflow.choices import ReminderKind, message_id
from workflow.models import WorkItem, WorkPause, WorkPolicy, WorkReminder
from workflow.notifications import News, tell
from workflow.schedule import Level

log = structlog.get_logger(__name__)
BATCH = 500
LATER = timedelta(hours=1)
SAVE = """
UPDATE workflow_workitem SET level = reached.level, next_check_at = reached.next_check_at
FROM unnest(%s::bigint[], %s::smallint[], %s::timestamptz[]) AS reached(id, level, next_check_at)
WHERE workflow_workitem.id = reached.id
"""
TEXTS = {
    ReminderKind.WARNING: gettext_noop("%(t_work)s, %(subject)s: due %(d_due)s"),
    ReminderKind.DUE: gettext_noop("%(t_work)s, %(subject)s: overdue since %(d_due)s"),
    ReminderKind.ESCALATION: gettext_noop("%(t_work)s, %(subject)s, with %(t_owner)s: overdue since %(d_due)s"),
}
# Who hears of it when nobody holds the role that should.
STAND_INS = (Role.GENERAL_MANAGER, Role.ADMIN)


@dataclass(frozen=True)
class Surroundings:
    """What a batch needs to know beside its items, read once."""

    policies: Mapping[int, WorkPolicy]
    pauses: Mapping[int, list[WorkPause]]
    people: Mapping[int, User]
    holders: Mapping[str, list[User]]


def sweep(now: datetime | None = None, *, batch: int = BATCH) -> int:
    """Write what is due. Returns how many items were worked on; the cost follows that number alone."""
    total = 0
    while True:
        count = sweep_batch(now or timezone.now(), batch=batch)
        total += count
        if count < batch:
            return total


@transaction.atomic
def sweep_batch(now: datetime, *, batch: int = BATCH) -> int:
    items = claim(now, batch)
    if items:
        around = _look_around(items)
        reached = {item.pk: _advance_safely(item, around, now) for item in items}
        _write_reminders(reached, now)
        _save(items)
        tell([news for item in items for news in _news(item, reached[item.pk], around)], now=now)
    return len(items)


def claim(now: datetime, batch: int) -> list[WorkItem]:
    """Lock due rows nobody else holds. On SQLite the transaction itself keeps others out (IMMEDIATE)."""
    rows = WorkItem.objects.filter(next_check_at__lte=now).order_by("next_check_at")
    return list(rows.select_for_update(skip_locked=True)[:batch])


def _advance_safely(item: WorkItem, around: Surroundings, now: datetime) -> list[Level]:
    """One item that cannot be counted must not keep the reminders of all others."""
    try:
        return _advance(item, around, now)
    except Exception:
        log.exception("work_item_not_counted", item=item.pk)
        item.next_check_at = now + LATER
        return []


def _advance(item: WorkItem, around: Surroundings, now: datetime) -> list[Level]:
    """Move the item up its ladder; the levels it reached."""
    pauses = schedule.intervals_of(around.pauses.get(item.pk, ()))
    reached: list[Level] = []
    item.next_check_at = None
    ladder = schedule.levels(item, around.policies[item.policy_id], calendar.current_calendar(), pauses)
    for level in ladder:
        if level.number <= item.level:
            continue
        if level.at > now:
            item.next_check_at = level.at
            break
        reached.append(level)
    if reached:
        item.level = reached[-1].number
    return reached


def _write_reminders(reached: Mapping[int, list[Level]], now: datetime) -> None:
    """The claim keeps two sweeps apart; the unique key is the second net, and must not stop the batch."""
    WorkReminder.objects.bulk_create(
        [
            WorkReminder(
                item_id=item_id,
                level=level.number,
                kind=level.kind,
                role=level.role,
                reached_at=level.at,
                written_at=now,
            )
            for item_id, levels in reached.items()
            for level in levels
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


def _save(items: list[WorkItem]) -> None:
    """One UPDATE; on PostgreSQL from arrays, since bulk_update's CASE took half the time of a sweep."""
    if connection.vendor != "postgresql":
        WorkItem.objects.bulk_update(items, ["level", "next_check_at"], batch_size=250)
        return
    columns = zip(*((item.pk, item.level, item.next_check_at) for item in items), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(SAVE, [list(column) for column in columns])


def _news(item: WorkItem, levels: Iterable[Level], around: Surroundings) -> list[News]:
    """One message per person: that of the last level they are told of."""
    told: dict[int, tuple[User, Level]] = {}
    for level in levels:
        for person in _listeners(item, level, around):
            told[person.pk] = (person, level)
    return [_message(item, person, level, around) for person, level in told.values()]


def _listeners(item: WorkItem, level: Level, around: Surroundings) -> list[User]:
    if not level.role and item.owner_id is not None:
        owner = around.people[item.owner_id]
        if owner.is_active:
            return [owner]
    for role in (level.role or item.owner_role, *STAND_INS):
        if around.holders.get(role):
            return around.holders[role]
    return []


def _message(item: WorkItem, person: User, level: Level, around: Surroundings) -> News:
    owner = str(around.people[item.owner_id]) if item.owner_id else message_id(Role(item.owner_role))
    params: dict[str, Any] = {
        "t_work": item.message_id,
        "t_owner": owner,
        "subject": item.subject_label,
        "d_due": item.due_at.isoformat(),
    }
    about = (item.subject_type, item.subject_id, item.subject_label)
    key = f"work:{item.pk}:{level.number}"
    return News(person, TEXTS[ReminderKind(level.kind)], params, about, item.url or subjects.work_url_of(item), key)


def _look_around(items: list[WorkItem]) -> Surroundings:
    pauses: dict[int, list[WorkPause]] = defaultdict(list)
    for pause in WorkPause.objects.filter(item__in=[item.pk for item in items]).order_by("started_at"):
        pauses[pause.item_id].append(pause)
    policies = WorkPolicy.objects.in_bulk({item.policy_id for item in items})
    people = User.objects.in_bulk({item.owner_id for item in items if item.owner_id})
    return Surroundings(policies, pauses, people, _holders(items, policies.values()))


def _holders(items: list[WorkItem], policies: Iterable[WorkPolicy]) -> dict[str, list[User]]:
    roles = {item.owner_role for item in items} | set(STAND_INS)
    roles |= {step["role"] for policy in policies for step in policy.escalation}
    found: dict[str, list[User]] = defaultdict(list)
    rows = RoleAssignment.objects.filter(role__in=sorted(roles), user__is_active=True)
    for row in rows.select_related("user").order_by("user_id"):
        found[row.role].append(row.user)
    return found
