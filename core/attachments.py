"""Files put to a subject: checked by what they contain, kept under random names, handed out after a question (R2.8)."""

import hashlib
import unicodedata
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.choices import AttachmentKind
from core.errors import DomainError, NotPermitted
from core.file_content import SCANS, check_content
from core.models.attachment import Attachment
from core.subjects import key_of, may_attach, may_see
from core.virus_scan import scan

OFFICE = frozenset(
    {
        "sales",
        "inside_sales",
        "service",
        "order_center",
        "finance",
        "sales_manager",
        "sales_director",
        "general_manager",
        "supervision",
        "admin",
    }
)
# Who may open a kind, beside seeing the subject; kinds not named are open to all who see it.
KIND_ROLES: dict[str, frozenset[str]] = {
    AttachmentKind.CONTRACT: OFFICE,
    AttachmentKind.CERTIFICATE: OFFICE,
}


def attach_file(
    subject: Model, *, upload: UploadedFile, kind: str, by: Any, is_scan: bool = False, now: datetime | None = None
) -> Attachment:
    """Store a file with a subject. Raises DomainError when it is too large, not what it seems, infected, or neither a
    PDF nor a picture though it `is_scan`, and NotPermitted("attach") for who only sees the subject."""
    if not may_attach(by, subject):
        raise NotPermitted("attach", _("Only those who work on it may add a file. Ask one of them."))
    if kind not in AttachmentKind.values:
        raise refused("attachment_kind", _("Choose what kind of file this is."), field="kind")
    content = _read(upload)
    name = clean_name(upload.name or "")
    scan(content)
    content, content_type, name = check_content(content, name)
    if is_scan and content_type not in SCANS:
        raise refused("attachment_type", _("A scan is a PDF or a picture; this file is something else."))
    subject_type, subject_id = key_of(subject)
    attachment = Attachment(
        subject_type=subject_type,
        subject_id=subject_id,
        kind=kind,
        name=name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content_type=content_type,
        uploaded_by=by,
        at=now or timezone.now(),
    )
    attachment.file.save("file", ContentFile(content), save=False)
    attachment.save(force_insert=True)
    audit.record("attachment.added", subject, by=by, changes={"file": [None, name]}, now=now)
    return attachment


def attachments_of(subject: Model) -> QuerySet[Attachment]:
    subject_type, subject_id = key_of(subject)
    rows = Attachment.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return rows.select_related("uploaded_by").order_by("-at", "-id")


def may_open(user: Any, attachment: Attachment) -> bool:
    return may_open_kind(user, attachment.kind) and may_see(user, attachment.subject_type, attachment.subject_id)


def may_open_kind(user: Any, kind: str) -> bool:
    roles = KIND_ROLES.get(kind)
    return roles is None or user.has_role(*roles)


def clean_name(name: str) -> str:
    """For showing and downloading only; no path, no control signs, no text that runs backwards."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C").strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[:150]}.{ending}"
    return kept[:150] or _("file")


def refused(code: str, text: str, *, field: str = "upload") -> DomainError:
    return DomainError(code, text, fields={field: [text]})


def _read(upload: UploadedFile) -> bytes:
    limit = settings.MAX_UPLOAD_BYTES
    if (upload.size or 0) > limit:
        raise refused("attachment_too_large", _too_large(limit))
    content = upload.read(limit + 1)
    if len(content) > limit:
        raise refused("attachment_too_large", _too_large(limit))
    if not content:
        raise refused("attachment_empty", _("The file is empty."))
    return bytes(content)


def _too_large(limit: int) -> str:
    return _("The file is larger than %(limit)d MB.") % {"limit": limit // (1024 * 1024)}
