"""What a reader was allowed when the dossier was packed, against what is allowed now."""

from typing import Any

from accounts.models import User
from customers.privacy import may_read_money
from orders.models import Order
from orders.page import reads_contacts


def rights_of(reader: User, order: Order) -> dict[str, Any]:
    return {
        "roles": sorted(reader.role_codes),
        "persons": reads_contacts(reader, order),
        "money": order.customer is None or may_read_money(reader, order.customer),
    }


def still_hold(packed: dict[str, Any], now: dict[str, Any]) -> bool:
    """Nothing was lost since; more is no harm."""
    kept = set(packed.get("roles", ())) <= set(now["roles"])
    return kept and all(now[name] or not packed.get(name) for name in ("persons", "money"))
