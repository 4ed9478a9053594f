from core.models.attachment import Attachment
from core.models.audit import AuditEntry, AuditSeal
from core.models.comment import Comment
from core.models.document import Document, DocumentFile
from core.models.idempotency import IdempotencyKey
from core.models.imports import ImportGroup, ImportJob, ImportMapping, ImportRow
from core.models.list_view import ListView
from core.models.numbering import NumberCounter, NumberSeries
from core.models.outbox import OutboxMessage

__all__ = [
    "Attachment",
    "AuditEntry",
    "AuditSeal",
    "Comment",
    "Document",
    "DocumentFile",
    "IdempotencyKey",
    "ImportGroup",
    "ImportJob",
    "ImportMapping",
    "ImportRow",
    "ListView",
    "NumberCounter",
    "NumberSeries",
    "OutboxMessage",
]
