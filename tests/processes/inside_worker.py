"""Loaded by the workers of these tests: small chunks and, for the controls, the guard off."""

import os
import time
from datetime import datetime

from core import outbox_delivery
from core.models import OutboxMessage
from orders.imports import OrderImporter

OrderImporter.chunk = 4


def look_only(now: datetime) -> OutboxMessage | None:
    """A message that is due, as the claim finds it, and not claimed."""
    message = outbox_delivery.due(now).order_by("available_at").first()
    time.sleep(0.05)
    return message


if os.environ.get("WITHOUT_CLAIM"):
    outbox_delivery._claim_next = look_only
