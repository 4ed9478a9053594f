"""From a frozen document to its PDF: words in the reader's language, drawn once, kept with its hash."""

import hashlib
from importlib import import_module
from typing import Any

import segno
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from core.errors import StoredFileMissing
from core.masking import masked as masked_context
from core.models.document import Document, DocumentFile
from core.models.outbox import OutboxMessage
from core.outbox_delivery import DeliveryRefused

LIBRARIES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


def render(document: Document, language: str, *, masked: bool = False) -> bytes:
    """The PDF as bytes; nothing is stored."""
    return _pdf(html_of(document, language, masked=masked))


def _pdf(html: str) -> bytes:
    """WeasyPrint is loaded by the first paper: it is 40 % of a process's start, and needs system libraries.

    Raises ImproperlyConfigured with the packages to install where they are missing; the message is tried again.
    """
    try:
        module = import_module("core.documents.renderer")
    except OSError as error:
        raise ImproperlyConfigured(f"apt-get install {' '.join(LIBRARIES)}: papers need them ({error})") from error
    return bytes(module.renderer().pdf(html))


def html_of(document: Document, language: str, *, masked: bool = False) -> str:
    address = settings.SITE_URL + reverse("core:verify", args=[document.code])
    context = {
        "document": document,
        "data": masked_context(document.context) if masked else document.context,
        "company": document.context.get("company", {}),
        "language": language,
        "verify_address": settings.SITE_URL + reverse("core:verify-form"),
        "verify_qr": segno.make(address, error="m").svg_data_uri(border=0, scale=4),
        "verify_code": grouped(document.code),
    }
    with translation.override(language), timezone.override(settings.TIME_ZONE):
        return render_to_string(f"documents/{document.kind}.html", context)


def grouped(code: str) -> str:
    """ABCDE-FGHJK-…: easier to read off paper; the verification page ignores the hyphens."""
    return "-".join(code[start : start + 5] for start in range(0, len(code), 5))


def render_from_outbox(message: OutboxMessage) -> None:
    document = Document.objects.filter(pk=message.payload["document"]).first()
    if document is None:
        raise DeliveryRefused("no such document")
    ensure_file(document, message.payload["language"], masked=message.payload.get("masked", False))


def ensure_file(document: Document, language: str, *, masked: bool = False) -> DocumentFile:
    """The stored PDF, drawn now if nobody did. Two workers at once: the first row stands, the other file goes."""
    existing = document.files.filter(language=language, masked=masked).first()
    if existing is not None:
        return existing
    content = render(document, language, masked=masked)
    row = DocumentFile(
        document=document,
        language=language,
        masked=masked,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        rendered_at=timezone.now(),
    )
    row.file.save("document.pdf", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        row.file.delete(save=False)
        return document.files.get(language=language, masked=masked)
    return row


def read_file(row: DocumentFile) -> bytes:
    """The PDF as it was drawn; a file that was changed in the storage is not handed out.

    Raises StoredFileMissing when it is gone from there.
    """
    try:
        with row.file.open("rb") as stored:
            content: Any = stored.read()
    except FileNotFoundError as error:
        raise StoredFileMissing from error
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise ValueError(f"document file {row.pk} differs from what was drawn")
    return bytes(content)
