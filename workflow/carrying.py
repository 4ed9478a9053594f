"""Signatures that still hold when a subject is submitted again: only steps whose facts changed are asked again.

A step is carried over when the same signer is asked by the same rules, everything those rules read stands as it stood,
the same people are barred, and whoever signed could sign today (docs/adr/0405).
"""

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from core.canonical import plain
from workflow.choices import Asks, CaseStatus, StageMode, StepStatus
from workflow.models import ApprovalCase, ApprovalStep
from workflow.signers import can_sign


def carry_over(case: ApprovalCase, steps: Sequence[ApprovalStep], former: ApprovalCase | None) -> list[ApprovalStep]:
    """Mark those of the new, unsaved steps that a signature of the former case still answers."""
    if former is None or former.status == CaseStatus.OPEN or "content" not in case.facts:
        return []
    if sorted(former.barred_ids) != sorted(case.barred_ids):
        return []  # somebody else wrote on it: a colleague of theirs may have signed it in good faith
    signed = _still_good(case, former)
    carried = []
    for step in steps:
        former_step = next((old for old in signed if _answers(old, step)), None)
        if former_step is not None:
            _take(step, former_step)
            carried.append(step)
    _settle_stages(steps, carried)
    return carried


def _still_good(case: ApprovalCase, former: ApprovalCase) -> list[ApprovalStep]:
    """Approvals of people who could sign now. Who had asked a colleague beside them is asked again."""
    steps = list(former.steps.select_related("decided_by", "on_behalf_of", "person"))
    asked_others = {step.added_by_id for step in steps if step.asks == Asks.ADDED}
    return [
        step for step in steps
        if step.status == StepStatus.APPROVED and step.asks != Asks.ADDED and step.decided_by_id not in asked_others
        and _could_sign(step, case)
    ]  # fmt: skip


def _could_sign(step: ApprovalStep, case: ApprovalCase) -> bool:
    holder: User | None = step.on_behalf_of or step.decided_by
    if not can_sign(step.decided_by, case.barred_ids) or not can_sign(holder, case.barred_ids) or holder is None:
        return False
    if step.person_id:
        return holder.pk == step.person_id
    return holder.has_role(step.role)


def _answers(old: ApprovalStep, new: ApprovalStep) -> bool:
    return _question(old) == _question(new)


def _question(step: ApprovalStep) -> Any:
    rules = [(rule["code"], rule["conditions"], rule.get("facts")) for rule in plain(step.reasons)]
    return (step.role, step.person_id, step.instead_of, sorted(rules, key=str))


def _take(step: ApprovalStep, old: ApprovalStep) -> None:
    step.status, step.comment, step.carried_from = StepStatus.APPROVED, old.comment, old.carried_from or old
    step.decided_by, step.on_behalf_of, step.decided_at = old.decided_by, old.on_behalf_of, old.decided_at


def _settle_stages(steps: Sequence[ApprovalStep], carried: Sequence[ApprovalStep]) -> None:
    """Where one of several suffices and has signed, the others are not asked."""
    done = {step.stage for step in carried if step.mode == StageMode.ANY}
    for step in steps:
        if step.stage in done and step.status == StepStatus.WAITING:
            step.status = StepStatus.DROPPED
