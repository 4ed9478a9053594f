"""Rows that have done their service."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from core.choices import OutboxStatus
from core.models.idempotency import IdempotencyKey
from core.models.outbox import OutboxMessage

KEEP_SENT = timedelta(days=30)
KEEP_KEYS = timedelta(days=7)
BATCH = 2000


def forget_old_rows(*, now: datetime | None = None) -> int:
    """Sent messages after 30 days, answers kept for repeated requests after 7. Failed messages stay."""
    now = now or timezone.now()
    sent = OutboxMessage.objects.filter(status=OutboxStatus.SENT, sent_at__lt=now - KEEP_SENT)
    keys = IdempotencyKey.objects.filter(created_at__lt=now - KEEP_KEYS)
    return _delete_in_batches(sent) + _delete_in_batches(keys)


def _delete_in_batches(rows: QuerySet) -> int:
    """Short transactions: a month's backlog must not hold its locks for a minute."""
    total = 0
    while ids := list(rows.values_list("pk", flat=True)[:BATCH]):
        total += rows.model.objects.filter(pk__in=ids).delete()[0]
    return total
