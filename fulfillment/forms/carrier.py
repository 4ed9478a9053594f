"""Carriers and their rates."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import AmountField, DateField, PlainModelForm
from fulfillment.choices import Mode
from fulfillment.models import Carrier


class CarrierForm(PlainModelForm):
    valid_until = DateField(label=_("Contract valid until"))

    class Meta:
        model = Carrier
        fields = ("code", "name", "contract_number", "valid_until", "contact", "phone", "is_active")


class CarrierRateForm(forms.Form):
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)
    region = forms.CharField(label=_("Region"), max_length=40)
    per_unit = AmountField(
        label=_("Price per unit"), decimal_places=2, min_value=0, required=False,
        help_text=_("In yuan. Empty: the rate is taken out."),
    )  # fmt: skip
    minimum = AmountField(label=_("Minimum charge"), decimal_places=2, min_value=0, initial=0)
