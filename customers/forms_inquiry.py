"""An inquiry being recorded, handed over, answered (R1.1, R1.2)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import User
from catalog.models import Product
from core.forms import AmountField, DateField, WordsField
from customers.choices import Channel
from customers.picking import picked_customer
from customers.services import NeedSpec


def sellers() -> Any:
    return User.objects.with_role(Role.SALES, Role.SALES_MANAGER)


def text(label: Any, length: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, **kwargs)


class InquiryForm(forms.Form):
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput({"data-picked": ""}))
    customer_text = text(
        _("Customer"), 240, help_text=_("Code or two characters of the name."),
        widget=forms.TextInput({"data-pick": "", "autocomplete": "off"}),
    )  # fmt: skip
    prospect_name = text(_("Somebody new"), 200, help_text=_("Company or person, when they are no customer yet."))
    contact_name = text(_("Contact"), 60)
    contact_phone = text(_("Contact's telephone"), 32, widget=forms.TextInput({"inputmode": "tel"}))
    contact_email = forms.EmailField(label=_("Contact's e-mail"), required=False)
    wanted_date = DateField(label=_("Wanted by"), required=False)
    service_needs = WordsField(label=_("Service needs"), required=False)
    analysis = WordsField(label=_("Needs analysis"), required=False, help_text=_("What they are really after."))
    is_special = forms.BooleanField(label=_("Special or complex: a salesperson answers"), required=False)
    salesperson = forms.ModelChoiceField(label=_("Salesperson"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["salesperson"].queryset = sellers()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["customer"] = picked_customer(self)
        return data


class NeedForm(forms.Form):
    product = forms.IntegerField(required=False, widget=forms.HiddenInput({"data-cell": "product"}))
    description = text(
        _("Goods or service"), 200, widget=forms.TextInput({"data-cell": "description", "data-search": ""})
    )
    specification = text(_("Specification"), 200, widget=forms.TextInput({"data-cell": "specification"}))
    quantity = AmountField(label=_("Quantity"), required=False, min_value=0, max_digits=14, decimal_places=3)
    unit = text(_("Unit"), 20, widget=forms.TextInput({"data-cell": "unit"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"].widget.attrs["data-cell"] = "quantity"

    def spec(self, products: dict[int, Product], by_code: dict[str, Product]) -> NeedSpec:
        data = self.cleaned_data
        typed = (data.get("description") or "").strip()
        code, _space, rest = typed.partition(" ")
        product = products.get(data.get("product") or 0) or by_code.get(code)
        return NeedSpec(
            product=product, description=rest.strip() if product and code == product.code else typed,
            specification=data.get("specification") or "", quantity=data.get("quantity") or Decimal(0),
            unit=data.get("unit") or "",
        )  # fmt: skip


NeedFormSet = forms.formset_factory(
    NeedForm, extra=3, can_delete=True, max_num=100, absolute_max=120, validate_max=True
)


def needs_of(rows: Iterable[Any]) -> tuple[NeedSpec, ...]:
    """The rows that say what is wanted, products read in two statements."""
    filled = [row for row in rows if row.has_changed() and not row.cleaned_data.get("DELETE")]
    filled = [row for row in filled if row.cleaned_data.get("product") or row.cleaned_data.get("description")]
    keys = [row.cleaned_data.get("product") for row in filled]
    codes = [(row.cleaned_data.get("description") or "").split(" ")[0] for row in filled]
    products = Product.objects.in_bulk([key for key in keys if key])
    by_code = {product.code: product for product in Product.objects.filter(code__in=[code for code in codes if code])}
    return tuple(row.spec(products, by_code) for row in filled)


class HandOverForm(forms.Form):
    salesperson = forms.ModelChoiceField(label=_("Salesperson"), queryset=User.objects.none())
    note = WordsField(label=_("A word to them"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["salesperson"].queryset = sellers()  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    channel = forms.ChoiceField(label=_("Answered by way of"), choices=Channel.choices)
    answer = WordsField(label=_("What was answered"))
