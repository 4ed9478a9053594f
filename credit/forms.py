from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import AmountField, DateField, WordsField
from credit.choices import Grade, PaymentMethod


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
