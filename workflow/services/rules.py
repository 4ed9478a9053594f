"""The approval ladder as data: changed as a proposal, previewed, then put in force as a new version (R3.5, R14.13).

Running cases are not touched: they froze what asked them. Lock order: the kind's proposal, then its rules.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import STAFF_ROLES, Kind, Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from workflow import previews, rule_effect
from workflow.choices import Asks, RuleSetStatus, StageMode
from workflow.facts import OPERATORS, FactKind, facts_for, kinds
from workflow.models import ApprovalRule, RuleSet
from workflow.rule_sets import FIELDS, Rule, as_row, compare, rules_in_force

EDITOR = {Role.ADMIN}
MONTHS = range(1, 13)


@act("workflow.propose_rules", roles=EDITOR)
def propose_rules(*, kind: str, by: User, now: datetime | None = None) -> RuleSet:
    """Begin a proposal from the rules in force, or go on with the one there is: one at a time."""
    if kind not in kinds():
        raise DomainError("kind", _("There is no such ladder."))
    found = proposal_of(kind)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return RuleSet.objects.create(
                kind=kind, rules=rules_in_force(kind), created_by=by, created_at=now or timezone.now()
            )
    except IntegrityError as error:
        raise Conflict("proposed", _("Somebody else has just begun a proposal. Open that one.")) from error


def proposal_of(kind: str) -> RuleSet | None:
    rows = RuleSet.objects.filter(kind=kind, status=RuleSetStatus.PROPOSED)
    return rows.select_related("created_by").first()


@act("workflow.write_rule", roles=EDITOR)
def write_rule(
    *, proposal: RuleSet, values: Mapping[str, Any], by: User, code: str = "", edit: int | None = None
) -> RuleSet:
    """Add a rule to the proposal, or give the rule `code` these values (those of ApprovalRule, `person` as its key).

    `edit` is the state of the proposal the person saw: Conflict("edited") when somebody wrote in between.
    Raises DomainError("rule_invalid") with the problem at its field, Conflict("no_such_rule").
    """
    proposal = _lock(proposal, edit)
    if code:
        _require_rule(proposal, code)
    rule = {**_defaults(), **values, "code": code or _new_code(proposal)}
    _check(proposal.kind, rule)
    kept = [other for other in proposal.rules if other["code"] != rule["code"]]
    place = next((n for n, other in enumerate(proposal.rules) if other["code"] == code), len(kept))
    proposal.rules = [*kept[:place], rule, *kept[place:]]
    return _save(proposal)


@act("workflow.remove_rule", roles=EDITOR)
def remove_rule(*, proposal: RuleSet, code: str, by: User, edit: int | None = None) -> RuleSet:
    """Take a rule out of the proposal. Raises Conflict("edited") as `write_rule` does, Conflict("no_such_rule")."""
    proposal = _lock(proposal, edit)
    _require_rule(proposal, code)
    proposal.rules = [rule for rule in proposal.rules if rule["code"] != code]
    return _save(proposal)


@act("workflow.preview_rules", roles=EDITOR)
def preview_rules(*, proposal: RuleSet, months: int, by: User, now: datetime | None = None) -> RuleSet:
    """Run the rules in force and the proposed ones over the cases of so many months (1–12) and keep what differs.

    Where many are to be looked at a worker does it (workflow/previews.py); the proposal comes back as it stands now.
    """
    if months not in MONTHS:
        raise DomainError("months", _("Choose 1 to 12 months."), fields={"months": [_("Choose 1 to 12 months.")]})
    proposal = _lock(proposal, None)
    previews.ask(rule_effect.KIND, proposal.kind, {"months": months, "proposal": proposal.pk}, by=by, now=now)
    proposal.refresh_from_db()
    return proposal


@act("workflow.put_rules_in_force", roles=EDITOR)
def put_rules_in_force(
    *, proposal: RuleSet, note: str, by: User, edit: int | None = None, now: datetime | None = None
) -> RuleSet:
    """Make the proposed rules the ladder for what is submitted from now on, as the next version, with the reason.

    Raises DomainError("not_previewed") until its effect was looked at as it stands, DomainError without a reason,
    Conflict when somebody changed it in between.
    """
    now = now or timezone.now()
    proposal = _lock(proposal, edit)
    if proposal.previewed_edit != proposal.edits:
        raise DomainError("not_previewed", _("Look at the effect first: preview the proposal as it stands."))
    if not note.strip():
        raise DomainError("note_missing", _("Say why the rules change."), fields={"note": [_("Required.")]})
    former = _keep_former(proposal.kind, now)
    changes = _named(compare(former.rules, proposal.rules))
    RuleSet.objects.filter(pk=former.pk).update(status=RuleSetStatus.FORMER)
    assert former.version is not None
    proposal.status, proposal.version = RuleSetStatus.IN_FORCE, former.version + 1
    proposal.note, proposal.settled_by, proposal.settled_at = note.strip(), by, now
    proposal.save(update_fields=["status", "version", "note", "settled_by", "settled_at"])
    ApprovalRule.objects.filter(kind=proposal.kind).delete()
    ApprovalRule.objects.bulk_create(as_row(proposal.kind, rule) for rule in proposal.rules)
    audit.record("rules.put_in_force", proposal, by=by, changes=changes, note=proposal.note, now=now)
    return proposal


@act("workflow.discard_rules", roles=EDITOR)
def discard_rules(*, proposal: RuleSet, by: User, now: datetime | None = None) -> RuleSet:
    """Give the proposal up; the rules in force stay."""
    proposal = _lock(proposal, None)
    proposal.status, proposal.settled_by, proposal.settled_at = RuleSetStatus.DISCARDED, by, now or timezone.now()
    proposal.save(update_fields=["status", "settled_by", "settled_at"])
    audit.record("rules.discarded", proposal, by=by, now=now)
    return proposal


def versions_of(kind: str) -> Any:
    """What was in force, the newest first."""
    rows = RuleSet.objects.filter(kind=kind, version__isnull=False).order_by("-version")
    return rows.select_related("created_by", "settled_by")


# ---- inside ---------------------------------------------------------------------------------------------------------


def _lock(proposal: RuleSet, edit: int | None) -> RuleSet:
    locked = RuleSet.objects.select_for_update().get(pk=proposal.pk)
    if locked.status != RuleSetStatus.PROPOSED:
        raise Conflict("settled", _("This proposal was put in force or given up in the meantime."))
    if edit is not None and edit != locked.edits:
        raise Conflict("edited", _("Somebody else changed the proposal in the meantime. Look at it again."))
    return locked


def _require_rule(proposal: RuleSet, code: str) -> None:
    if all(rule["code"] != code for rule in proposal.rules):
        raise Conflict("no_such_rule", _("The proposal has no such rule any more. Look at it again."))


def _save(proposal: RuleSet) -> RuleSet:
    proposal.edits += 1
    proposal.save(update_fields=["rules", "edits"])
    return proposal


def _keep_former(kind: str, now: datetime) -> RuleSet:
    """The version that stood until now; the one the house began with is written down when the first change comes."""
    found = RuleSet.objects.select_for_update().filter(kind=kind, status=RuleSetStatus.IN_FORCE).first()
    if found is None:
        found = RuleSet.objects.create(
            kind=kind, version=1, status=RuleSetStatus.IN_FORCE, rules=rules_in_force(kind), created_at=now
        )
    return found


def _named(difference: Mapping[str, Sequence[Rule]]) -> dict[str, list[Any]]:
    """For the trail: by rule [what stood, what stands]."""
    was = {rule["code"]: rule for rule in (*difference["was"], *difference["removed"])}
    stands = {rule["code"]: rule for rule in (*difference["added"], *difference["changed"])}
    return {code: [was.get(code), stands.get(code)] for code in sorted({*was, *stands})}


def _defaults() -> Rule:
    values: Rule = {"position": 1, "asks": str(Asks.ROLE), "role": "", "person": None, "mode": str(StageMode.ALL)}
    return {**values, "conditions": [], "is_active": True}


def _new_code(proposal: RuleSet) -> str:
    taken = {rule["code"] for rule in proposal.rules} | set(ApprovalRule.objects.values_list("code", flat=True))
    return next(code for n in range(1, 10_000) if (code := f"{proposal.kind}-{n}") not in taken)


def _check(kind: str, rule: Rule) -> None:
    problems: dict[str, list[Any]] = {}
    if set(rule) != set(FIELDS) or not 1 <= int(rule["position"]) <= 99 or rule["mode"] not in StageMode.values:
        problems["position"] = [_("Choose a stage from 1 to 99.")]
    problems |= _who_problems(rule)
    for place, condition in enumerate(rule["conditions"]):
        if problem := condition_problem(kind, condition):
            problems.setdefault("conditions", []).append(problem)
            problems[f"c{place}-value"] = [problem]
    if problems:
        raise DomainError("rule_invalid", _("This rule cannot be put in force."), fields=problems)


def _who_problems(rule: Rule) -> dict[str, list[Any]]:
    if rule["asks"] not in set(Asks.values) - {Asks.ADDED}:
        return {"asks": [_("Choose who is asked.")]}
    if (rule["asks"] == Asks.ROLE) != bool(rule["role"]) or (rule["role"] and rule["role"] not in STAFF_ROLES):
        return {"role": [_("Choose a role.")]}
    if (rule["asks"] == Asks.PERSON) != bool(rule["person"]):
        return {"person": [_("Choose a person.")]}
    if rule["person"] and not User.objects.filter(pk=rule["person"], is_active=True, kind=Kind.STAFF).exists():
        return {"person": [_("Choose a colleague who can sign in.")]}
    return {}


def condition_problem(kind: str, condition: Mapping[str, Any]) -> Any:
    """What is wrong with a condition, in words; None when it can be asked."""
    fact = facts_for(kind).get(str(condition.get("fact")))
    if fact is None:
        return _("There is no such fact.")
    if condition.get("op") not in OPERATORS[fact.kind]:
        return _("This comparison does not fit.")
    if fact.kind is FactKind.FLAG:
        return None if isinstance(condition.get("value"), bool) else _("Choose yes or no.")
    if fact.kind in (FactKind.CHOICE, FactKind.TAGS):
        return None if isinstance(condition.get("value"), list) and condition["value"] else _("Choose at least one.")
    return _number_problem(fact.kind, condition)


def _number_problem(kind: FactKind, condition: Mapping[str, Any]) -> Any:
    try:
        known = Decimal(str(condition.get("value"))).is_finite()
    except InvalidOperation:
        known = False
    if not known:
        return _("Enter a number.")
    if kind in (FactKind.MONEY, FactKind.SUM) and not re.fullmatch("[A-Z]{3}", str(condition.get("currency", ""))):
        return _("Say in which currency.")
    if kind is FactKind.SUM and not (isinstance(condition.get("days"), int) and condition["days"] > 0):
        return _("Say over how many days.")
    return None
