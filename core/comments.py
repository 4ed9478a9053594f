"""Words on a subject."""

from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.models.comment import Comment
from core.subjects import key_of

MAX_LENGTH = 5000


def add_comment(subject: Model, *, text: str, by: Any, now: datetime | None = None) -> Comment:
    """Raises DomainError when there is nothing to say, or too much."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise DomainError("comment_empty", _("Write a comment first."), fields={"text": [_("Write a comment first.")]})
    if len(text) > MAX_LENGTH:
        message = _("A comment has at most %(limit)d characters.") % {"limit": MAX_LENGTH}
        raise DomainError("comment_too_long", message, fields={"text": [message]})
    subject_type, subject_id = key_of(subject)
    return Comment.objects.create(
        subject_type=subject_type, subject_id=subject_id, text=text, by=by, at=now or timezone.now()
    )
