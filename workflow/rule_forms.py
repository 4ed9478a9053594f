"""The form of one approval rule: who, and any number of conditions, each with the comparisons that fit its fact.

Conditions are added and taken out by buttons that send the form; what was typed is kept, nothing is saved by that.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import STAFF_ROLES, Kind, Role
from accounts.models import User
from core.forms import AmountField
from workflow.choices import Asks, StageMode
from workflow.facts import OPERATORS, Fact, FactKind, facts_for

ASKS = [choice for choice in Asks.choices if choice[0] != Asks.ADDED]
ROLES = [("", "–"), *((role.value, role.label) for role in Role if role in STAFF_ROLES)]
PARTS = ("fact", "op", "value", "currency", "days")
MOST = 12  # conditions of one rule


class RuleForm(forms.Form):
    asks = forms.ChoiceField(label=_("Who is asked"), choices=ASKS)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, required=False, help_text=_("If a role is asked."))
    person = forms.ModelChoiceField(
        User.objects.none(), label=pgettext_lazy("approver", "Person"), required=False,
        help_text=_("If a named person is asked."),
    )  # fmt: skip
    position = forms.IntegerField(
        label=_("Stage"), min_value=1, max_value=99, initial=1, help_text=_("Rules of one stage are asked at once.")
    )
    mode = forms.ChoiceField(label=_("Signatures of the stage"), choices=StageMode.choices)
    is_active = forms.BooleanField(label=_("In force"), required=False, initial=True)

    def __init__(self, *args: Any, kind: str, conditions: Sequence[Mapping[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = User.objects.filter(is_active=True, kind=Kind.STAFF).order_by("display_name", "pk")
        self.facts = facts_for(kind)
        self.conditions = [dict(condition) for condition in conditions if condition.get("fact") in self.facts][:MOST]
        for place, condition in enumerate(self.conditions):
            self._add(place, self.facts[condition["fact"]], condition)
        self.fields["add"] = forms.ChoiceField(
            label=_("Condition to add"), required=False,
            choices=[("", "–"), *((fact.name, fact.label) for fact in self.facts.values())],
        )  # fmt: skip

    def _add(self, place: int, fact: Fact, condition: Mapping[str, Any]) -> None:
        name = f"c{place}"
        hidden = forms.CharField(widget=forms.HiddenInput, initial=fact.name)
        comparison = forms.ChoiceField(
            label=pgettext_lazy("rule", "Comparison"), choices=list(OPERATORS[fact.kind].items()),
            initial=condition.get("op"),
        )  # fmt: skip
        self.fields |= {f"{name}-fact": hidden, f"{name}-op": comparison, f"{name}-value": _value_field(fact)}
        self.fields[f"{name}-value"].initial = _shown(fact, condition.get("value"))
        if fact.kind in (FactKind.MONEY, FactKind.SUM):
            currency = forms.RegexField(r"^[A-Z]{3}$", label=_("Currency"), max_length=3)
            self.fields[f"{name}-currency"] = currency
            currency.initial = condition.get("currency") or "CNY"
        if fact.kind is FactKind.SUM:
            days = forms.IntegerField(label=_("Days added up"), min_value=1, max_value=366)
            self.fields[f"{name}-days"] = days
            days.initial = condition.get("days") or 30

    def rows(self) -> list[dict[str, Any]]:
        """For the template: each condition with its fields."""
        return [
            {
                "place": place,
                "label": self.facts[condition["fact"]].label,
                "hidden": self[f"c{place}-fact"],
                "fields": [self[f"c{place}-{part}"] for part in PARTS[1:] if f"c{place}-{part}" in self.fields],
            }
            for place, condition in enumerate(self.conditions)
        ]

    def head(self) -> list[Any]:
        return [self[name] for name in ("asks", "role", "person", "position", "mode", "is_active")]

    def rule_values(self) -> dict[str, Any]:
        """What write_rule takes."""
        data = self.cleaned_data
        asks = data["asks"]
        return {
            "asks": asks, "position": data["position"], "mode": data["mode"], "is_active": data["is_active"],
            "role": data["role"] if asks == Asks.ROLE else "",
            "person": data["person"].pk if asks == Asks.PERSON and data["person"] else None,
            "conditions": [self._condition(place) for place in range(len(self.conditions))],
        }  # fmt: skip

    def _condition(self, place: int) -> dict[str, Any]:
        data = {part: self.cleaned_data.get(f"c{place}-{part}") for part in PARTS}
        fact = self.facts[str(data["fact"])]
        condition = {name: value for name, value in data.items() if value is not None and value != ""}
        if fact.kind is FactKind.FLAG:
            condition["value"] = data["value"] == "yes"
        elif isinstance(data["value"], Decimal):
            condition["value"] = f"{data['value'].normalize():f}"
        if fact.living and fact.choices:
            names = {str(code): str(name) for code, name in fact.choices()}
            condition["names"] = {code: names[code] for code in condition["value"] if code in names}
        return condition


def typed(data: QueryDict, *, without: int | None = None, more: str = "") -> list[dict[str, Any]]:
    """The conditions as they stand in what was sent, one taken out or one added."""
    found = []
    for place in range(MOST):
        if place == without or not data.get(f"c{place}-fact"):
            continue
        condition: dict[str, Any] = {part: data.get(f"c{place}-{part}", "") for part in PARTS}
        values = data.getlist(f"c{place}-value")
        condition["value"] = values if len(values) > 1 else data.get(f"c{place}-value", "")
        found.append(condition)
    return [*found, {"fact": more}] if more else found


def _value_field(fact: Fact) -> forms.Field:
    label = pgettext_lazy("rule", "Value")
    if fact.kind is FactKind.FLAG:
        return forms.ChoiceField(label=label, choices=[("yes", _("yes")), ("no", _("no"))])
    if fact.kind in (FactKind.CHOICE, FactKind.TAGS):
        choices = [(str(code), name) for code, name in fact.choices()] if fact.choices else []
        return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple)
    label = pgettext_lazy("rule", "Value in percent") if fact.kind is FactKind.PERCENT else label
    return AmountField(label=label, max_digits=14, decimal_places=2)


def _shown(fact: Fact, value: Any) -> Any:
    if fact.kind is FactKind.FLAG:
        return {True: "yes", False: "no"}.get(value, value or "yes") if isinstance(value, bool) else value or "yes"
    if fact.kind in (FactKind.CHOICE, FactKind.TAGS):
        return value if isinstance(value, list) else [value] if value else []
    return value
