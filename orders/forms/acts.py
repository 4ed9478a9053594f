"""The small forms of single acts."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import AmountField, DateField, DateTimeField
from credit.choices import PaymentMethod
from orders.choices import CommunicationMeans, PreliminaryItem, PreliminaryResult
from workflow.choices import HoldKind

# What the columns of the rooms below hold.
COMMENT, SHORT = 1000, 500


def words(
    label: Any, *, required: bool = True, rows: int = 3, help_text: Any = "", longest: int = 2000
) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=longest, help_text=help_text, widget=forms.Textarea({"rows": rows})
    )


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"), choices=[("approve", _("Approve")), ("refuse", _("Refuse and return to sales"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    comment = words(_("Comment"), required=False, help_text=_("Needed when you refuse."), longest=COMMENT)
    step = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") == "refuse" and not data.get("comment", "").strip():
            self.add_error("comment", _("Say why it is refused."))
        return data


class PreliminaryForm(forms.Form):
    """The preliminary review form (訂單初步審核表): every item with a tick and a remark."""

    result = forms.ChoiceField(label=_("Result"), choices=PreliminaryResult.choices, widget=forms.RadioSelect)
    remarks = words(_("Remarks"), required=False, help_text=_("What is unclear or wrong; becomes the question to ask."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item, label in PreliminaryItem.choices:
            self.fields[f"ok_{item}"] = forms.BooleanField(label=label, required=False, initial=True)
            self.fields[f"remark_{item}"] = forms.CharField(label=_("Remark"), required=False, max_length=200)

    def items(self) -> list[tuple[Any, Any]]:
        return [(self[f"ok_{item}"], self[f"remark_{item}"]) for item in PreliminaryItem.values]

    def findings(self) -> dict[str, dict[str, Any]]:
        data = self.cleaned_data
        return {item: {"ok": data[f"ok_{item}"], "remark": data[f"remark_{item}"]} for item in PreliminaryItem.values}


class QuestionForm(forms.Form):
    question = words(_("What is unclear"), help_text=_("The customer is to be contacted within 2 working hours."))

    answer_due_at = DateTimeField(
        label=_("Answer due"), required=False,
        help_text=_("When the customer must have decided. Empty: as the clock for answers says."),
    )  # fmt: skip


class CommunicationForm(forms.Form):
    means = forms.ChoiceField(label=_("Means"), choices=CommunicationMeans.choices)
    spoke_with = forms.CharField(label=_("Spoke with"), max_length=60)
    result = words(_("Result"))
    answer_due_at = DateTimeField(
        label=_("Answer due"), required=False,
        help_text=_("When the customer answers, if agreed. Meanwhile the clocks that wait for it stand still."),
    )  # fmt: skip


class AnswerForm(forms.Form):
    answer = words(_("The customer's answer"))


class WaiverForm(forms.Form):
    reason = words(_("Reason"), longest=SHORT)
    cap = AmountField(
        label=_("Up to"), required=False, min_value=Decimal("0.01"), max_digits=16, decimal_places=2,
        help_text=_("Highest amount it lets pass; empty: no cap."),
    )  # fmt: skip
    expires_at = DateTimeField(
        label=_("Valid until"), required=False,
        help_text=_("Empty: until it is used. It can be used once."),
    )  # fmt: skip

    def __init__(self, *args: Any, is_capped: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_capped:
            self.fields["cap"].required = True
            self.fields["cap"].help_text = _("Highest amount it lets pass.")


class WaiverAnswerForm(forms.Form):
    grant = forms.TypedChoiceField(
        label=_("Decision"), choices=[("yes", _("granted")), ("no", _("refused"))],
        coerce=lambda value: value == "yes", widget=forms.RadioSelect,
    )  # fmt: skip
    note = words(_("Reason"), longest=SHORT, required=False)


class PaymentForm(forms.Form):
    amount = AmountField(label=_("Amount"), min_value=Decimal("0.01"), decimal_places=2)
    received_date = DateField(label=_("Received on"), initial=timezone.localdate)
    method = forms.ChoiceField(label=_("Method"), choices=PaymentMethod.choices)
    bank_reference = forms.CharField(label=_("Bank reference"), required=False, max_length=80)


class ProposalForm(forms.Form):
    take = forms.TypedChoiceField(
        label=_("Decision"), coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        choices=[("yes", _("Take over, ask the customer")), ("no", _("Decline"))],
    )  # fmt: skip
    uplift_percent = forms.DecimalField(label=_("Uplift in percent"), min_value=0, max_value=100, decimal_places=2)
    extra_days = forms.IntegerField(label=_("Days longer"), min_value=0, max_value=365)
    reason = words(_("Reason"), required=False, help_text=_("Needed when you change the proposal or decline it."))


class HoldForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=HoldKind.choices)
    reason = words(_("Reason"), longest=SHORT)


class ReleaseForm(forms.Form):
    note = words(_("What changed"), longest=SHORT)
