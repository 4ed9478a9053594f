"""Which roles have to approve, and why: rules against facts (R3.5, R14.2, R14.3).

A condition is {"fact", "op", "value"} with "currency" for money and "days" for rolling sums. Whatever cannot be
compared (another currency, a value that is no number) counts as met: in doubt somebody more is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.choices import Role
from accounts.models import RoleAssignment
from workflow.choices import CaseStatus
from workflow.models import ApprovalCase, ApprovalRule

Facts = Mapping[str, Any]
Condition = dict[str, Any]
# Rolling sums: the fact's name and the column that says whose.
SUMS = {"customer_sum": "customer_id", "salesperson_sum": "salesperson_id"}
COMPARE = {
    "gt": lambda fact, value: fact > value,
    "gte": lambda fact, value: fact >= value,
    "lt": lambda fact, value: fact < value,
    "lte": lambda fact, value: fact <= value,
}


@dataclass
class PlannedStep:
    """One signature that will be needed: whose, and the rules that ask for it."""

    position: int
    role: str
    rules: list[dict[str, Any]] = field(default_factory=list)
    approvers: list[str] = field(default_factory=list)
    instead_of: str = ""

    @property
    def role_name(self) -> str:
        return str(Role(self.role).label)

    @property
    def reasons(self) -> list[str]:
        return reason_texts(self.rules)


def plan_steps(kind: str, facts: Facts, barred: Iterable[int], now: datetime) -> list[PlannedStep]:
    """The steps in order. Where nobody can be found the general manager is asked; a ladder is never empty."""
    steps: dict[str, PlannedStep] = {}
    for rule in ApprovalRule.objects.filter(kind=kind, is_active=True).order_by("position", "id"):
        if all(holds(condition, kind, facts, now) for condition in rule.conditions):
            step = steps.setdefault(rule.role, PlannedStep(0, rule.role))
            step.rules.append({"code": rule.code, "conditions": rule.conditions})
    if not steps:
        steps[Role.GENERAL_MANAGER] = PlannedStep(0, Role.GENERAL_MANAGER, [{"code": "none", "conditions": []}])
    return _with_people(list(steps.values()), set(barred))


def holds(condition: Condition, kind: str, facts: Facts, now: datetime) -> bool:
    fact = _fact(condition, kind, facts, now)
    value = condition["value"]
    if condition["op"] == "is":
        return bool(fact) == bool(value)
    if condition["op"] == "in":
        return fact in value
    if fact is None:
        return condition["fact"] == "amount"
    if condition.get("currency") and condition["currency"] != facts.get("currency"):
        return True
    try:
        return bool(COMPARE[condition["op"]](Decimal(str(fact)), Decimal(str(value))))
    except (InvalidOperation, KeyError):
        return True


def _fact(condition: Condition, kind: str, facts: Facts, now: datetime) -> Any:
    name = condition["fact"]
    if name in SUMS and name not in facts:
        limit = Decimal(str(condition["value"]))
        return rolling_sum(SUMS[name], kind, facts, days=condition["days"], limit=limit, now=now)
    return facts.get(name)


def rolling_sum(column: str, kind: str, facts: Facts, *, days: int, limit: Decimal, now: datetime) -> Decimal | None:
    """What one customer or salesperson brought in `days` days, with the present amount (R14.3).

    Only what stayed within the limit by itself is added up: the others were asked about already. Nothing while this
    is the only one: then the threshold on the single amount speaks.
    """
    whose = facts.get(column)
    if whose is None or facts.get("amount") is None:
        return None
    cases = ApprovalCase.objects.filter(
        **{column: whose}, kind=kind, currency=facts.get("currency") or "", opened_at__gt=now - timedelta(days=days)
    ).filter(status__in=[CaseStatus.OPEN, CaseStatus.APPROVED], amount__lte=limit)
    if facts.get("subject_id"):
        cases = cases.exclude(subject_id=facts["subject_id"])
    others: Decimal | None = cases.aggregate(total=Sum("amount"))["total"]
    return None if others is None else others + Decimal(str(facts["amount"]))


def candidates(roles: Iterable[str], barred: set[int]) -> dict[str, list[str]]:
    """Names of active people per role who may decide."""
    found: dict[str, list[str]] = {}
    rows = RoleAssignment.objects.filter(role__in=sorted(roles), user__is_active=True)
    for row in rows.exclude(user__in=sorted(barred)).select_related("user").order_by("user_id"):
        found.setdefault(row.role, []).append(str(row.user))
    return found


def _with_people(steps: list[PlannedStep], barred: set[int]) -> list[PlannedStep]:
    people = candidates({Role.GENERAL_MANAGER, *(step.role for step in steps)}, barred)
    merged: dict[str, PlannedStep] = {}
    for step in steps:
        if not people.get(step.role):
            step.instead_of, step.role = step.role, Role.GENERAL_MANAGER
        step.approvers = people.get(step.role, [])
        kept = merged.setdefault(step.role, step)
        if kept is not step:
            kept.rules.extend(step.rules)
            # One signature for several roles is the general manager's alone.
            kept.instead_of = ""
    # The general manager, also standing in for somebody, comes last.
    ordered = sorted(merged.values(), key=lambda step: step.role == Role.GENERAL_MANAGER)
    for position, step in enumerate(ordered, start=1):
        step.position = position
    return ordered


def reason_texts(rules: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why a step is asked, a sentence for each rule, in the reader's language."""
    return [_rule_text(rule) for rule in rules]


def _rule_text(rule: Mapping[str, Any]) -> str:
    if rule["code"] == "none":
        return _("no rule names an approver")
    if not rule["conditions"]:
        return _("always")
    return _(" and ").join(condition_text(condition) for condition in rule["conditions"])


def condition_text(condition: Mapping[str, Any]) -> str:
    value = condition["value"]
    money = f"{Decimal(str(value)):,} {condition['currency']}" if condition.get("currency") else str(value)
    named = {
        "amount": _("amount above %(value)s"),
        "special_terms": _("special terms"),
        "below_floor": _("a price below the floor"),
        "customer_sum": _("the customer's orders of %(days)s days together above %(value)s"),
        "salesperson_sum": _("the salesperson's orders of %(days)s days together above %(value)s"),
    }
    text = named.get(condition["fact"]) if condition["op"] in {"gt", "is"} else None
    if text is None:
        return f"{condition['fact']} {condition['op']} {money}"
    return text % {"value": money, "days": condition.get("days", "")}
