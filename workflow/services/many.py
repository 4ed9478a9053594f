"""Starting many clocks at once, for imports: the statements do not grow with the number of subjects."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from core import audit
from core.bulk import insert_many
from workflow.services.work import new_item


def open_work_many(kind: str, subjects: Sequence[Model], *, by: User, role: str, now: datetime | None = None) -> None:
    """Start the same clock for subjects that were created in this transaction and so have none yet."""
    now = now or timezone.now()
    items = []
    for subject in subjects:
        item = new_item(kind, subject, by=by, key="", now=now, due_at=None)
        item.owner_role = role
        items.append(item)
    insert_many(items)
    audit.record_many(
        audit.entry("work.opened", subject, by=by, note=kind, now=now, changes={
            "due_at": [None, item.due_at], "owner": [None, role]})
        for subject, item in zip(subjects, items, strict=True)
    )  # fmt: skip
