"""Trying again what was given up, or at once what waits."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.choices import OutboxStatus
from core.errors import Conflict
from core.models.outbox import OutboxMessage
from core.outbox import publish_on_commit


@transaction.atomic
def replay(*, message: OutboxMessage, by: Any) -> OutboxMessage:
    """Raises Conflict when the message was sent meanwhile: it is not sent twice from here."""
    waiting = OutboxMessage.objects.select_for_update().exclude(status=OutboxStatus.SENT).filter(pk=message.pk)
    locked = waiting.first()
    if locked is None:
        raise Conflict("outbox_sent", _("This message was sent meanwhile."))
    locked.status, locked.attempts, locked.available_at = OutboxStatus.PENDING, 0, timezone.now()
    locked.save(update_fields=["status", "attempts", "available_at"])
    audit.record("outbox_message.replayed", locked, by=by)
    publish_on_commit(locked.pk)
    return locked
