"""What an order gives away and earns: reckoned only where it can be, the rest named (R3.2, R3.5)."""

from decimal import Decimal

import pytest

from catalog.services import save_product
from core.models import AuditEntry
from orders.figures import figures_of
from orders.specs import LineSpec
from tests.factories import make_draft, make_product, person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.2")]


def figures(*lines: LineSpec):
    order = make_draft(lines=lines)
    return figures_of(order.lines.select_related("product__family"), order.currency)


def test_the_margin_is_that_of_all_lines_together_and_the_discount_that_of_the_worst():
    cheap, dear = make_product(cost_price=Decimal(2000)), make_product(cost_price=Decimal(4500))
    found = figures(
        LineSpec(Decimal(3), Decimal(4000), product=cheap), LineSpec(Decimal(1), Decimal(5000), product=dear)
    )
    assert found.margin_percent == Decimal("38.24")  # (17,000 - 10,500) / 17,000
    assert found.discount_percent == Decimal(20)
    assert not found.uncosted


def test_a_line_without_a_known_cost_is_named_and_not_guessed():
    unknown, known = make_product(), make_product(cost_price=Decimal(4000))
    found = figures(
        LineSpec(Decimal(1), Decimal(5000), product=unknown), LineSpec(Decimal(1), Decimal(5000), product=known),
        LineSpec(Decimal(1), Decimal(80), description="安装"),
    )  # fmt: skip
    assert found.margin_percent == Decimal(20)
    assert found.uncosted == (unknown.code, "安装")


def test_nothing_is_compared_across_currencies():
    product = make_product(currency="USD", cost_price=Decimal(100))
    found = figures(LineSpec(Decimal(1), Decimal(5000), product=product))
    assert (found.discount_percent, found.margin_percent, found.uncosted) == (None, None, (product.code,))


def test_a_price_above_the_list_is_no_discount_and_goods_given_away_lose_everything():
    product = make_product(cost_price=Decimal(10))
    assert figures(LineSpec(Decimal(1), Decimal(6000), product=product)).discount_percent == 0
    assert figures(LineSpec(Decimal(1), Decimal(0), product=product)).margin_percent == -100


def test_the_timeline_does_not_tell_what_a_product_costs():
    product = save_product(
        product=make_product(), values={"cost_price": Decimal("1234.5")}, by=person("sales_director")
    )
    entry = AuditEntry.objects.get(action="product.changed", subject_id=product.pk)
    assert "cost_price" in entry.changes and "1234" not in str(entry.changes)
