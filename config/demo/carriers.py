"""Two carriers: one whose contract runs, one whose contract ends soon."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User, system_user
from fulfillment.choices import Mode
from fulfillment.models import Carrier
from fulfillment.services import rate_carriers, remind_of_carrier_contracts, save_carrier, set_carrier_rate

CARRIERS = (
    ("SF", "顺丰速运", "YS-2026-011", 300, "陈立", "13910010010"),
    ("DB", "德邦物流", "YS-2025-034", 20, "孙海", "13910020020"),
)
RATES = (
    ("SF", Mode.EXPRESS, "华东", "18", "60"),
    ("SF", Mode.ROAD, "华东", "9", "200"),
    ("DB", Mode.ROAD, "华北", "7", "180"),
)


def make_carriers(people: dict[str, User]) -> None:
    by, carriers = people["logistics"], {}
    for code, name, number, days, contact, phone in CARRIERS:
        values = {
            "code": code, "name": name, "contract_number": number, "contact": contact, "phone": phone,
            "valid_until": timezone.localdate() + timedelta(days=days), "is_active": True,
        }  # fmt: skip
        carriers[code] = save_carrier(carrier=Carrier(), values=values, by=by)
    for code, mode, region, price, least in RATES:
        set_carrier_rate(
            carrier=carriers[code], mode=mode, region=region, per_unit=Decimal(price), minimum=Decimal(least), by=by
        )


def rate_and_remind() -> None:
    """What the night does."""
    remind_of_carrier_contracts(by=system_user())
    rate_carriers(by=system_user())
