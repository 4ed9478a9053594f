"""Asking for goods, preparing a shipment, sending it off."""

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, WordsField
from fulfillment.choices import Mode
from fulfillment.forms.fields import LinesForm, quantity_field
from fulfillment.models import Carrier
from fulfillment.services import Wanted
from orders.models import OrderLine


def carrier_field() -> forms.ModelChoiceField:  # type: ignore[type-arg]
    return forms.ModelChoiceField(
        Carrier.objects.filter(is_active=True), label=_("Carrier under contract"), required=False
    )


class GoodsForm(LinesForm):
    """How much of each line is to go, at most what is `free`."""

    line_fields = ("quantity",)

    def __init__(self, *args: Any, free: Mapping[int, Decimal], **kwargs: Any) -> None:
        self.free = free
        super().__init__(*args, **kwargs)

    def fields_of(self, line: OrderLine) -> Mapping[str, forms.Field]:
        open_quantity = self.free.get(line.pk, Decimal(0)).normalize()
        return {"quantity": quantity_field(label=_("To ship"), required=False, initial=f"{open_quantity:f}")}

    def quantities(self) -> dict[int, Decimal]:
        return {line.pk: self.of_line(line, "quantity") or Decimal(0) for line in self.lines}


class RequestForm(GoodsForm):
    """A dispatch request (R5.2)."""

    wanted_date = DateField(label=_("Wanted dispatch"))
    labels = forms.CharField(label=_("Labels"), required=False, max_length=300)
    papers = forms.CharField(
        label=_("Accompanying papers"), required=False, max_length=300,
        help_text=_("Manual, inspection report, certificate."),
    )  # fmt: skip
    receiver = forms.CharField(label=_("Receiver"), max_length=60)
    receiver_phone = forms.CharField(label=_("Receiver's telephone"), max_length=32)
    address = forms.CharField(label=_("Delivery address"), max_length=300)
    special_needs = WordsField(label=_("Special needs"), required=False, max_length=2000)

    def wanted(self) -> Wanted:
        names = [each.name for each in dataclasses.fields(Wanted)]
        return Wanted(**{name: self.cleaned_data[name] for name in names})


class OrderDispatchForm(forms.Form):
    planned_date = DateField(label=_("Planned dispatch"), required=False)
    expected_arrival = DateField(label=_("Expected arrival"), required=False)
    carrier_ref = carrier_field()
    carrier = forms.CharField(label=_("Another carrier"), required=False, max_length=80)
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)


class ShipmentForm(GoodsForm):
    planned_date = DateField(label=_("Planned dispatch"), required=False)
    expected_arrival = DateField(label=_("Expected arrival"), required=False)
    carrier_ref = carrier_field()
    carrier = forms.CharField(label=_("Another carrier"), required=False, max_length=80)
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)
    receiver = forms.CharField(label=_("Receiver"), required=False, max_length=60)
    receiver_phone = forms.CharField(label=_("Receiver's telephone"), required=False, max_length=32)
    address = forms.CharField(label=_("Delivery address"), max_length=300)
    labels = forms.CharField(label=_("Labels"), required=False, max_length=300)
    papers = forms.CharField(label=_("Accompanying papers"), required=False, max_length=300)
    remarks = WordsField(label=_("Special needs"), required=False)


class DispatchForm(forms.Form):
    carrier_ref = carrier_field()
    carrier = forms.CharField(
        label=_("Another carrier"), required=False, max_length=80, help_text=_("One that has no contract with us.")
    )
    waybill = forms.CharField(label=_("Waybill number"), max_length=60)
    expected_arrival = DateField(label=_("Expected arrival"), required=False)


class ArrivalForm(forms.Form):
    expected_arrival = DateField(label=_("Expected arrival"))
    reason = WordsField(label=_("Why another day"), max_length=300)
