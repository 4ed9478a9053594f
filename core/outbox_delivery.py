"""Carrying out outbox messages: claim, call the handler, note how it went."""

import random
from datetime import datetime, timedelta
from functools import cache
from time import monotonic
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from core.choices import OutboxStatus
from core.models.outbox import OutboxMessage

log = structlog.get_logger(__name__)

# Longer than the longest delivery (the task's time limit is 540 s): afterwards the worker counts as dead.
LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = 15, 6 * 3600
ERROR_LENGTH = 2000


class DeliveryRefused(Exception):
    """Trying again cannot help (address gone, document unknown): the message is given up at once."""


def deliver(message_id: int, *, now: datetime | None = None) -> bool:
    """Deliver one message if it is due and nobody else holds it; True when it was sent."""
    if not _claim(message_id, now or timezone.now()):
        return False
    return _carry_out(OutboxMessage.objects.get(pk=message_id))


def deliver_due(*, seconds: float = 50, now: datetime | None = None) -> int:
    """Work off what is due, one by one, for at most `seconds`; any number of workers may do so at once."""
    _give_up_on_deadly(now or timezone.now())
    until = monotonic() + seconds
    done = 0
    while monotonic() < until:
        message = _claim_next(now or timezone.now())
        if message is None:
            break
        _carry_out(message)
        done += 1
    return done


def _give_up_on_deadly(now: datetime) -> None:
    """A message that falls due with all its attempts spent killed its worker each time, or it would be noted."""
    due(now).filter(attempts__gte=MAX_ATTEMPTS).update(
        status=OutboxStatus.FAILED, last_error="The worker died on every attempt."
    )


def due(now: datetime) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(status=OutboxStatus.PENDING, available_at__lte=now)


def _claim(message_id: int, now: datetime) -> bool:
    """One conditional update: of two workers one finds the row no longer due.

    The claim moves `available_at` to the end of the lease, so a killed worker's row simply falls due again.
    """
    claimed = due(now).filter(pk=message_id).update(available_at=now + LEASE, attempts=F("attempts") + 1)
    return claimed == 1


def _claim_next(now: datetime) -> OutboxMessage | None:
    with transaction.atomic():
        rows = due(now).order_by("available_at")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        message = rows.first()
        if message is None or not _claim(message.pk, now):
            return None
    message.attempts += 1
    return message


def _carry_out(message: OutboxMessage) -> bool:
    try:
        _handler(message.kind)(message)
    except Exception as error:
        _note_failure(message, error)
        return False
    OutboxMessage.objects.filter(pk=message.pk).update(status=OutboxStatus.SENT, sent_at=timezone.now(), last_error="")
    return True


@cache
def _imported(path: str) -> Any:
    return import_string(path)


def _handler(kind: str) -> Any:
    path = settings.OUTBOX_HANDLERS.get(kind)
    if path is None:
        raise DeliveryRefused(f"no handler for {kind!r}")
    return _imported(path)


def _note_failure(message: OutboxMessage, error: Exception) -> None:
    over = isinstance(error, DeliveryRefused) or message.attempts >= MAX_ATTEMPTS
    text = f"{type(error).__name__}: {error}"[:ERROR_LENGTH].replace("\x00", "")
    log.warning("outbox_delivery_failed", message=message.pk, kind=message.kind, given_up=over, error=text)
    OutboxMessage.objects.filter(pk=message.pk, status=OutboxStatus.PENDING).update(
        status=OutboxStatus.FAILED if over else OutboxStatus.PENDING,
        available_at=timezone.now() + pause_after(message.attempts),
        last_error=text,
    )


def pause_after(attempts: int) -> timedelta:
    """15 s, 30 s, 1 min … 6 h, each between half and the whole, so that failures do not come back in step."""
    longest = min(FIRST_PAUSE * 2 ** max(attempts - 1, 0), LONGEST_PAUSE)
    return timedelta(seconds=longest * (0.5 + random.random() / 2))  # noqa: S311
