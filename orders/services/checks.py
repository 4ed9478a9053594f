"""What the system finds before people review (R3.2): asked, allowed, and where the figure comes from."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from catalog.models import Product
from core.money import format_money
from credit.selectors import credit_account
from orders.choices import CheckCode, CheckOutcome
from orders.guards.money import credit_left, owed_on_credit
from orders.models import Order, OrderLine, ReviewCheck, ReviewRound


def run_checks(round_: ReviewRound) -> list[ReviewCheck]:
    """Run every check for the round and keep what was found."""
    order, today = round_.order, timezone.localdate(round_.opened_at)
    lines = list(order.lines.select_related("product"))
    checks = [check(order, lines, today) for check in CHECKS]
    for check in checks:
        check.round = round_
    return ReviewCheck.objects.bulk_create(checks)


def price_floor(order: Order, lines: Sequence[OrderLine], today: date) -> ReviewCheck:
    """R3.2: no line below the floor price of its product, compared in the product's currency only."""
    priced = [line for line in lines if line.product and line.product.currency == order.currency]
    below = [line for line in priced if line.product and line.unit_price < line.product.floor_price]
    asked = "; ".join(
        f"{line.product.code} {format_money(line.unit_price, order.currency)}" for line in below if line.product
    )
    allowed = "; ".join(f"≥ {format_money(line.product.floor_price, order.currency)}" for line in below if line.product)
    return _result(CheckCode.PRICE_FLOOR, not below, asked, allowed, gettext_noop("Floor price of the product list"))


def lead_time(order: Order, lines: Sequence[OrderLine], today: date) -> ReviewCheck:
    """R3.2: what is not in stock takes the product's lead time, in calendar days from today."""
    available = dict(
        Product.objects.filter(pk__in={line.product_id for line in lines if line.product_id})
        .with_stock()
        .values_list("pk", "available")  # type: ignore[misc]  # annotated above
    )
    wanted = defaultdict[Product, Decimal](Decimal)
    for line in lines:
        if line.product:
            wanted[line.product] += line.quantity  # two lines of one product share its stock
    short = [product for product, quantity in wanted.items() if available.get(product.pk, Decimal(0)) < quantity]
    days = max((product.lead_time_days for product in short), default=0)
    earliest: date = today + timedelta(days=days)
    asked = order.requested_date or today
    return _result(
        CheckCode.LEAD_TIME, asked >= earliest, asked.isoformat(), f"≥ {earliest.isoformat()}",
        gettext_noop("Longest lead time of goods not in stock: %(days)s days"), days=days,
    )  # fmt: skip


def credit_limit(order: Order, lines: Sequence[OrderLine], today: date) -> ReviewCheck:
    """R3.2, R9.2: the part sold on credit against what the customer has left."""
    owed, left, account = owed_on_credit(order), credit_left(order), credit_account(order.buyer)
    currency = order.buyer.currency
    limit, exposure = format_money(account.limit, currency), format_money(account.exposure, currency)
    return _result(
        CheckCode.CREDIT_LIMIT, owed <= left, format_money(owed, order.currency),
        f"≤ {format_money(left, order.currency)}",
        gettext_noop("Limit %(limit)s, owed %(exposure)s"), limit=limit, exposure=exposure,
    )  # fmt: skip


CHECKS: tuple[Callable[[Order, Sequence[OrderLine], date], ReviewCheck], ...] = (
    price_floor,
    lead_time,
    credit_limit,
)


def _result(code: str, passed: bool, asked: str, allowed: str, source: str, **values: Any) -> ReviewCheck:
    outcome = CheckOutcome.PASSED if passed else CheckOutcome.FAILED
    return ReviewCheck(
        code=code, outcome=outcome, asked=asked[:120], allowed=allowed[:120], source=source, source_values=values
    )
