"""What an order gives away and earns, reckoned from the product list: for checks and approval rules (R3.2, R3.5).

Only lines of a product priced in the order's own currency can be compared; what cannot is named, never guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from orders.models.goods import GoodsRow

PLACES = Decimal("0.01")


@dataclass(frozen=True)
class Figures:
    """Percentages to two places; None where no line could be judged."""

    discount_percent: Decimal | None  # the largest of a line, against its list price
    margin_percent: Decimal | None  # of the lines whose cost is known, together
    uncosted: tuple[str, ...]  # product codes, or descriptions, without a cost to compare
    families: tuple[str, ...]  # codes


def figures_of(lines: Iterable[GoodsRow], currency: str) -> Figures:
    """Reckon the figures of lines whose products and families are loaded."""
    lines = list(lines)
    costed = [line for line in lines if _cost(line, currency) is not None]
    sold = sum((line.amount for line in costed), Decimal(0))
    cost = sum((line.quantity * (_cost(line, currency) or Decimal(0)) for line in costed), Decimal(0))
    discounts = [found for line in lines if (found := _discount(line, currency)) is not None]
    families = {line.product.family.code for line in lines if line.product and line.product.family}
    return Figures(
        discount_percent=max(discounts, default=None),
        margin_percent=_percent(sold - cost, sold) if sold else (Decimal(-100) if cost else None),
        uncosted=tuple(_name(line) for line in lines if _cost(line, currency) is None),
        families=tuple(sorted(families)),
    )


def _cost(line: GoodsRow, currency: str) -> Decimal | None:
    return line.product.cost_price if line.product and line.product.currency == currency else None


def _discount(line: GoodsRow, currency: str) -> Decimal | None:
    product = line.product
    if product is None or product.currency != currency or not product.list_price:
        return None
    return max(_percent(product.list_price - line.unit_price, product.list_price), Decimal(0))


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (100 * part / whole).quantize(PLACES, rounding=ROUND_HALF_UP)


def _name(line: GoodsRow) -> str:
    return line.product.code if line.product else line.description
