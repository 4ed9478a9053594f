"""How far a preview of other rules is; the page asks again until it is done."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import access
from accounts.choices import Role
from workflow.choices import PreviewStatus
from workflow.models import Preview
from workflow.previews import is_silent


@access({Role.ADMIN})
def preview_progress(request: HttpRequest, pk: int) -> HttpResponse:
    preview = get_object_or_404(Preview, pk=pk)
    if preview.status != PreviewStatus.RUNNING:
        return HttpResponseClientRefresh()
    return render(request, "workflow/_preview_progress.html", progress_of(preview))


def progress_of(preview: Preview | None) -> dict[str, Any]:
    """For the template: the preview while it runs or when it failed, and whether nobody works on it."""
    return {"preview": preview, "silent": bool(preview and is_silent(preview))}
