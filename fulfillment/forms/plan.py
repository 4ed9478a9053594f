"""What is filled in about the steps of a plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from accounts.models import User
from catalog.models import ProductFamily
from core.forms import DateField, WordsField
from fulfillment.services.plan import MAKERS

DEPARTMENTS = [(role.value, role.label) for role in Role if role in MAKERS]


class StepNoteForm(forms.Form):
    note = WordsField(label=_("Remark"), required=False, max_length=1000)


class SpanForm(forms.Form):
    planned_start = DateField(label=_("Planned start"))
    planned_end = DateField(label=_("Planned end"))


class ReplanForm(SpanForm):
    person = forms.ModelChoiceField(User.objects.none(), label=_("Responsible"), required=False)
    reason = WordsField(label=_("Reason"), max_length=1000)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.with_role(role)  # type: ignore[attr-defined]


class AddStepForm(SpanForm):
    name = forms.CharField(label=pgettext_lazy("production", "Step"), max_length=60)
    role = forms.ChoiceField(label=_("Department"), choices=DEPARTMENTS)

    field_order = ["name", "role"]


class StepTemplateForm(forms.Form):
    family = forms.ModelChoiceField(
        ProductFamily.objects.all(), label=_("Family"), required=False,
        help_text=_("Empty: for all families without steps of their own."),
    )  # fmt: skip
    position = forms.IntegerField(label=pgettext_lazy("in a list", "Position"), min_value=1, max_value=99)
    name = forms.CharField(label=pgettext_lazy("production", "Step"), max_length=60)
    role = forms.ChoiceField(label=_("Department"), choices=DEPARTMENTS)
    days = forms.IntegerField(label=_("Working days"), min_value=1, max_value=250)
    is_inspected = forms.BooleanField(
        label=_("Quality inspects it"), required=False, help_text=_("It is not finished before quality has passed it."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("In force"), required=False, initial=True)
