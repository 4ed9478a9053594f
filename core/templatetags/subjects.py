"""`{% load subjects %}{% timeline order %}{% attachments order %}`: what every subject's page shows beside its own."""

from typing import Any

from django import template

from core.attachments import attachments_of, may_open_kind
from core.choices import AttachmentKind
from core.subjects import key_of, url_of
from core.timeline import timeline as entries_of

register = template.Library()


@register.inclusion_tag("core/_timeline.html", takes_context=True)
def timeline(context: Any, subject: Any, length: int = 30, documents: Any = None, files: Any = None) -> dict[str, Any]:
    """Newest first, with a box to write a comment in. Four queries, less the lists that are handed in."""
    entries = entries_of(subject, length=length, documents=documents, files=files)
    return {**_common(context, subject), "entries": entries}


@register.inclusion_tag("core/_attachments.html", takes_context=True)
def attachments(context: Any, subject: Any, upload: bool = True, files: Any = None) -> dict[str, Any]:
    """The files of a subject with a form to add some; `upload=False` for reading only. One query without `files`."""
    user = context["request"].user
    rows = [(row, may_open_kind(user, row.kind)) for row in (attachments_of(subject)[:100] if files is None else files)]
    return {**_common(context, subject), "rows": rows, "kinds": AttachmentKind.choices, "upload": upload}


def _common(context: Any, subject: Any) -> dict[str, Any]:
    subject_type, subject_id = key_of(subject)
    request = context["request"]
    return {
        "subject_type": subject_type,
        "subject_id": subject_id,
        "next_url": request.get_full_path() if request.method == "GET" else url_of(subject_type, subject_id),
        "csrf_token": context.get("csrf_token"),
        "request": request,
    }
