"""What a customer pays for a product: the price of its last order, else the list (R2.1)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from accounts.models import User
from catalog.models import Product
from customers.models import Customer
from orders.choices import OrderStatus
from orders.models import Order, OrderLine

NOT_AGREED = (OrderStatus.DRAFT, OrderStatus.CANCELED, OrderStatus.REJECTED)


@dataclass(frozen=True)
class LastPrice:
    unit_price: Decimal
    currency: str
    ordered_date: date | None
    number: str


def last_prices(customer: Customer, products: Iterable[int], *, currency: str, reader: User) -> dict[int, LastPrice]:
    """By product key: what the customer last paid in that currency, in an order the reader may see. One query."""
    newest = (
        OrderLine.objects.filter(
            product=OuterRef("pk"),
            order__in=Order.objects.visible_to(reader)
            .filter(customer=customer, currency=currency)
            .exclude(status__in=NOT_AGREED)
            .order_by(),
        )
        .order_by("-order_id", "position")
        .values("pk")[:1]
    )
    keys = Product.objects.filter(pk__in=set(products)).annotate(line=Subquery(newest)).values("line")
    lines = OrderLine.objects.filter(pk__in=keys).select_related("order")
    return {
        line.product_id: LastPrice(line.unit_price, currency, line.order.ordered_date, str(line.order))
        for line in lines
        if line.product_id
    }


def usual_prices(
    customer: Customer | None, products: Collection[Product], *, currency: str, reader: User
) -> dict[int, Decimal]:
    """By product key, what a line without a typed price costs: as the last time, else by the list in that currency."""
    listed = {product.pk: product.list_price for product in products if product.currency == currency}
    if customer is None:
        return listed
    last = last_prices(customer, [product.pk for product in products], currency=currency, reader=reader)
    return listed | {key: price.unit_price for key, price in last.items()}
