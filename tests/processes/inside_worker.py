"""Loaded by the workers of these tests: small chunks and, for the controls, one guard off."""

import os
import time
from datetime import datetime

from core import outbox_delivery
from core.models import OutboxMessage
from orders.imports import OrderImporter
from workflow.models import WorkItem
from workflow.services import sweep as sweeping

OrderImporter.chunk = 4


def look_only(now: datetime) -> OutboxMessage | None:
    """A message that is due, as the claim finds it, and not claimed."""
    message = outbox_delivery.due(now).order_by("available_at").first()
    time.sleep(0.05)
    return message


if os.environ.get("WITHOUT_CLAIM"):
    outbox_delivery._claim_next = look_only

if os.environ.get("WITHOUT_TRANSACTION"):
    # A sweep that commits as it goes: what was written before the kill stays, what should follow is lost.
    sweeping.sweep_batch = sweeping.sweep_batch.__wrapped__  # type: ignore[attr-defined]
    sweeping.claim = lambda now, batch: list(WorkItem.objects.filter(next_check_at__lte=now)[:batch])
