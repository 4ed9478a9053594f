"""What other rules would say of the carriers in use, over the same shipments (R14.13)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from fulfillment.models import Carrier, CarrierRules
from fulfillment.services.carrier_rating import Service, served


@dataclass(frozen=True)
class Change:
    """One carrier: rated now and then, and whether it would be proposed for replacement."""

    carrier: Carrier
    now: Decimal | None
    then: Decimal | None
    poor_now: bool
    poor_then: bool


def effect_of(proposed: CarrierRules, current: CarrierRules, now: datetime) -> list[Change]:
    today, then = served(current, now), served(proposed, now)
    changes = []
    for carrier in Carrier.objects.filter(is_active=True):
        old = today.get(carrier.pk, Service()).rating(current)
        new = then.get(carrier.pk, Service()).rating(proposed)
        changes.append(Change(carrier, old, new, current.find_poor(old), proposed.find_poor(new)))
    return changes
