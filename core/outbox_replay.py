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
def replay(message_id: int, *, by: Any) -> int:
    """Raises Conflict when the message was sent meanwhile: it is not sent twice from here."""
    message = OutboxMessage.objects.select_for_update().filter(pk=message_id).first()
    if message is None or message.status == OutboxStatus.SENT:
        raise Conflict("outbox_sent", _("This message is not waiting any more."))
    _reopen([message_id])
    audit.record("outboxmessage.replayed", message, by=by)
    publish_on_commit(message_id)
    return 1


@transaction.atomic
def replay_failed(*, by: Any, limit: int = 1000) -> int:
    failed = (
        OutboxMessage.objects.select_for_update().filter(status=OutboxStatus.FAILED).order_by("-id")[:limit]
    )
    ids = [message.pk for message in failed]
    if ids:
        _reopen(ids)
        audit.record("outbox.replayed", None, by=by, changes={"messages": [None, len(ids)]})
        publish_on_commit(None)
    return len(ids)


def _reopen(ids: list[int]) -> None:
    OutboxMessage.objects.filter(pk__in=ids).update(
        status=OutboxStatus.PENDING, attempts=0, available_at=timezone.now()
    )
