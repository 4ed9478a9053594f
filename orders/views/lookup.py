"""Products for an order line that is being filled in, with what this customer paid the last time."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.views import View

from accounts.models import User
from accounts.views.person import person_of
from catalog.models import Product
from catalog.views.lookup import as_json, plain
from core.formats import day
from core.views.lookup import LONGEST_KEY, NUMBER, asked_for
from customers.models import Customer
from orders.prices import LastPrice, last_prices
from orders.views.base import staff_of

MOST_CODES = 300  # as many as an order has lines


class LineLookup(View):
    """`?q=` by code, name or specification, `?id=` one product, or `?code=` as often as there are codes (pasted rows).

    With `?customer=` and `?currency=` a product sold before carries `last_price`, `last_date` and `last_order`.
    """

    access = staff_of("orders.save_draft")

    def get(self, request: HttpRequest) -> JsonResponse:
        reader = person_of(request)
        products = list(found_for(request, reader))
        prices = self.prices(request, reader, products)
        return JsonResponse({"results": [as_json(product) | told(prices.get(product.pk)) for product in products]})

    def prices(self, request: HttpRequest, reader: User, products: list[Product]) -> dict[int, LastPrice]:
        key, currency = request.GET.get("customer", ""), request.GET.get("currency", "CNY")
        if not products or not key.isdecimal() or len(key) > LONGEST_KEY:
            return {}
        customer = Customer.objects.visible_to(reader).filter(pk=key).first()
        keys = [product.pk for product in products]
        return last_prices(customer, keys, currency=currency, reader=reader) if customer else {}


def found_for(request: HttpRequest, reader: User) -> QuerySet[Any]:
    rows = Product.objects.visible_to(reader).active().with_stock().order_by("code")
    if codes := request.GET.getlist("code")[:MOST_CODES]:
        return rows.filter(code__in=codes)
    return asked_for(rows, request)[:NUMBER]


def told(last: LastPrice | None) -> dict[str, str]:
    """Amounts travel as text, without loss."""
    if last is None:
        return {}
    return {
        "last_price": plain(last.unit_price),
        "last_date": day(last.ordered_date) if last.ordered_date else "",
        "last_order": last.number,
    }
