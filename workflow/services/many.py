"""Starting many clocks at once, for imports: the statements do not grow with the number of subjects."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from core import audit, subjects
from core.bulk import insert_many
from workflow.models import WorkItem
from workflow.services.work import new_item


def open_work_many(kind: str, things: Sequence[Model], *, by: User, role: str, now: datetime | None = None) -> None:
    """Start the same clock for things that were created in this transaction and so have none yet."""
    now = now or timezone.now()
    if not things:
        return
    first = new_item(kind, things[0], by=by, key="", now=now, due_at=None)
    first.owner_role = role
    items = [first, *(_like(first, thing) for thing in things[1:])]
    insert_many(items)
    audit.record_many(
        audit.entry("work.opened", subject, by=by, note=kind, now=now, changes={
            "due_at": [None, item.due_at], "owner": [None, role]})
        for subject, item in zip(things, items, strict=True)
    )  # fmt: skip


def _like(first: WorkItem, subject: Model) -> WorkItem:
    """The same clock for another subject: started at the same moment it is due at the same moment, reckoned once."""
    subject_type, subject_id = subjects.key_of(subject)
    return WorkItem(
        kind=first.kind, subject_type=subject_type, subject_id=subject_id,
        subject_label=subjects.label_of(subject)[:200], key=first.key, policy=first.policy, owner_role=first.owner_role,
        opened_at=first.opened_at, opened_by=first.opened_by, due_at=first.due_at, due_is_agreed=first.due_is_agreed,
        provisional=first.provisional, next_check_at=first.next_check_at,
    )  # fmt: skip
