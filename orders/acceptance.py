"""How an order is taken on, and the uplift for a small one (R3.6): arithmetic alone, nothing is written here."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from core.money import quantize
from customers.choices import Tier
from orders.choices import AcceptanceMode, CheckCode, CheckOutcome
from orders.models import CheckPolicy, Order, OrderLine, ReviewCheck


def is_small(order: Order, policy: CheckPolicy) -> bool | None:
    """Whether an ordinary customer orders for less than the rule's amount; None in a currency it is not set in."""
    if order.buyer.tier != Tier.ORDINARY:
        return False
    return order.amount < policy.limit("small_below") if order.currency == "CNY" else None


def facts_of_acceptance(order: Order, lines: Iterable[OrderLine], today: date) -> dict[str, Any]:
    """What the mode follows from, as plain values: class, product types, quantity, lead time, expected amount."""
    lines = list(lines)
    families = {line.product.family.name for line in lines if line.product and line.product.family}
    wanted = order.requested_date
    return {
        "tier": order.buyer.tier,
        "families": sorted(families),
        "free_lines": sum(line.product is None for line in lines),
        "quantity": f"{sum((line.quantity for line in lines), Decimal(0)).normalize():f}",
        "days": (wanted - today).days if wanted else None,
        "amount": str(order.amount),
        "currency": order.currency,
    }


def mode_of(facts: dict[str, Any], checks: Iterable[ReviewCheck]) -> str:
    """The first that fits: against the rules, made to order, small, key customer, else as usual."""
    checks = list(checks)
    failed = {check.code for check in checks if check.outcome == CheckOutcome.FAILED}
    if any(check.blocks for check in checks):
        return AcceptanceMode.SPECIAL
    if facts["free_lines"]:
        return AcceptanceMode.CUSTOM
    if CheckCode.SMALL_ORDER in failed:
        return AcceptanceMode.UPLIFT
    return AcceptanceMode.PRIORITY if facts["tier"] == Tier.KEY else AcceptanceMode.STANDARD


def uplifted(order: Order, lines: Iterable[OrderLine], percent: Decimal) -> tuple[list[dict[str, Any]], Decimal]:
    """Each line's price and amount before and after, and the sum after; rounded as the currency is, line by line."""
    rows, total = [], Decimal(0)
    for line in lines:
        price = quantize(line.unit_price * (100 + percent) / 100, order.currency)
        amount = quantize(line.quantity * price, order.currency)
        total += amount
        rows.append({
            "position": line.position, "unit_price": str(line.unit_price), "proposed_price": str(price),
            "amount": str(line.amount), "proposed_amount": str(amount),
        })  # fmt: skip
    return rows, total
