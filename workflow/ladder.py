"""Which signatures are needed, and why: rules against facts (R3.5, R14.2, R14.3).

A condition is {"fact", "op", "value"} with "currency" for money and "days" for rolling sums; workflow/facts.py says
which facts there are. What cannot be compared (another currency, no number, a fact that is offered no more) counts as
met: in doubt somebody more is asked. What nobody knows does so only for facts that say it (`unknown_asks`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from accounts.choices import Role
from workflow.choices import Asks, StageMode
from workflow.facts import COMPARE, Condition, Fact, FactKind, find, reads_of, reason_texts, sum_key
from workflow.models import ApprovalRule
from workflow.signers import find_people
from workflow.sums import PERSONS, SHARES, Asked, StoredSums, Sums

__all__ = ["COMPARE", "PlannedStep", "plan_steps", "reason_texts", "select_stages"]

Facts = Mapping[str, Any]
Signer = tuple[str, str, int | None]  # asks, role, person
SUMS = {**PERSONS, **SHARES}


@dataclass
class PlannedStep:
    """One signature that will be needed: whose, and the rules that ask for it."""

    position: int
    role: str
    rules: list[dict[str, Any]] = field(default_factory=list)
    approvers: list[str] = field(default_factory=list)
    instead_of: str = ""
    asks: str = Asks.ROLE
    person_id: int | None = None
    stage: int = 0
    mode: str = StageMode.ALL
    # (who decides today, in whose place): named on the preview alone, since it is of the day.
    stand_ins: list[tuple[str, str]] = field(default_factory=list)

    @property
    def asked_of(self) -> str:
        """The person or the role, as pages name them."""
        return str(Role(self.role).label) if self.role else ", ".join(self.approvers)

    @property
    def reasons(self) -> list[str]:
        return reason_texts(self.rules)

    @property
    def signer(self) -> Signer:
        return (self.asks, self.role, self.person_id)


@dataclass
class Stage:
    """Signatures asked for at once: all of them, or whoever comes first."""

    mode: str
    steps: list[PlannedStep]


def plan_steps(kind: str, facts: Facts, barred: Iterable[int], now: datetime) -> list[PlannedStep]:
    """The steps in order. Where nobody can be found the general manager is asked; a ladder is never empty."""
    rules = list(ApprovalRule.objects.filter(kind=kind, is_active=True).order_by("position", "id"))
    sums = StoredSums(kind, facts, [asked for rule in rules for asked in sums_asked(rule.conditions)], now)
    stages = select_stages(rules, kind, facts, sums)
    return find_people(stages, facts, set(barred))


def select_stages(rules: Sequence[ApprovalRule], kind: str, facts: Facts, sums: Sums) -> list[Stage]:
    """What the rules ask for, whoever there is to sign it. Rules of one position make one stage."""
    stages: dict[int, Stage] = {}
    for rule in rules:
        if not all(holds(condition, kind, facts, sums) for condition in rule.conditions):
            continue
        stage = stages.setdefault(rule.position, Stage(rule.mode, []))
        if rule.mode == StageMode.ALL:
            stage.mode = StageMode.ALL  # of rules that differ, the stricter
        signer = (rule.asks, rule.role, rule.person_id)
        step = next((step for step in stage.steps if step.signer == signer), None)
        if step is None:
            step = PlannedStep(0, rule.role, asks=rule.asks, person_id=rule.person_id)
            stage.steps.append(step)
        step.rules.append(_why(rule, kind, facts, sums))
    if not stages:
        why = {"code": "none", "conditions": [], "facts": {}}
        return [Stage(StageMode.ALL, [PlannedStep(0, Role.GENERAL_MANAGER, [why])])]
    return [stages[position] for position in sorted(stages)]


def sums_asked(conditions: Iterable[Condition]) -> list[Asked]:
    return [_asked(condition) for condition in conditions if condition["fact"] in SUMS]


def holds(condition: Condition, kind: str, facts: Facts, sums: Sums) -> bool:
    fact, value = find(condition["fact"], kind), condition["value"]
    known = _value(condition, facts, sums)
    if condition["op"] == "is":
        return bool(known) == bool(value)
    if known is None:
        return fact is None or fact.unknown_asks
    if condition["op"] in ("in", "not_in"):
        return _is_among(known, value) == (condition["op"] == "in")
    if condition.get("currency") and condition["currency"] != facts.get("currency"):
        return True
    return _compares(fact, condition["op"], known, value)


def _compares(fact: Fact | None, op: str, known: Any, value: Any) -> bool:
    number = len(known) if isinstance(known, list | tuple) else known
    try:
        return bool(COMPARE[op](Decimal(str(number)), Decimal(str(value))))
    except (InvalidOperation, KeyError):
        return True


def _is_among(known: Any, value: Iterable[Any]) -> bool:
    mine = known if isinstance(known, list | tuple) else [known]
    return not {str(one) for one in mine}.isdisjoint(str(one) for one in value)


def _value(condition: Condition, facts: Facts, sums: Sums) -> Any:
    name = condition["fact"]
    if name in SUMS and name not in facts:
        return sums.of(_asked(condition))
    return facts.get(name)


def _asked(condition: Condition) -> Asked:
    return (condition["fact"], int(condition["days"]), Decimal(str(condition["value"])))


def _why(rule: ApprovalRule, kind: str, facts: Facts, sums: Sums) -> dict[str, Any]:
    """The rule as it stands, and what it read: a later case compares it (docs/adr/0405)."""
    read = {name: facts.get(name) for name in reads_of(rule.conditions, kind) if name not in SUMS}
    for condition in rule.conditions:
        fact = find(condition["fact"], kind)
        if fact is not None and fact.kind is FactKind.SUM:
            read[sum_key(condition)] = _value(condition, facts, sums)
    return {"code": rule.code, "conditions": rule.conditions, "facts": read}
