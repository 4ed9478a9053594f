"""Who the key speaks for, and what can be ordered."""

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from catalog.models import Product
from customers.api import schema, shapes
from customers.api.schema import documented
from customers.api.throttles import SCOPES
from customers.api.views import PAGING, PartnerView, one


class Me(PartnerView):
    @documented(
        gettext_lazy("Read who you are"), shapes.AccountSerializer, operation="me_read", tag="Account",
        description=gettext_lazy("A good first request: it shows that the key works."),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        partner, key = self.partner, self.key
        owner = partner.customer.owner
        limits = {scope: api_settings.DEFAULT_THROTTLE_RATES[scope] for scope in SCOPES}
        expires = key.expiry_date.isoformat() if key.expiry_date else None
        return Response(
            {
                "name": partner.name,
                "customer_code": partner.customer.code,
                "currency": partner.customer.currency,
                "must_confirm": partner.must_confirm,
                "account_manager": str(owner) if owner else None,
                "key": {"name": key.name, "prefix": key.prefix, "expires_at": expires},
                "limits": limits,
            }
        )


class Products(PartnerView):
    parameters = {"GET": PAGING | {"search"}}

    @documented(
        gettext_lazy("List what can be ordered"), shapes.ProductPage, operation="products_list", tag="Products",
        parameters=[
            schema.query("search", gettext_lazy("A piece of code or name; two characters suffice.")), *schema.PAGING,
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        products = Product.objects.active().search(request.query_params.get("search", "").strip())
        return self.paged(products, ("code",), show_product)


class OneProduct(PartnerView):
    @documented(
        gettext_lazy("Read a product"), shapes.ProductSerializer, operation="products_read", tag="Products", found=True,
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        return Response(show_product(one(Product.objects.active(), code=code)))


def show_product(product: Product) -> dict[str, Any]:
    """What a partner may know: never the floor price."""
    return {
        "code": product.code,
        "name": product.name,
        "name_en": product.name_en,
        "specification": product.specification,
        "unit": product.unit,
        "currency": product.currency,
        "list_price": f"{product.list_price:.4f}",
        "lead_time_days": product.lead_time_days,
    }
