"""The entry form: head, lines as a sheet, payment schedule."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from accounts.models import User
from catalog.models import Product
from core import money
from core.errors import Reason
from core.formats import quantity as plain
from core.forms import AmountField, DateField
from customers.picking import picked_customer
from orders.choices import DueEvent, Source
from orders.models import AgreementLine
from orders.specs import HasGoods, LineSpec, TermSpec

BIGGEST_KEY = 2**63 - 1
CURRENCIES = [(code, code) for code in money.CURRENCIES]


def text(label: Any, length: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, **kwargs)


class OrderForm(forms.Form):
    """Everything may be left open in a draft; what receipt needs is said when it is asked for (R2.1)."""

    customer = forms.IntegerField(required=False, widget=forms.HiddenInput({"data-picked": ""}))
    customer_text = text(
        _("Customer"), 240, help_text=_("Code or two characters of the name."),
        widget=forms.TextInput({"data-pick": "", "autocomplete": "off"}),
    )  # fmt: skip
    contact_name = text(_("Contact"), 60)
    contact_phone = text(_("Contact's telephone"), 32, widget=forms.TextInput({"inputmode": "tel"}))
    salesperson = forms.ModelChoiceField(label=_("Salesperson"), queryset=User.objects.none(), required=False)
    source = forms.ChoiceField(
        label=_("Source"), choices=[c for c in Source.choices if c[0] not in (Source.PARTNER, Source.IMPORT)]
    )
    ordered_date = DateField(label=_("Order date"), required=False)
    requested_date = DateField(label=_("Delivery date asked for"), required=False)
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    delivery_address = text(_("Delivery address"), 300)
    receiver = text(_("Receiver"), 60)
    receiver_phone = text(_("Receiver's telephone"), 32, widget=forms.TextInput({"inputmode": "tel"}))
    end_customer = text(_("End customer"), 200)
    packaging = text(_("Packaging"), 300)
    customization = text(_("Customisation"), 300)
    labels = text(_("Labels"), 300)
    remarks = text(_("Remarks"), 4000, widget=forms.Textarea({"rows": 2, "data-grow": True}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    # What receipt asks for though a draft may lack it; not marked as optional on the page.
    NEEDED: tuple[str, ...] = (
        "customer_text", "contact_name", "salesperson", "ordered_date", "requested_date", "delivery_address",
    )  # fmt: skip

    def __init__(self, *args: Any, keep_source: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.NEEDED:
            self.fields[name].needed = True  # type: ignore[attr-defined]
        self.fields["salesperson"].queryset = User.objects.with_role(Role.SALES)  # type: ignore[attr-defined]
        if keep_source in (Source.PARTNER, Source.IMPORT):
            self.fields["source"].choices = [(keep_source, Source(keep_source).label)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["customer"] = picked_customer(self)
        return data

    def mark_missing(self, reasons: Iterable[Reason]) -> list[Reason]:
        """Show each gap at its field; answers those that belong to none of them (lines, payment schedule)."""
        errors, rest = ErrorDict(), []
        for reason in reasons:
            name = "customer_text" if reason.field == "customer" else reason.field
            if name in self.fields:
                errors.setdefault(name, self.error_class()).append(reason.text)
            else:
                rest.append(reason)
        self._errors = errors
        return rest


@dataclass(frozen=True)
class Agreed:
    """Agreed lines: by key those a row may name, by product those a row without a price takes by itself."""

    known: Mapping[int, AgreementLine] = field(default_factory=dict)
    offered: Mapping[int, AgreementLine] = field(default_factory=dict)


class LineForm(forms.Form):
    product = forms.IntegerField(required=False, widget=forms.HiddenInput({"data-cell": "product"}))
    description = text(
        _("Goods or service"), 240, widget=forms.TextInput({"data-cell": "description", "data-search": ""})
    )
    agreed = forms.IntegerField(  # the agreed line it calls off from
        required=False, min_value=1, max_value=BIGGEST_KEY, widget=forms.HiddenInput({"data-cell": "agreed"})
    )
    deal: Any = None  # that line as the page shows it
    specification = text(_("Specification"), 200, widget=forms.TextInput({"data-cell": "specification"}))
    quantity = AmountField(label=_("Quantity"), required=False, min_value=0, max_digits=14, decimal_places=3)
    unit = text(_("Unit"), 20, widget=forms.TextInput({"data-cell": "unit"}))
    unit_price = AmountField(label=_("Unit price"), required=False, min_value=0, max_digits=14, decimal_places=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("quantity", "unit_price"):
            self.fields[name].widget.attrs["data-cell"] = name

    def spec(
        self, products: Mapping[int, Product], by_code: Mapping[str, Product], prices: Mapping[int, Decimal],
        deals: Agreed,
    ) -> LineSpec:  # fmt: skip
        data = self.cleaned_data
        typed = (data.get("description") or "").strip()
        code, _space, rest = typed.partition(" ")
        product = products.get(data.get("product") or 0) or by_code.get(code)
        own_words = rest.strip() if product and code == product.code else typed
        price = data.get("unit_price")
        line = deals.known.get(data.get("agreed") or 0)
        if price is None and product and line is None:
            line = deals.offered.get(product.pk)
        if line and (product is None or line.product_id != product.pk):
            line = None  # other goods in its place are not what was agreed on
        if line and price is None:
            price = line.unit_price
        return LineSpec(
            agreement_line=line, product=product, description=own_words[:200],
            specification=data.get("specification") or "",
            quantity=data.get("quantity") or Decimal(0), unit=data.get("unit") or "",
            unit_price=price if price is not None else prices.get(product.pk if product else 0, Decimal(0)),
        )  # fmt: skip


class TermForm(forms.Form):
    percent = AmountField(
        label=_("Percent"), required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    due_event = forms.ChoiceField(
        label=pgettext_lazy("payment", "Due"), required=False, choices=[("", "–"), *DueEvent.choices]
    )
    days = forms.IntegerField(label=_("Days"), required=False, min_value=0, max_value=365)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("percent") and not data.get("due_event"):
            self.add_error("due_event", _("Say when this part is due."))
        return data


LineFormSet = forms.formset_factory(
    LineForm, extra=3, can_delete=True, max_num=300, absolute_max=400, validate_max=True
)
TermFormSet = forms.formset_factory(TermForm, extra=1, max_num=8, absolute_max=10)


Pricing = Callable[[Collection[Product]], Mapping[int, Decimal]]


def lines_of(
    forms_: Iterable[Any], usual: Pricing, agreed: Callable[[Collection[int]], Agreed] | None = None
) -> tuple[LineSpec, ...]:
    """The rows with something in them, products read in two statements; `usual` prices a line without a typed price.

    `agreed` finds the agreements the rows call off from, given the keys they name; without it there are none.
    """
    filled = [form for form in forms_ if form.has_changed() and not form.cleaned_data.get("DELETE")]
    filled = [form for form in filled if _says_something(form.cleaned_data)]
    keys = [form.cleaned_data.get("product") for form in filled]
    codes = [(form.cleaned_data.get("description") or "").split(" ")[0] for form in filled]
    products = Product.objects.in_bulk([key for key in keys if key])
    by_code = {p.code: p for p in Product.objects.filter(code__in=[code for code in codes if code])}
    unpriced = any(form.cleaned_data.get("unit_price") is None for form in filled)
    prices = usual([*products.values(), *by_code.values()]) if unpriced else {}
    named = [form.cleaned_data["agreed"] for form in filled if form.cleaned_data.get("agreed")]
    deals = agreed(named) if agreed and (named or unpriced) else Agreed()
    return tuple(form.spec(products, by_code, prices, deals) for form in filled)


def show_deals(forms_: Iterable[Any], known: Callable[[Collection[int]], Mapping[int, Any]]) -> None:
    """Give each row the agreement it names, for the page."""
    keys = {form: str(form["agreed"].value() or "") for form in forms_}
    deals = known([int(key) for key in keys.values() if key.isdecimal() and len(key) < 19])
    for form, key in keys.items():
        form.deal = deals.get(int(key)) if key.isdecimal() and len(key) < 19 else None


def _says_something(data: dict[str, Any]) -> bool:
    return any(data.get(name) for name in ("product", "description", "specification", "quantity", "unit_price"))


def terms_of(forms_: Iterable[Any]) -> tuple[TermSpec, ...]:
    rows = [form.cleaned_data for form in forms_ if form.cleaned_data.get("percent")]
    return tuple(TermSpec(row["due_event"], row["percent"], row.get("days") or 0) for row in rows)


def initial_lines(spec: HasGoods) -> list[dict[str, Any]]:
    return [
        {
            "product": line.product.pk if line.product else None,
            "agreed": line.agreement_line.pk if line.agreement_line else None,
            "description": _described(line),
            "specification": line.specification,
            "quantity": plain(line.quantity),
            "unit": line.unit,
            "unit_price": plain(line.unit_price),
        }
        for line in spec.lines
    ]


def _described(line: LineSpec) -> str:
    return f"{line.product.code} {line.description}" if line.product else line.description


def initial_terms(spec: HasGoods) -> list[dict[str, Any]]:
    return [{"percent": plain(t.percent), "due_event": t.due_event, "days": t.days or None} for t in spec.terms]
