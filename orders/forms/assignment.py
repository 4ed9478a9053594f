"""The form of an assignment rule."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from accounts.models import User
from catalog.models import ProductFamily
from orders.choices import ABLE, AssignableWork

ROLES = sorted({role for roles in ABLE.values() for role in roles}, key=list(Role).index)


@dataclass(frozen=True)
class TypedRule:
    """What stands in the form so far, as far as it can be read."""

    kind: str
    position: int
    family_id: int | None
    region: str
    role: str
    person: User | None
    requirement: str
    is_active: bool
    pk: int = 0


class AssignmentRuleForm(forms.Form):
    kind = forms.ChoiceField(label=_("Work"), choices=AssignableWork.choices)
    position = forms.IntegerField(
        label=pgettext_lazy("in a list", "Position"),
        min_value=1,
        max_value=999,
        initial=1,
        help_text=_("The first rule that fits decides."),
    )
    family = forms.ModelChoiceField(
        ProductFamily.objects.all(), label=_("Family"), required=False, help_text=_("Empty: every family.")
    )
    region = forms.CharField(
        label=_("Region"),
        max_length=60,
        required=False,
        help_text=_("As in the customer's archive. Empty: every region."),
    )
    role = forms.ChoiceField(label=_("Department"), choices=[(role, Role(role).label) for role in ROLES])
    person = forms.ModelChoiceField(
        User.objects.none(), label=_("Person"), required=False, help_text=_("Empty: the department, whoever takes it.")
    )
    requirement = forms.CharField(
        label=_("Requirement"),
        max_length=120,
        required=False,
        help_text=_("Shown with the work, for example what to mind."),
    )
    is_active = forms.BooleanField(label=_("In force"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.with_role(*ROLES).order_by("display_name")  # type: ignore[attr-defined]

    def typed(self, pk: int = 0) -> TypedRule | None:
        """The rule as it stands in the form; None while it cannot be one."""
        if not self.is_valid():
            return None
        data = dict(self.cleaned_data)
        family = data.pop("family")
        return TypedRule(family_id=family.pk if family else None, pk=pk, **data)
