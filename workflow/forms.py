"""Forms of this room; what they mean is decided by the services."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import STAFF_ROLES, Role
from accounts.models import User
from core.forms import DateField
from workflow.choices import Basis, Weekday
from workflow.models import WorkItem, WorkPolicy

STEPS = 3
ROLE_CHOICES = [("", "–"), *((role.value, role.label) for role in Role if role in STAFF_ROLES)]


class HandOnForm(forms.Form):
    person = forms.ModelChoiceField(User.objects.none(), label=pgettext_lazy("person", "To"))
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, item: WorkItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [item.owner_role] if item.owner_role else sorted(STAFF_ROLES)
        self.fields["person"].queryset = User.objects.with_role(*roles)  # type: ignore[attr-defined]


class PolicyForm(forms.Form):
    """One clock: time limit, warnings in per cent, up to three steps of the ladder in hours after the due time."""

    amount = forms.DecimalField(
        label=_("Time limit"),
        help_text=_("hours, or days where working days are counted"),
        min_value=Decimal("0.05"),
        max_digits=6,
        decimal_places=2,
    )
    basis = forms.ChoiceField(label=_("Counted in"), choices=Basis.choices)
    warn_1 = forms.IntegerField(label=_("First warning at %"), min_value=1, max_value=99, required=False)
    warn_2 = forms.IntegerField(label=_("Second warning at %"), min_value=1, max_value=99, required=False)
    note = forms.CharField(label=_("Reason for the change"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for step in range(1, STEPS + 1):
            self.fields[f"role_{step}"] = forms.ChoiceField(
                label=_("Step %s: tell") % step, choices=ROLE_CHOICES, required=False
            )
            self.fields[f"after_{step}"] = forms.DecimalField(
                label=_("hours after the due time"), min_value=0, max_digits=6, decimal_places=2, required=False
            )
        self.order_fields([name for name in self.fields if name != "note"])

    @staticmethod
    def initial_of(policy: WorkPolicy) -> dict[str, Any]:
        days = policy.basis == Basis.WORKING_DAYS
        initial: dict[str, Any] = {"basis": policy.basis}
        initial["amount"] = policy.amount if days else _hours(policy.amount)
        for number, part in enumerate(policy.warn_at, start=1):
            initial[f"warn_{number}"] = int(Decimal(part) * 100)
        for number, step in enumerate(policy.escalation, start=1):
            initial[f"role_{number}"], initial[f"after_{number}"] = step["role"], _hours(step["after_minutes"])
        return initial

    def clean_amount(self) -> Decimal:
        return self.cleaned_data["amount"]  # type: ignore[no-any-return]

    def policy_values(self) -> dict[str, Any]:
        """What change_policy takes."""
        data = self.cleaned_data
        days = data["basis"] == Basis.WORKING_DAYS
        steps = [(data[f"after_{n}"] or 0, data[f"role_{n}"]) for n in range(1, STEPS + 1) if data[f"role_{n}"]]
        return {
            "basis": data["basis"],
            "amount": int(data["amount"]) if days else int(data["amount"] * 60),
            "warn_at": [str(Decimal(data[name]) / 100) for name in ("warn_1", "warn_2") if data[name]],
            "escalation": [{"after_minutes": int(after * 60), "role": role} for after, role in steps],
        }


class DayForm(forms.Form):
    day = DateField(label=_("Date"))
    is_working = forms.TypedChoiceField(
        label=_("Is a"),
        choices=[("no", _("free day")), ("yes", _("working day"))],
        coerce=lambda value: value == "yes",
    )
    name = forms.CharField(label=_("Name"), max_length=60, required=False)


class HoursForm(forms.Form):
    """Up to two intervals of a weekday: before and after lunch."""

    weekday = forms.TypedChoiceField(label=_("Weekday"), choices=Weekday.choices, coerce=int)
    start_1 = forms.TimeField(label=_("from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    end_1 = forms.TimeField(label=_("until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    start_2 = forms.TimeField(label=_("and from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    end_2 = forms.TimeField(label=_("until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        pairs = [(data.get(f"start_{n}"), data.get(f"end_{n}")) for n in (1, 2)]
        if any(bool(start) != bool(end) for start, end in pairs):
            raise forms.ValidationError(_("Each interval needs a beginning and an end."))
        data["intervals"] = [(start, end) for start, end in pairs if start and end]
        return data


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.01")).normalize()


class PreviewForm(forms.Form):
    months = forms.TypedChoiceField(
        label=_("Over the approvals of the last months"), coerce=int, choices=[(n, n) for n in (1, 3, 6, 12)], initial=3
    )


class EditForm(forms.Form):
    """`edit`: the state of the proposal the page showed."""

    edit = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(EditForm):
    note = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea({"rows": 3}))
