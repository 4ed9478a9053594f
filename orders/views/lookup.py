"""Products for an order line that is being filled in, with what this customer paid the last time."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.views import View

from accounts.models import User
from accounts.views.person import person_of
from catalog.models import Product
from catalog.views.lookup import as_json, plain
from core.formats import day
from core.views.lookup import LONGEST_KEY, NUMBER, asked_for
from customers.models import Customer
from orders.agreements import Deals, deal_of
from orders.forms.entry import CURRENCIES
from orders.prices import LastPrice, last_prices
from orders.views.base import staff_of

MOST_CODES = 300  # as many as an order has lines


class LineLookup(View):
    """`?q=` by code, name or specification, `?id=` one product, or `?code=` as often as there are codes (pasted rows).

    With `?customer=` and `?currency=` a product sold before carries `last_price`, `last_date` and `last_order`, one of
    a framework agreement `agreed` with id, price, number and what is left.
    """

    access = staff_of("orders.save_draft")

    def get(self, request: HttpRequest) -> JsonResponse:
        reader = person_of(request)
        products = list(found_for(request, reader))
        customer = customer_asked_for(request.GET, reader) if products else None
        if customer is None:
            return JsonResponse({"results": [as_json(product) for product in products]})
        keys, currency = [product.pk for product in products], currency_asked_for(request.GET)
        prices = last_prices(customer, keys, currency=currency, reader=reader)
        deals = Deals(customer, currency=currency, reader=reader).by_product
        return JsonResponse({"results": [
            as_json(product) | told(prices.get(product.pk)) | agreed(deals.get(product.pk)) for product in products
        ]})  # fmt: skip


class AgreedLines(View):
    """What the customer's framework agreements offer, as a part of the order's form."""

    access = staff_of("orders.save_draft")

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = person_of(request)
        customer, currency = customer_asked_for(request.GET, reader), currency_asked_for(request.GET)
        deals = Deals(customer, currency=currency, reader=reader)
        return render(request, "orders/_agreements.html", {"agreements": deals})


def currency_asked_for(data: QueryDict) -> str:
    """One of those orders are written in, or "" for whatever else stands there."""
    currency = data.get("currency", "CNY")
    return currency if currency in dict(CURRENCIES) else ""


def customer_asked_for(data: QueryDict, reader: User) -> Customer | None:
    key = data.get("customer", "")
    if not key.isdecimal() or len(key) > LONGEST_KEY:
        return None
    return Customer.objects.visible_to(reader).filter(pk=key).first()


def found_for(request: HttpRequest, reader: User) -> QuerySet[Any]:
    rows = Product.objects.visible_to(reader).active().with_stock().order_by("code")
    if codes := request.GET.getlist("code")[:MOST_CODES]:
        return rows.filter(code__in=[code.replace("\x00", "") for code in codes])
    return asked_for(rows, request)[:NUMBER]


def agreed(line: Any) -> dict[str, Any]:
    return {"agreed": deal_of(line)} if line else {}


def told(last: LastPrice | None) -> dict[str, str]:
    """Amounts travel as text, without loss."""
    if last is None:
        return {}
    return {
        "last_price": plain(last.unit_price),
        "last_date": day(last.ordered_date) if last.ordered_date else "",
        "last_order": last.number,
    }
