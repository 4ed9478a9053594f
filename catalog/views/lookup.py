"""Products for a line that is being filled in: a few matches while one types."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views import View

from accounts.access import SIGNED_IN
from accounts.views.person import person_of
from catalog.models import Product
from core.views.lookup import NUMBER, asked_for


class ProductLookup(View):
    """`?q=` by code, name or specification, `?id=` one product.

    `?customer=` is taken for the prices agreed with a customer; until there are such, all pay the list price.
    """

    access = SIGNED_IN

    def get(self, request: HttpRequest) -> JsonResponse:
        rows = Product.objects.visible_to(person_of(request)).active()
        found = asked_for(rows, request).with_stock().order_by("code")[:NUMBER]
        return JsonResponse({"results": [as_json(product) for product in found]})


def as_json(product: Any) -> dict[str, Any]:
    """Amounts and quantities travel as text, without loss."""
    return {
        "id": product.pk,
        "code": product.code,
        "name": product.local_name,
        "specification": product.specification,
        "unit": product.unit,
        "currency": product.currency,
        "list_price": plain(product.list_price),
        "available": plain(product.available),
        "lead_time_days": product.lead_time_days,
    }


def plain(number: Any) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
