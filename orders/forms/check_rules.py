"""The form of one automatic check's rule."""

from collections.abc import Mapping
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

    months = forms.TypedChoiceField(
        label=_("Preview over the last months"), coerce=int, choices=[(n, n) for n in (1, 3, 6, 12)], required=False
    )

    def __init__(
        self, *args: Any, policy: CheckPolicy, asked: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:  # fmt: skip
        """`asked`: the values of a preview, to be put in force or changed again."""
        start = {"months": 3, "severity": policy.severity, "version": policy.version, **policy.limits}
        if asked:
            start |= {"months": asked["months"], "severity": asked["severity"], **asked["limits"]}
        super().__init__(*args, **{**kwargs, "initial": start})
        self.policy = policy
        for name, limit in limits_of(policy.code).items():
            self.fields[name] = forms.DecimalField(
                label=limit.label, min_value=Decimal(0), max_value=Decimal(limit.most), decimal_places=limit.places
            )
        self.order_fields(["severity", *limits_of(policy.code), "months", "note", "version"])

    def limits(self) -> dict[str, Decimal]:
        return {name: self.cleaned_data[name] for name in limits_of(self.policy.code)}
