"""Rules as a set: as plain data, as rows, in words, and how one set differs from another (R14.13)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import User
from workflow.choices import Asks
from workflow.facts import reason_texts
from workflow.models import ApprovalRule

Rule = dict[str, Any]
FIELDS = ("code", "position", "asks", "role", "person", "mode", "conditions", "is_active")


def rules_in_force(kind: str) -> list[Rule]:
    return [as_data(rule) for rule in ApprovalRule.objects.filter(kind=kind)]


def as_data(rule: ApprovalRule) -> Rule:
    return {**{name: getattr(rule, name) for name in FIELDS if name != "person"}, "person": rule.person_id}


def as_row(kind: str, rule: Mapping[str, Any]) -> ApprovalRule:
    """Not saved."""
    values = {name: rule[name] for name in FIELDS if name != "person"}
    return ApprovalRule(kind=kind, person_id=rule["person"], **values)


def as_rows(kind: str, rules: Iterable[Mapping[str, Any]]) -> list[ApprovalRule]:
    """Those that are switched on, in their order; not saved."""
    return [as_row(kind, rule) for rule in sorted(rules, key=_place) if rule["is_active"]]


def _place(rule: Mapping[str, Any]) -> int:
    return int(rule["position"])


def sentences(rules: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each rule as a sentence: who, and when. One query for the names of persons."""
    wanted = {rule["person"] for rule in rules if rule["person"]}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)} if wanted else {}
    return [_sentence(rule, names) for rule in rules]


def _sentence(rule: Mapping[str, Any], names: Mapping[int, str]) -> str:
    [reason] = reason_texts([{"code": rule["code"], "conditions": rule["conditions"]}])
    who = signer_name(rule["asks"], rule["role"], names.get(rule["person"], ""))
    return _("%(role)s: %(reason)s") % {"role": who, "reason": reason}


def signer_name(asks: str, role: str, person: str) -> str:
    if asks == Asks.PERSON:
        return person
    return str(Role(role).label) if role else str(Asks(asks).label)


def compare(old: Sequence[Rule], new: Sequence[Rule]) -> dict[str, list[Rule]]:
    """Rules of the new set that came or changed, and those of the old set that are gone or stood otherwise."""
    before, after = {rule["code"]: rule for rule in old}, {rule["code"]: rule for rule in new}
    return {
        "added": [rule for code, rule in after.items() if code not in before],
        "changed": [rule for code, rule in after.items() if code in before and before[code] != rule],
        "was": [before[code] for code, rule in after.items() if code in before and before[code] != rule],
        "removed": [rule for code, rule in before.items() if code not in after],
    }
