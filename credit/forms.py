from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import AmountField, DateField, WordsField
from credit.choices import Grade, PaymentMethod
from customers.models import Customer


class LimitForm(forms.Form):
    limit = AmountField(label=_("Credit limit"), decimal_places=2, min_value=0)
    grade = forms.ChoiceField(label=_("Credit grade"), choices=Grade.choices)
    reason = WordsField(label=_("Reason"), max_length=1000)


class ReportForm(forms.Form):
    reference = forms.CharField(label=_("Order number"), max_length=40)
    amount = AmountField(label=_("Amount"), decimal_places=2)
    received_date = DateField(label=_("Received on"), required=False)
    method = forms.ChoiceField(label=_("Method"), choices=PaymentMethod.choices)
    bank_reference = forms.CharField(label=_("Bank reference"), max_length=80, required=False)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer

    def clean(self) -> dict[str, Any]:
        """Money counts for an order of that customer, in the order's currency, or for none."""
        data: dict[str, Any] = super().clean() or {}
        order = self.customer.orders.filter(number=data.get("reference")).first()
        if order:
            return {**data, "currency": order.currency}
        if data.get("reference"):
            text = _("%(customer)s has no order of this number: look it up on the customer's page.")
            self.add_error("reference", text % {"customer": self.customer})
        return data
