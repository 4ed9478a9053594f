"""Files of an import: the refused rows with their reasons, what is here in the same layout, an empty layout."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views import View

from core import audit
from core.imports.files import FORMATS, download
from core.imports.importer import Importer
from core.imports.refused import refused_head, refused_rows
from core.imports.registry import importers, open_to
from core.models.imports import ROLES, ImportJob


class RefusedRows(View):
    access = ROLES

    def get(self, request: HttpRequest, pk: int, fmt: str) -> HttpResponseBase:
        job = get_object_or_404(ImportJob.objects.visible_to(request.user), pk=pk)
        known_format(fmt)
        return download(fmt, f"{job.number}-refused", refused_head(job), refused_rows(job, request.user))


class Export(View):
    """What the person may see, with the columns an import of the same kind knows."""

    access = ROLES

    def get(self, request: HttpRequest, kind: str, fmt: str) -> HttpResponseBase:
        importer = known_kind(request.user, kind)({}, {}, request.user)
        known_format(fmt)
        audit.record("export.taken", None, by=request.user, note=f"{kind}.{fmt}")
        return download(fmt, f"{kind}-{timezone.localdate():%Y%m%d}", importer.exported_head(), importer.exported())


class Layout(View):
    """An empty table to fill in."""

    access = ROLES

    def get(self, request: HttpRequest, kind: str, fmt: str) -> HttpResponseBase:
        importer = known_kind(request.user, kind)
        known_format(fmt)
        return download(fmt, kind, [str(column.label) for column in importer.columns], ())


def known_kind(user: Any, kind: str) -> type[Importer]:
    if kind not in importers() or kind not in open_to(user):
        raise Http404
    return importers()[kind]


def known_format(fmt: str) -> None:
    if fmt not in FORMATS:
        raise Http404
