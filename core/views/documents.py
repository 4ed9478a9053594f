"""Issued papers: the PDF for those who may see its subject, the proof of it for anybody who holds it."""

import re
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.http import content_disposition_header
from django.views import View

from core.access import PUBLIC, SIGNED_IN
from core.choices import OutboxStatus
from core.documents.issue import message_for
from core.documents.rendering import read_file
from core.models.document import Document
from core.models.outbox import OutboxMessage
from core.outbox import enqueue
from core.subjects import may_see, reads_persons, url_of

# A PDF needs nothing from us. No `sandbox`: with it Chromium shows no PDF at all.
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"


class DocumentPdf(View):
    """The PDF in one language; while it is being drawn, a page that looks again by itself."""

    access = SIGNED_IN

    def get(self, request: HttpRequest, pk: int, language: str) -> HttpResponse:
        document = get_object_or_404(Document, pk=pk)
        known = language in dict(settings.LANGUAGES)
        # The same answer for "not yours" and "not there": numbers of other people's papers are no secret to probe.
        if not known or not may_see(request.user, document.subject_type, document.subject_id):
            raise Http404
        whole = reads_persons(request.user, document.subject_type, document.subject_id)
        return document_response(request, document, language, masked=not whole)


def document_response(request: HttpRequest, document: Document, language: str, *, masked: bool = False) -> HttpResponse:
    """The PDF, or the page that waits for it. The caller has asked who may see it (a signed link is an answer too)."""
    row = document.files.filter(language=language, masked=masked).first()
    if row is None:
        message = message_for(document, language, masked=masked)
        enqueue(message.kind, message.payload, key=message.key)
        return being_prepared(request, document, message.key or "")
    with translation.override(language):  # papers of one number differ by their kind
        name = f"{document.title} {document.number}-{document.revision}.pdf"
    return pdf_response(read_file(row), name)


def being_prepared(request: HttpRequest, document: Document, key: str) -> HttpResponse:
    message = OutboxMessage.objects.filter(key=key).first()
    context = {
        "document": document,
        "failed": message is not None and message.status == OutboxStatus.FAILED,
        "back": url_of(document.subject_type, document.subject_id),
    }
    response = render(request, "documents/being_prepared.html", context, status=202)
    response["Retry-After"] = "2"
    response["Cache-Control"] = "no-store"
    return response


def pdf_response(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    response["Content-Security-Policy"] = PDF_POLICY
    return response


class Verify(View):
    """Anybody may check a paper against its code: kind, number, date, revision, in force or not. Nothing else."""

    access = PUBLIC

    def get(self, request: HttpRequest, code: str = "") -> HttpResponse:
        typed = request.GET.get("code", "")
        if typed and not code:
            return redirect("core:verify", code=plain_code(typed) or "-")
        wanted = plain_code(code)
        document = Document.objects.filter(code=wanted).select_related("superseded_by").first() if wanted else None
        context: dict[str, Any] = {"document": document, "asked": bool(code), "code": code[:40]}
        status = 404 if code and document is None else 200
        response = render(request, "documents/verify.html", context, status=status)
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = "no-store"
        return response


def plain_code(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())[:32]
