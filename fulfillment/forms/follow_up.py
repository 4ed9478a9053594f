"""What is filled in when an order is followed up, and when it is at risk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import STAFF_ROLES
from accounts.models import User
from core.forms import DateField, WordsField
from fulfillment.choices import ContingencyCause, FollowUpStage


class ResponsibleForm(forms.Form):
    """`responsible`: somebody of the house."""

    responsible = forms.ModelChoiceField(User.objects.none(), label=_("Responsible"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = User.objects.with_role(*STAFF_ROLES)  # type: ignore[attr-defined]


class FollowUpForm(ResponsibleForm):
    stage = forms.ChoiceField(label=_("Current stage"), choices=FollowUpStage.choices)
    planned_date = DateField(label=_("Planned completion"), required=False)
    actual_date = DateField(label=_("Actual completion"), required=False)
    record = WordsField(label=_("Follow-up record"), max_length=2000)
    problem = WordsField(label=_("Problem"), required=False, max_length=2000)
    measure = WordsField(label=_("Measure"), required=False, max_length=2000)
    next_step = WordsField(label=_("Next step"), required=False, max_length=2000)
    delay_risk = forms.BooleanField(
        label=_("The delivery date is at risk"), required=False,
        help_text=_("The sales manager hears of it at once, and the customer is to be told."),
    )  # fmt: skip
    plan_of_action = WordsField(
        label=_("Plan of action"), required=False, max_length=2000, help_text=_("Needed when the date is at risk.")
    )
    new_date = DateField(label=_("New date"), required=False)

    field_order = ["stage", "responsible"]


class ContingencyForm(ResponsibleForm):
    cause = forms.ChoiceField(label=_("Cause"), choices=ContingencyCause.choices)
    situation = WordsField(label=_("Situation"), max_length=2000)
    measures = WordsField(label=_("Measures"), max_length=2000)
    due_date = DateField(label=pgettext_lazy("date", "Until"))

    field_order = ["cause", "situation", "measures"]


class EndContingencyForm(forms.Form):
    outcome = WordsField(label=_("What came of it"), max_length=2000)
