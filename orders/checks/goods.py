"""Checks of what is ordered: its price, and how soon it is wanted (R3.2)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_noop

from catalog.models import Product
from core.formats import quantity
from core.money import format_money
from orders.checks.looked import Looked, found, names_of, passed_if
from orders.choices import CheckOutcome
from orders.figures import figures_of
from orders.models import CheckPolicy, OrderLine, ReviewCheck


def price_floor(looked: Looked, policy: CheckPolicy) -> ReviewCheck:
    """No line below the floor price of its product. What has no price in the order's currency is not judged."""
    below = [line for line in looked.comparable if line.product and line.unit_price < line.product.floor_price]
    if not below and looked.incomparable:
        return _not_compared(looked)
    floors = [(line, line.product.floor_price) for line in below if line.product]
    allowed = [f"≥ {format_money(floor, looked.order.currency)}" for _line, floor in floors]
    source = gettext_noop("Floor price of the product list")
    return found(passed_if(not below), _prices(below, looked.order.currency), allowed, source)


def price_list(looked: Looked, policy: CheckPolicy) -> ReviewCheck:
    """Every line is in the price list and not above its price there."""
    above = [line for line in looked.comparable if line.product and line.unit_price > line.product.list_price]
    free = [line for line in looked.lines if line.product is None]
    if free and not above:
        source = gettext_noop("Not in the price list: %(goods)s")
        return found(CheckOutcome.FAILED, source=source, goods=names_of(free))
    if not above and looked.incomparable:
        return _not_compared(looked)
    lists = [(line, line.product.list_price) for line in above if line.product]
    allowed = [f"≤ {format_money(price, looked.order.currency)}" for _line, price in lists]
    source = gettext_noop("List price of the product list")
    return found(passed_if(not above), _prices(above, looked.order.currency), allowed, source)


def margin(looked: Looked, policy: CheckPolicy) -> ReviewCheck:
    """What the lines of known cost earn together. Without any cost, or with a gap, it is not judged and says so."""
    least, figures = policy.limit("min_percent"), figures_of(looked.lines, looked.order.currency)
    earned = figures.margin_percent
    allowed = f"≥ {quantity(least)} %"
    if earned is not None and earned < least:
        return found(CheckOutcome.FAILED, f"{quantity(earned)} %", allowed, gettext_noop("Amount against cost"))
    if figures.uncosted or earned is None:
        source = gettext_noop("Cost not known in the order's currency: %(goods)s")
        asked = f"{quantity(earned)} %" if earned is not None else ""
        return found(CheckOutcome.UNJUDGED, asked, allowed if asked else "", source, goods="; ".join(figures.uncosted))
    return found(CheckOutcome.PASSED, f"{quantity(earned)} %", allowed, gettext_noop("Amount against cost"))


def lead_time(looked: Looked, policy: CheckPolicy) -> ReviewCheck:
    """What is not in stock takes the product's lead time, in calendar days from today."""
    wanted = defaultdict[Product, Decimal](Decimal)
    for line in looked.lines:
        if line.product:
            wanted[line.product] += line.quantity  # two lines of one product share its stock
    available = dict(
        Product.objects.filter(pk__in={product.pk for product in wanted}).with_stock().values_list("pk", "available")  # type: ignore[misc]  # annotated above
    )
    short = [product for product, quantity in wanted.items() if available.get(product.pk, Decimal(0)) < quantity]
    days = max((product.lead_time_days for product in short), default=0)
    earliest = looked.today + timedelta(days=days)
    asked = looked.order.requested_date or looked.today
    return found(
        passed_if(asked >= earliest), asked.isoformat(), f"≥ {earliest.isoformat()}",
        gettext_noop("Longest lead time of goods not in stock: %(days)s days"), days=days,
    )  # fmt: skip


def _prices(lines: Sequence[OrderLine], currency: str) -> list[str]:
    return [f"{line.product.code} {format_money(line.unit_price, currency)}" for line in lines if line.product]


def _not_compared(looked: Looked) -> ReviewCheck:
    return found(
        CheckOutcome.UNJUDGED, source=gettext_noop("No price in %(currency)s to compare with: %(goods)s"),
        currency=looked.order.currency, goods=names_of(looked.incomparable),
    )  # fmt: skip
