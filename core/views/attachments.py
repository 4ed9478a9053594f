"""Putting a file or a word to a subject, and handing a file out."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from core import audit
from core.access import SIGNED_IN
from core.attachments import attach_file, may_open, refused
from core.comments import add_comment
from core.errors import StoredFileMissing
from core.models.attachment import Attachment
from core.subjects import load, may_see, url_of


class SubjectAct(View):
    """Something done to any subject the person may see; afterwards back to where it was done."""

    access = SIGNED_IN
    http_method_names = ["post"]
    said: Any = ""
    anchor = ""

    def post(self, request: HttpRequest, subject_type: str, subject_id: int) -> HttpResponse:
        subject = load(subject_type, subject_id) if may_see(request.user, subject_type, subject_id) else None
        if subject is None:
            raise Http404
        self.do(request, subject)
        messages.success(request, self.done())
        return redirect(self.way_back(request, subject_type, subject_id))

    def do(self, request: HttpRequest, subject: Any) -> None:
        raise NotImplementedError

    def done(self) -> str:
        raise NotImplementedError

    def way_back(self, request: HttpRequest, subject_type: str, subject_id: int) -> str:
        wanted = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
            return wanted
        return url_of(subject_type, subject_id) or "/"


class AttachFile(SubjectAct):
    def do(self, request: HttpRequest, subject: Any) -> None:
        uploads = request.FILES.getlist("upload")
        if not uploads:
            raise refused("attachment_missing", _("Choose a file first."))
        for upload in uploads:
            attach_file(subject, upload=upload, kind=request.POST.get("kind", ""), by=request.user)

    def done(self) -> str:
        return _("The file was added.")


class AddComment(SubjectAct):
    def do(self, request: HttpRequest, subject: Any) -> None:
        add_comment(subject, text=request.POST.get("text", ""), by=request.user)

    def done(self) -> str:
        return _("Your comment was added.")


class AttachmentFile(View):
    """Always as a download: no file of a stranger is ever a page of ours."""

    access = SIGNED_IN

    def get(self, request: HttpRequest, uuid: Any) -> FileResponse:
        attachment = get_object_or_404(Attachment, uuid=uuid)
        if not may_open(request.user, attachment):
            raise Http404
        try:
            stored = attachment.file.open("rb")
        except FileNotFoundError as error:
            raise StoredFileMissing from error
        if attachment.kind in ("contract", "certificate"):
            # Reading confidential papers is an entry too.
            subject = load(attachment.subject_type, attachment.subject_id)
            audit.record("attachment.read", subject, by=request.user, note=attachment.name)
        response = FileResponse(
            stored,
            as_attachment=True,
            filename=attachment.name,
            content_type=attachment.content_type,
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cache-Control"] = "private, max-age=3600"
        return response
