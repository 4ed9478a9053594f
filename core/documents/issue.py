import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from core.bulk import insert_many
from core.canonical import plain
from core.documents.company import letterhead
from core.models.document import Document
from core.models.outbox import OutboxMessage
from core.numbering import draw_number
from core.outbox import enqueue_many
from core.subjects import key_of, label_of

# No 0/O, 1/I/L: people type the code from paper. 20 of 31 signs are 99 bits.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 20


@dataclass(frozen=True)
class Paper:
    """One to issue. Without `number` the first of its kind for a subject draws from the series `document`."""

    kind: str
    context: Mapping[str, Any]
    number: str = ""


def issue_document(
    kind: str,
    subject: Model,
    *,
    context: Mapping[str, Any],
    by: Any,
    number: str = "",
    now: datetime | None = None,
) -> Document:
    """Freeze `context` as the next revision of this kind for this subject, and have it drawn in both languages.

    A reissue keeps the number and supersedes the former revision. Without `number` the first one draws from the
    series `document`. The caller holds the lock on the subject. What the template needs must be in `context`
    (Decimals and dates become text): the paper never looks anything up again.
    """
    return issue_documents(subject, [Paper(kind, context, number)], by=by, now=now)[0]


def issue_documents(subject: Model, papers: Sequence[Paper], *, by: Any, now: datetime | None = None) -> list[Document]:
    """Several papers of one subject in the statements of one."""
    now = now or timezone.now()
    former = _in_force([paper.kind for paper in papers], *key_of(subject))
    documents = [_frozen(paper, subject, former.get(paper.kind), by, now) for paper in papers]
    insert_many(documents, keys=True)
    for document in documents:
        if document.kind in former:
            Document.objects.filter(pk=former[document.kind].pk).update(superseded_by=document)
    _have_drawn(documents, now)
    return documents


def _frozen(paper: Paper, subject: Model, former: Document | None, by: Any, now: datetime) -> Document:
    subject_type, subject_id = key_of(subject)
    return Document(
        kind=paper.kind,
        number=paper.number or (former.number if former else draw_number("document", now=now)),
        revision=former.revision + 1 if former else 1,
        subject_type=subject_type,
        subject_id=subject_id,
        subject_label=label_of(subject)[:200],
        context=plain({**paper.context, "company": letterhead()}),
        code=new_code(),
        issued_at=now,
        issued_by=by,
    )


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _in_force(kinds: Sequence[str], subject_type: str, subject_id: int) -> dict[str, Document]:
    rows = Document.objects.select_for_update().filter(
        kind__in=kinds, subject_type=subject_type, subject_id=subject_id, superseded_by=None
    )
    return {row.kind: row for row in rows.order_by("revision")}


def _have_drawn(documents: Sequence[Document], now: datetime) -> None:
    messages = [message_for(paper, language) for paper in documents for language, _name in settings.LANGUAGES]
    enqueue_many(messages, now=now)


def message_for(document: Document, language: str, *, masked: bool = False) -> OutboxMessage:
    """The order to draw it; the masked one is asked for only when the first person opens it."""
    payload = {"document": document.pk, "language": language} | ({"masked": True} if masked else {})
    key = f"document:{document.pk}:{language}" + (":masked" if masked else "")
    return OutboxMessage(kind="document", payload=payload, key=key)
