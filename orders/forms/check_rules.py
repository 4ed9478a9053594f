"""The form of one automatic check's rule."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.check_rules import limits_of
from orders.choices import Severity
from orders.models import CheckPolicy


class CheckPolicyForm(forms.Form):
    severity = forms.ChoiceField(label=_("A failed check"), choices=Severity.choices)
    note = forms.CharField(label=_("Reason for the change"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, policy: CheckPolicy, **kwargs: Any) -> None:
        start = {"severity": policy.severity, "version": policy.version, **policy.limits}
        super().__init__(*args, **{**kwargs, "initial": start})
        self.policy = policy
        for name, limit in limits_of(policy.code).items():
            self.fields[name] = forms.DecimalField(
                label=limit.label, min_value=Decimal(0), max_value=Decimal(limit.most), decimal_places=limit.places
            )
        self.order_fields(["severity", *limits_of(policy.code), "note", "version"])

    def limits(self) -> dict[str, Decimal]:
        return {name: self.cleaned_data[name] for name in limits_of(self.policy.code)}
