"""The audit trail: who did what to what, when, from where (R12.5)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone

from core.bulk import insert_many
from core.canonical import plain
from core.context import current_request
from core.models.audit import AuditEntry
from core.subjects import label_of

Changes = Mapping[str, Any]


def entry(
    action: str,
    subject: Model | None,
    *,
    by: Any,
    changes: Changes | None = None,
    note: str = "",
    now: datetime | None = None,
) -> AuditEntry:
    """An unsaved entry, for record_many. `changes` is {"field": [old, new]}; `by` may be None for strangers."""
    request = current_request()
    return AuditEntry(
        at=now or timezone.now(),
        by_id=by.pk if by is not None else None,
        action=action,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        subject_label=label_of(subject)[:200] if subject is not None else "",
        changes=plain(changes or {}),
        note=note,
        request_id=request.request_id,
        ip=request.ip,
    )


def record(
    action: str,
    subject: Model | None,
    *,
    by: Any,
    changes: Changes | None = None,
    note: str = "",
    now: datetime | None = None,
) -> AuditEntry:
    """Write one entry: a single INSERT. `action` is "order.approved": thing, dot, participle."""
    written = entry(action, subject, by=by, changes=changes, note=note, now=now)
    insert_many([written])
    return written


def record_many(entries: Iterable[AuditEntry]) -> list[AuditEntry]:
    entries = list(entries)
    # Without `keys`: the ids are drawn under the table's lock, by which sealing knows what is settled.
    insert_many(entries)
    return entries


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{"field": [old, new]} for what differs between two plain pictures of a thing."""
    return {
        name: [plain(before.get(name)), plain(value)]
        for name, value in after.items()
        if plain(before.get(name)) != plain(value)
    }
