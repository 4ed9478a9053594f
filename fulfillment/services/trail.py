"""Where what happened to a shipment is entered."""

from datetime import datetime

from accounts.models import User
from core import audit
from fulfillment.models import Shipment


def enter_trail(shipment: Shipment, what: str, *, by: User, now: datetime, note: str = "") -> None:
    """In the trail of the shipment and, since people look there, of its order."""
    named = {"shipment": [None, shipment.number]}
    audit.record_many([
        audit.entry(f"shipment.{what}", shipment, by=by, note=note, now=now),
        audit.entry(f"order.shipment_{what}", shipment.order, by=by, changes=named, note=note, now=now),
    ])  # fmt: skip
