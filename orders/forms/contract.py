"""The form of a contract, and those of its acts."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import User
from core.formats import quantity
from core.forms import AmountField, DateField
from customers.picking import picked_customer
from orders.choices import ContractKind
from orders.forms.acts import words
from orders.forms.entry import CURRENCIES, LineForm
from orders.models import AgreementLine, Order, Quotation
from orders.services.call_offs import days_of
from orders.specs import AgreedSpec


class ContractForm(forms.Form):
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput({"data-picked": ""}))
    customer_text = forms.CharField(
        label=_("Customer"), max_length=240, help_text=_("Code or two characters of the name."),
        widget=forms.TextInput({"data-pick": "", "autocomplete": "off"}),
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=ContractKind.choices)
    owner = forms.ModelChoiceField(label=_("Salesperson"), queryset=User.objects.none(), required=False)
    effective_date = DateField(label=_("In force from"))
    expiry_date = DateField(label=_("In force until"), required=False, help_text=_("Empty: without an end."))
    amount = AmountField(
        label=_("Amount"),
        required=False,
        min_value=0,
        decimal_places=2,
        help_text=_("Empty: no sum is agreed. Of a framework agreement it is added up from its goods."),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    quotation = forms.CharField(
        label=_("Quotation"), required=False, max_length=40, help_text=_("Its number, where the contract follows one.")
    )
    terms = words(_("Terms"), required=False, rows=6, longest=20_000)
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.fields["owner"].queryset = User.objects.with_role(Role.SALES)  # type: ignore[attr-defined]

    def clean_quotation(self) -> Quotation | None:
        typed = self.cleaned_data["quotation"].strip()
        if not typed:
            return None
        number, _sign, version = typed.partition("-V")
        rows = Quotation.objects.visible_to(self.reader).filter(number=number)
        found = rows.filter(version=int(version) if version.isdecimal() and len(version) < 5 else 1).first()
        if found is None:
            raise forms.ValidationError(_("There is no quotation of that number."))
        return found

    def clean_amount(self) -> Any:
        return self.cleaned_data["amount"] or 0

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["customer"] = picked_customer(self)
        return data


class AgreedForm(LineForm):
    """A row of the agreement's sheet: the whole quantity, the agreed price, and the line's own terms."""

    minimum_quantity = AmountField(
        label=_("Least at once"), required=False, min_value=0, max_digits=14, decimal_places=3
    )
    valid_from = DateField(label=_("Valid from"), required=False)
    valid_until = DateField(label=_("Valid until"), required=False)

    def spec(self, *known: Any) -> AgreedSpec:
        line, data = super().spec(*known), self.cleaned_data
        return AgreedSpec(
            product=line.product, description=line.description, quantity=line.quantity, unit_price=line.unit_price,
            minimum_quantity=data.get("minimum_quantity") or Decimal(0), valid_from=data.get("valid_from"),
            valid_until=data.get("valid_until"),
        )  # fmt: skip


def initial_agreed(line: AgreementLine) -> dict[str, Any]:
    return {
        "product": line.product_id, "description": f"{line.product.code} {line.product.name}",
        "quantity": quantity(line.quantity), "unit_price": quantity(line.unit_price),
        "minimum_quantity": quantity(line.minimum_quantity) if line.minimum_quantity else "",
        "valid_from": line.valid_from, "valid_until": line.valid_until,
    }  # fmt: skip


AgreedFormSet = forms.formset_factory(
    AgreedForm, extra=3, can_delete=True, max_num=300, absolute_max=400, validate_max=True
)


class SignForm(forms.Form):
    signed_date = DateField(label=_("Signed on"), initial=timezone.localdate)
    upload = forms.FileField(
        label=_("Signed file"), required=False, help_text=_("Needed unless it is among the attachments already.")
    )


class LinkForm(forms.Form):
    order = forms.CharField(label=_("Order number"), max_length=30)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader

    def clean_order(self) -> Order:
        found = Order.objects.visible_to(self.reader).filter(number=self.cleaned_data["order"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("There is no order of that number."))
        return found


class CallOffForm(forms.Form):
    """A quantity for each of the agreed goods; `lines` come with what is left."""

    def __init__(self, *args: Any, lines: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            told = [_("%(left)s left") % {"left": quantity(line.left, line.product.unit)}]
            if line.minimum_quantity:
                told.append(_("at least %(least)s at once") % {"least": quantity(line.minimum_quantity)})
            if days := days_of(line):
                told.append(days)
            self.fields[f"line_{line.pk}"] = AmountField(
                label=f"{line.product.code} {line.product.name}", required=False, min_value=0, max_digits=14,
                decimal_places=3, help_text=" · ".join(map(str, told)), disabled=not line.is_open,
            )  # fmt: skip

    def quantities(self) -> dict[int, Decimal]:
        data = self.cleaned_data
        return {int(name.removeprefix("line_")): value for name, value in data.items() if value}


class ExtendForm(forms.Form):
    expiry_date = DateField(label=_("In force until"))
    note = words(_("What was agreed"), required=False)


class EndForm(forms.Form):
    note = words(_("Why it ends"))
