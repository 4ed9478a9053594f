"""What stops production, the orders it touches, and telling their customers."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, DateTimeField, WordsField
from fulfillment.choices import DisruptionKind
from fulfillment.services import Effect
from orders.choices import CommunicationMeans
from orders.models import Order


class DisruptionForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=DisruptionKind.choices)
    started_at = DateTimeField(label=_("Began"))
    description = WordsField(label=_("What happened"), max_length=2000)
    expected_end = DateTimeField(label=_("Expected end"), required=False)
    measures = WordsField(label=_("Measures"), required=False, max_length=2000)


class EndDisruptionForm(forms.Form):
    ended_at = DateTimeField(label=_("Ended"), required=False, help_text=_("Empty: now."))
    measures = WordsField(label=_("What was done"), max_length=2000)


class AffectedOrdersForm(forms.Form):
    """A row for each order found: choose it, say what happens to it; `effect` serves those without own words."""

    effect = forms.CharField(
        label=_("Effect on the chosen orders"), max_length=500, required=False,
        help_text=_("For every chosen order without a text of its own."),
    )  # fmt: skip

    def __init__(self, *args: Any, orders: Iterable[Order], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.orders = list(orders)
        for order in self.orders:
            self.fields[f"chosen_{order.pk}"] = forms.BooleanField(label=_("Affected"), required=False)
            self.fields[f"text_{order.pk}"] = forms.CharField(label=_("Effect"), max_length=500, required=False)
            self.fields[f"new_date_{order.pk}"] = DateField(label=_("New date"), required=False)

    def rows(self) -> list[tuple[Order, list[forms.BoundField]]]:
        names = ("chosen", "text", "new_date")
        return [(order, [self[f"{name}_{order.pk}"] for name in names]) for order in self.orders]

    def effects(self) -> list[Effect]:
        data = self.cleaned_data
        return [
            Effect(order, data[f"text_{order.pk}"] or data["effect"], data[f"new_date_{order.pk}"])
            for order in self.orders
            if data[f"chosen_{order.pk}"]
        ]


class TellCustomerForm(forms.Form):
    means = forms.ChoiceField(label=_("By what means"), choices=CommunicationMeans.choices)
    spoke_with = forms.CharField(label=_("Spoke with"), max_length=60)
    answer = WordsField(label=_("What the customer said"), max_length=1000)
