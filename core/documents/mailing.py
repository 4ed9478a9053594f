"""A paper by mail: the outbox draws it first, so the mail never leaves without it."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from core.documents.rendering import ensure_file, read_file
from core.models.document import Document
from core.models.outbox import OutboxMessage
from core.outbox import enqueue
from core.outbox_delivery import DeliveryRefused


def mail_document(
    document: Document, *, to: Sequence[str], language: str, reply_to: str = "", message: str = "",
    now: datetime | None = None,
) -> None:  # fmt: skip
    """One mail with the PDF in `language`, written as `documents/email/<kind>.txt`, in the transaction of the act."""
    payload = {
        "document": document.pk, "language": language, "to": list(to), "reply_to": reply_to, "message": message,
    }  # fmt: skip
    enqueue("document_mail", payload, now=now)


def deliver(message: OutboxMessage) -> None:
    """Outbox handler. A second delivery carries the same Message-ID, so that mail programs show one."""
    given = message.payload
    document = Document.objects.filter(pk=given["document"]).first()
    if document is None:
        raise DeliveryRefused("no such document")
    content = read_file(ensure_file(document, given["language"]))
    with translation.override(given["language"]):
        subject = f"{document.title} {document.number} – {_sender(document, given['language'])}"
        context = {"document": document, "data": document.context, "message": given["message"]}
        body = render_to_string(f"documents/email/{document.kind}.txt", context)
    host = settings.SITE_URL.split("://")[-1].split("/")[0].split(":")[0]
    mail = EmailMessage(
        " ".join(subject.split()), body, to=given["to"], reply_to=[given["reply_to"]] if given["reply_to"] else None,
        headers={"Message-ID": f"<jiedan-{message.pk}@{host}>"},
    )  # fmt: skip
    mail.attach(f"{document.number}.pdf", content, "application/pdf")
    mail.send()


def _sender(document: Document, language: str) -> str:
    company = document.context.get("company", {})
    names = (company.get("name"), company.get("name_en"))
    first, second = names if language.startswith("zh") else names[::-1]
    return str(first or second or "")
