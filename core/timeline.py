"""Everything that happened to a thing, in one line: acts, words, papers, files (R14.8)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.act_words import Change, changes_of, code_in_words, words_of
from core.attachments import attachments_of
from core.models.attachment import Attachment
from core.models.audit import AuditEntry
from core.models.comment import Comment
from core.models.document import Document
from core.subjects import about, key_of

LENGTH = 30
# Told by the row itself; the audit entry would say it twice.
TOLD_ELSEWHERE = ("attachment.added", "work.opened")


@dataclass(frozen=True)
class TimelineEntry:
    """What templates/ui/timeline_entry.html shows."""

    at: datetime
    icon_name: str
    who: str
    text: str
    words: str = ""
    changes: tuple[Change, ...] = ()
    url: str = ""


def timeline(
    subject: Model,
    *,
    length: int = LENGTH,
    documents: Iterable[Document] | None = None,
    files: Iterable[Attachment] | None = None,
    besides: str = "",
) -> list[TimelineEntry]:
    """The newest entries first, at most `length`. Four queries, whatever happened; `documents` and `files` save theirs
    to a page that shows them anyway; acts whose name begins with `besides` are left out.

    Who may see the subject may read its timeline; an act whose detail is confidential records it elsewhere.
    """
    key = dict(zip(("subject_type", "subject_id"), key_of(subject), strict=True))
    if documents is None:
        rows = Document.objects.filter(**key).defer("context").select_related("issued_by")
        documents = rows.order_by("-issued_at", "-id")[:length]
    if files is None:
        files = attachments_of(subject)[:length]
    merged = [*_acts(key, length, besides), *_comments(key, length), *_documents(documents), *_files(files)]
    merged.sort(key=lambda entry: entry.at, reverse=True)
    return merged[:length]


def trails(subjects: Iterable[Model], *, length: int) -> dict[tuple[str, int], list[TimelineEntry]]:
    """Acts and words on each, the newest first, by its key; at most `length` of all. Two queries for however many."""
    of_these = about(key_of(subject) for subject in subjects)
    pairs: list[tuple[Any, TimelineEntry]] = []
    pairs += ((row, _act(row)) for row in _told(AuditEntry.objects.filter(of_these), length))
    pairs += ((row, _word(row)) for row in _written(Comment.objects.filter(of_these), length))
    found: dict[tuple[str, int], list[TimelineEntry]] = {}
    for row, entry in sorted(pairs, key=lambda pair: pair[1].at, reverse=True)[:length]:
        found.setdefault((row.subject_type, row.subject_id), []).append(entry)
    return found


def _acts(key: dict[str, Any], length: int, besides: str = "") -> Iterator[TimelineEntry]:
    rows = AuditEntry.objects.filter(**key)
    rows = rows.exclude(action__startswith=besides) if besides else rows
    return (_act(row) for row in _told(rows, length))


def _told(rows: QuerySet[AuditEntry], length: int) -> QuerySet[AuditEntry]:
    rows = rows.exclude(action__in=TOLD_ELSEWHERE).select_related("by")
    # A clock that was met, or needed no more, is told by the act that did it; one that was missed is told here.
    rows = rows.exclude(action__in=("work.finished", "work.canceled"), changes__late__1=False)
    return rows.order_by("-at", "-id")[:length]


def _act(row: AuditEntry) -> TimelineEntry:
    changes = tuple(changes_of(row.subject_type, row.changes))
    note = code_in_words(row.note)
    return TimelineEntry(row.at, _icon(row.action), name_of(row.by), words_of(row.action), note, changes)


def _comments(key: dict[str, Any], length: int) -> Iterator[TimelineEntry]:
    return (_word(row) for row in _written(Comment.objects.filter(**key), length))


def _written(rows: QuerySet[Comment], length: int) -> QuerySet[Comment]:
    return rows.select_related("by").order_by("-at", "-id")[:length]


def _word(row: Comment) -> TimelineEntry:
    return TimelineEntry(row.at, "message", name_of(row.by), _("wrote"), row.text)


def _documents(rows: Iterable[Document]) -> Iterator[TimelineEntry]:
    language = get_language() or "en"
    for row in rows:
        url = reverse("core:document-pdf", args=[row.pk, language])
        text = _("issued %(paper)s, revision %(revision)d") % {"paper": row, "revision": row.revision}
        yield TimelineEntry(row.issued_at, "file-type-pdf", name_of(row.issued_by), text, url=url)


def _files(rows: Iterable[Attachment]) -> Iterator[TimelineEntry]:
    for row in rows:
        url = reverse("core:attachment", args=[row.uuid])
        text = _("added %(file)s") % {"file": row.name}
        yield TimelineEntry(row.at, "paperclip", name_of(row.uploaded_by), text, url=url)


def name_of(person: Any) -> str:
    return str(person) if person is not None else _("Somebody without an account")


def _icon(action: str) -> str:
    """By the participle, where there is a picture everybody knows."""
    return _ICONS.get(action.rpartition(".")[2], "point")


_ICONS = {
    "created": "plus",
    "received": "inbox",
    "returned": "arrow-back-up",
    "reviewed": "list-check",
    "approved": "circle-check",
    "confirmed": "circle-check",
    "refused": "circle-x",
    "rejected": "circle-x",
    "canceled": "ban",
    "shipped": "truck",
    "dispatched": "truck",
    "accepted": "signature",
    "closed": "archive",
    "read": "eye",
    "disclosed": "eye",
}
