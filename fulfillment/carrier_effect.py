"""What other rules would say of the carriers in use and of the penalties set (R14.13)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from fulfillment.models import Carrier, CarrierRules, TransportIncident
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


def penalties_under(proposed: CarrierRules, now: datetime) -> tuple[int, int]:
    """How many penalties were set in the days rated, and how many of them these rules would not allow."""
    since = now - timedelta(days=proposed.rated_days)
    rows = TransportIncident.objects.filter(penalty__isnull=False, settled_at__gte=since).order_by()
    penalties = list(rows.values_list("penalty", flat=True))
    return len(penalties), sum(1 for penalty in penalties if penalty and not proposed.allows_penalty(penalty))
