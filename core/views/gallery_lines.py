"""The sheet of order lines on the gallery page, and a lookup that answers it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import View

from core.forms import AmountField
from core.views.gallery_access import OnlyInTryout

PRODUCTS = [
    {"id": 1, "code": "P001", "name": "齿轮箱", "specification": "GX-200", "unit": "台", "list_price": "1250.00"},
    {"id": 2, "code": "P002", "name": "Gear box, small", "specification": "GX-80", "unit": "pcs", "list_price": "86.5"},
]


def cell(name: str, **attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"data-cell": name, "autocomplete": "off", **attrs})


class LineForm(forms.Form):
    product = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-cell": "product"}), required=False)
    description = forms.CharField(
        label=_("Product"),
        widget=cell("description", **{"data-search": True, "role": "combobox", "aria-expanded": "false"}),
    )
    specification = forms.CharField(label=_("Specification"), widget=cell("specification"), required=False)
    quantity = AmountField(label=_("Quantity"), widget=cell("quantity", inputmode="decimal", **{"class": "num"}))
    unit = forms.CharField(label=_("Unit"), widget=cell("unit"))
    unit_price = AmountField(label=_("Price"), widget=cell("unit_price", inputmode="decimal", **{"class": "num"}))


def sample_lines() -> Any:
    made = forms.formset_factory(LineForm, extra=1, can_delete=True)
    first = {"product": 1, "description": "齿轮箱", "quantity": "3", "unit": "台", "unit_price": "1250.105"}
    return made(prefix="lines", initial=[first])


class Lookup(OnlyInTryout, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").lower()
        return JsonResponse([p for p in PRODUCTS if text in f"{p['code']} {p['name']}".lower()], safe=False)
