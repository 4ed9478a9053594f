"""What another set of rules would have asked for the orders of the last months, before it is put in force (R14.13).

Reckoned from the facts the cases froze, in one statement and in memory. A fact that was not recorded yet when a case
was opened counts as unknown: met where the fact says so (`unknown_asks`), else not.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts.models import User
from workflow.choices import RuleSetStatus
from workflow.ladder import Stage, select_stages, sums_asked
from workflow.models import ApprovalCase, ApprovalRule, Preview, RuleSet
from workflow.previews import Beat
from workflow.rule_sets import Rule, as_rows, rules_in_force
from workflow.sums import PastSums, Sums

KIND = "ladder"
MONTH = timedelta(days=30)
MOST, STEP = 20_000, 200  # cases looked at, the latest first: about ten seconds of a worker
SHOWN = 100
Signers = set[tuple[str, str, int]]


def count(preview: Preview) -> int:
    since = preview.asked_at - int(preview.asked["months"]) * MONTH
    return min(ApprovalCase.objects.filter(kind=preview.about, opened_at__gte=since).count(), MOST)


def work(preview: Preview, beat: Beat) -> dict[str, Any]:
    """Work it out, and keep it with the proposal unless somebody wrote on that in the meantime."""
    proposal = RuleSet.objects.get(pk=preview.asked["proposal"])
    effect = effect_of(
        preview.about, rules_in_force(preview.about), proposal.rules, months=int(preview.asked["months"]),
        now=preview.asked_at, beat=beat,
    )  # fmt: skip
    rows = RuleSet.objects.filter(pk=proposal.pk, edits=proposal.edits, status=RuleSetStatus.PROPOSED)
    rows.update(effect=effect, previewed_edit=proposal.edits)
    return effect


def effect_of(
    kind: str, old: Sequence[Rule], new: Sequence[Rule], *, months: int, now: datetime, beat: Beat | None = None
) -> dict[str, Any]:
    """Numbers and rows as plain data: whom each set asks, in how many cases, and the cases in which they differ."""
    before, after = as_rows(kind, old), as_rows(kind, new)
    start = now - months * MONTH
    longest = max((days for rule in (*before, *after) for _f, days, _l in sums_asked(rule.conditions)), default=0)
    cases = _cases(kind, start - timedelta(days=longest))
    past, counted = PastSums(cases), _latest_of_each(cases, start)
    totals: tuple[Counter[Any], Counter[Any]] = (Counter(), Counter())
    rows = []
    for number, case in enumerate(counted, start=1):
        asked, would = (_signers(rules, kind, case, past.at(case)) for rules in (before, after))
        totals[0].update(asked)
        totals[1].update(would)
        if asked != would:
            rows.append(_row(case, more=would - asked, less=asked - would))
        if beat and number % STEP == 0:
            beat(number)
    return {
        "months": months, "since": start.isoformat(), "cases": len(counted), "changed": len(rows),
        "capped": len(cases) >= MOST, "rows": rows[:SHOWN],
        "signers": [[*signer, totals[0][signer], totals[1][signer]] for signer in sorted({*totals[0], *totals[1]})],
    }  # fmt: skip


def names_of(effect: dict[str, Any]) -> dict[int, str]:
    keys = {person for _asks, _role, person, *_numbers in effect.get("signers", ()) if person}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=keys)} if keys else {}


def _cases(kind: str, since: datetime) -> list[ApprovalCase]:
    rows = ApprovalCase.objects.filter(Q(kind=kind) & Q(opened_at__gte=since)).order_by("-opened_at")
    wanted = ("subject_type", "subject_id", "subject_label", "status", "facts", "amount", "currency", "opened_at")
    return list(rows.only(*wanted)[:MOST])


def _latest_of_each(cases: Sequence[ApprovalCase], start: datetime) -> list[ApprovalCase]:
    """A returned order had a case for each round; its last one counts."""
    found: dict[int, ApprovalCase] = {}
    for case in cases:
        if case.opened_at >= start:
            found.setdefault(case.subject_id, case)
    return list(found.values())


def _signers(rules: Sequence[ApprovalRule], kind: str, case: ApprovalCase, sums: Sums) -> Signers:
    stages: list[Stage] = select_stages(rules, kind, case.facts, sums)
    return {(step.asks, step.role, step.person_id or 0) for stage in stages for step in stage.steps}


def _row(case: ApprovalCase, *, more: Signers, less: Signers) -> dict[str, Any]:
    return {
        "subject_type": case.subject_type, "subject_id": case.subject_id, "label": case.subject_label,
        "amount": str(case.amount) if case.amount is not None else "", "currency": case.currency,
        "more": sorted(more), "less": sorted(less),
    }  # fmt: skip
