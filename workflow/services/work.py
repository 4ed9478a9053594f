"""Work items: opened by acts, finished by acts, never by hand (R13.2, R13.3).

Lock order inside the room: approval case, work item, pause.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, F, Model, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import MANAGERS, STAFF_ROLES, Role
from accounts.models import User
from core import audit, subjects
from core.bulk import insert_missing
from core.errors import Conflict, DomainError, NotPermitted
from core.models import AuditEntry
from workflow import business_time, calendar, schedule
from workflow.business_time import Interval
from workflow.models import WorkItem, WorkPause
from workflow.notifications import notify
from workflow.querysets import WorkItemQuerySet

HANDED_ON = gettext_noop("%(by)s handed you work: %(t_work)s, %(subject)s")


def open_work(
    kind: str,
    subject: Model,
    *,
    by: User,
    role: str = "",
    person: User | None = None,
    key: str = "",
    part: str = "",
    title: str = "",
    url: str = "",
    now: datetime | None = None,
    due_at: datetime | None = None,
) -> WorkItem:
    """Start a clock. While one of the same kind, subject and key runs, that one is returned unchanged.

    `role` or `person` says who has to do it; `part` whose clock runs, where the kind is divided and the key does not
    name it (workflow/work_parts.py); `due_at` overrides the policy's time. One statement and the
    audit entry, no lock taken, safe against a second opener.
    """
    item = new_item(kind, subject, by=by, key=key, part=part, now=now or timezone.now(), due_at=due_at)
    item.owner_role, item.owner, item.title, item.url = role, person, title, url
    found = _insert_or_find(item)
    if found.uid == item.uid:
        changes = {"due_at": [None, found.due_at], "owner": [None, str(person) if person else role]}
        audit.record("work.opened", subject, by=by, changes=changes, note=kind, now=now)
    return found


def finish_work(
    kind: str,
    subject: Model,
    *,
    by: User,
    outcome: str = "done",
    key: str | None = None,
    now: datetime | None = None,
) -> int:
    """Stop the clocks of that kind (all keys, unless one is named). Returns how many were running."""
    return _close("work.finished", kind, subject, by=by, outcome=outcome, key=key, now=now)


def cancel_work(
    kind: str | Iterable[str],
    subject: Model,
    *,
    by: User,
    outcome: str = "canceled",
    key: str | None = None,
    now: datetime | None = None,
) -> int:
    """Like finish_work, for work of one kind or several that nobody has to do any more; timeliness figures leave it
    out."""
    return _close("work.canceled", kind, subject, by=by, outcome=outcome, key=key, now=now)


def cancel_all_work(subject: Model, *, by: User, now: datetime | None = None) -> int:
    """Everything that still runs for a subject: it was canceled or rejected."""
    return _close("work.canceled", None, subject, by=by, outcome="canceled", key=None, now=now)


def open_items(subject: Model) -> WorkItemQuerySet:
    """Running and paused items of a subject, the next due first."""
    return WorkItem.objects.about(*subjects.key_of(subject)).open().select_related("owner").order_by("due_at", "id")


@transaction.atomic
def pause_work(item: WorkItem, *, reason: str, by: User, now: datetime | None = None) -> WorkItem:
    """Stop the clock for a reason a person can read, such as waiting for the customer."""
    now = now or timezone.now()
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why the clock is paused."), fields={"reason": [_("Required.")]})
    item = _lock(item)
    if item.paused_at is not None:
        raise Conflict("paused", _("The clock is already paused."))
    WorkPause.objects.create(item=item, started_at=now, reason=reason, by=by)
    item.paused_at, item.next_check_at = now, None
    item.save(update_fields=["paused_at", "next_check_at"])
    _record("work.paused", item, by=by, note=reason, now=now)
    return item


@transaction.atomic
def resume_work(item: WorkItem, *, by: User, now: datetime | None = None) -> WorkItem:
    """Let the clock run on; the due time moves by what was paused."""
    now = now or timezone.now()
    item = _lock(item)
    if item.paused_at is None:
        raise Conflict("running", _("The clock is running."))
    before = item.due_at
    _end_pause(item, now)
    item.save(update_fields=["paused_at", "next_check_at", "due_at", "provisional"])
    _record("work.resumed", item, by=by, changes={"due_at": [before, item.due_at]}, now=now)
    return item


@act("workflow.reassign_work", roles=STAFF_ROLES)
def reassign_work(item: WorkItem, *, person: User, by: User, reason: str = "", now: datetime | None = None) -> WorkItem:
    """Hand an item to a person: by its owner, a holder of its role, or a manager. The clock runs on."""
    item = _lock(item)
    if not may_reassign(item, by):
        raise NotPermitted(
            "not_owner", _("Only its owner, a colleague of the same role or a manager can hand this on.")
        )
    if item.owner_role and not person.has_role(item.owner_role):
        raise DomainError("wrong_role", _("This person does not hold the role the work needs."))
    before, item.owner = item.owner, person
    item.save(update_fields=["owner"])
    changes = {"owner": [str(before) if before else item.owner_role, str(person)]}
    _record("work.reassigned", item, by=by, changes=changes, note=reason, now=now)
    _tell_new_owner(item, by=by, now=now)
    return item


def may_reassign(item: WorkItem, by: User) -> bool:
    roles = {item.owner_role, *MANAGERS, Role.ADMIN} - {""}
    return by.is_system or item.owner_id == by.pk or by.has_role(*roles)


def recompute_due(item: WorkItem, pauses: Sequence[Interval] = ()) -> None:
    """Set due time and next reminder again, after a pause or a change of the calendar. Does not save."""
    known = calendar.current_calendar()
    if not item.due_is_agreed:
        due = schedule.due_by_policy(item.policy, known, item.opened_at, pauses)
        item.due_at, item.provisional = due.at, due.provisional
    item.next_check_at = schedule.next_check(item, item.policy, known, pauses)


# ---- inside ---------------------------------------------------------------------------------------------------------


def new_item(
    kind: str, subject: Model, *, by: User, key: str, now: datetime, due_at: datetime | None, part: str = ""
) -> WorkItem:
    known, policy = calendar.current_calendar(), calendar.current_policy(kind, part or key)
    subject_type, subject_id = subjects.key_of(subject)
    item = WorkItem(kind=kind, subject_type=subject_type, subject_id=subject_id, key=key, policy=policy)
    item.subject_label = subjects.label_of(subject)[:200]
    item.opened_at, item.opened_by = now, by
    if due_at is not None:
        item.due_at, item.due_is_agreed, item.provisional = due_at, True, known.is_guess(due_at)
    else:
        due = schedule.due_by_policy(policy, known, now)
        item.due_at, item.provisional = due.at, due.provisional
    item.next_check_at = schedule.next_check(item, policy, known)
    return item


def _insert_or_find(item: WorkItem) -> WorkItem:
    """The unique index decides between two openers.

    Between insert and read the other one's item may be finished: then there is room for ours.
    """
    for _attempt in range(3):
        if insert_missing([item]):
            return item
        found = (
            WorkItem.objects.about(item.subject_type, item.subject_id)
            .open()
            .filter(kind=item.kind, key=item.key)
            .first()
        )
        if found is not None:
            return found
    raise Conflict("busy", _("Somebody else is working on this. Try again."))


@transaction.atomic(savepoint=False)
def _close(
    action: str,
    kind: str | Iterable[str] | None,
    subject: Model,
    *,
    by: User,
    outcome: str,
    key: str | None,
    now: datetime | None,
) -> int:
    now = now or timezone.now()
    rows = WorkItem.objects.about(*subjects.key_of(subject)).open()
    if kind is not None:
        rows = rows.filter(kind__in=[kind] if isinstance(kind, str) else list(kind))
    if key is not None:
        rows = rows.filter(key=key)
    items = list(rows.order_by("pk").select_for_update())
    if not items:
        return 0
    for item in items:
        if item.paused_at is not None:
            _end_pause(item, now)
            item.save(update_fields=["due_at", "provisional", "paused_at"])
    WorkItem.objects.filter(pk__in=[item.pk for item in items]).update(
        done_at=Greatest(F("opened_at"), Value(now, output_field=DateTimeField())),
        done_by=by,
        outcome=outcome,
        next_check_at=None,
    )
    audit.record_many(_closing_entry(action, item, subject, by, outcome, now) for item in items)
    return len(items)


def _closing_entry(action: str, item: WorkItem, subject: Model, by: User, outcome: str, now: datetime) -> AuditEntry:
    changes = {"outcome": [None, outcome], "late": [None, now > item.due_at]}
    return audit.entry(action, subject, by=by, changes=changes, note=item.kind, now=now)


def _end_pause(item: WorkItem, now: datetime) -> None:
    """Close the running pause and set the item going again. Saves the pause, not the item."""
    pauses = list(item.pauses.order_by("started_at"))
    running = next(pause for pause in pauses if pause.ended_at is None)
    running.ended_at = max(now, running.started_at)
    running.save(update_fields=["ended_at"])
    item.paused_at = None
    if item.due_is_agreed:
        item.due_at = _moved(item.due_at, running)
    recompute_due(item, schedule.intervals_of(pauses))


def _moved(due_at: datetime, pause: WorkPause) -> datetime:
    """An agreed time moves by the working time of the pause."""
    if pause.ended_at is None or pause.started_at >= due_at:
        return due_at
    known = calendar.current_calendar()
    lost = business_time.working_time_between(known, pause.started_at, pause.ended_at)
    return business_time.add_working_time(known, due_at, lost).at if lost else due_at


def _lock(item: WorkItem) -> WorkItem:
    locked = WorkItem.objects.select_for_update(of=("self",)).select_related("policy", "owner").get(pk=item.pk)
    if locked.done_at is not None:
        raise Conflict("done", _("This is already done."))
    return locked


def _record(
    action: str, item: WorkItem, *, by: User, now: datetime | None, changes: Any = None, note: str = ""
) -> None:
    subject = subjects.load(item.subject_type, item.subject_id)
    note = f"{item.kind}: {note}" if note else item.kind
    audit.record(action, subject, by=by, changes=changes, note=note, now=now)


def _tell_new_owner(item: WorkItem, *, by: User, now: datetime | None) -> None:
    if item.owner is not None:
        notify(
            [item.owner],
            HANDED_ON,
            params={"by": str(by), "t_work": item.message_id, "subject": item.subject_label},
            about=(item.subject_type, item.subject_id, item.subject_label),
            url=subjects.work_url_of(item),
            by=by,
            now=now,
        )
