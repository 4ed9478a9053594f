"""What an approver can do beside signing: ask one more person, or send the case back to an earlier step (R3.5)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import STAFF_ROLES
from accounts.models import User
from core import audit, subjects
from core.errors import Conflict, DomainError, NotPermitted
from workflow.choices import Asks, StageMode, StepStatus, WorkKind
from workflow.models import ApprovalCase, ApprovalStep
from workflow.notifications import notify
from workflow.services.approval_steps import (
    ask,
    lent_by,
    lock_case,
    same_stage,
    sign,
    stop_asking,
    turn_of,
    waiting_steps,
    why_not,
    work_key,
)
from workflow.services.work import finish_work
from workflow.signers import can_sign

SENT_BACK = gettext_noop("%(by)s sent %(subject)s back to an earlier step: %(comment)s")
COPIED = ("stage", "mode", "asks", "role", "person", "instead_of", "reasons", "approvers", "added_by", "word")


@act("workflow.add_approver", roles=STAFF_ROLES)
def add_approver(
    case: ApprovalCase, *, person: User, before: bool, word: str, by: User, step: int | None = None,
    now: datetime | None = None,
) -> ApprovalStep:  # fmt: skip
    """Ask one more person, before or after the own step, with a word on what is asked.

    Whoever is asked `before` signs first; the own step waits meanwhile. Raises NotPermitted when it is not one's turn,
    DomainError for a person who cannot sign (barred, gone, asked already) or without a word.
    """
    now = now or timezone.now()
    case = lock_case(case)
    subject = subjects.load(case.subject_type, case.subject_id)
    waiting = waiting_steps(case)
    turn = _own_turn(case, waiting, step, by)
    _check_person(case, waiting, person, word, by)
    stage = turn.stage if before else turn.stage + 1
    case.steps.filter(status=StepStatus.WAITING, stage__gte=stage).update(stage=F("stage") + 1)
    added = ApprovalStep.objects.create(
        case=case, position=_next_position(case), stage=stage, asks=Asks.ADDED, person=person, added_by=by,
        word=word.strip(), approvers=[str(person)],
    )  # fmt: skip
    if before:
        stop_asking(same_stage(waiting), subject, by=by, now=now)
        ask([added], case, subject, by=by, now=now)
    changes = {"approver": [None, str(person)], "step": [None, added.position]}
    audit.record("approval.approver_added", subject, by=by, changes=changes, note=added.word, now=now)
    return added


@act("workflow.return_approval", roles=STAFF_ROLES)
def return_to_step(
    case: ApprovalCase, *, target: int, comment: str, by: User, step: int | None = None, now: datetime | None = None
) -> ApprovalCase:
    """Send the case back to the earlier step `target` (its position): from there on everybody is asked again.

    What was signed stays readable and counts no more. Raises DomainError without a comment or for a step that is not
    an earlier signature, NotPermitted when it is not one's turn.
    """
    now = now or timezone.now()
    case = lock_case(case)
    subject = subjects.load(case.subject_type, case.subject_id)
    waiting = waiting_steps(case)
    turn = _own_turn(case, waiting, step, by)
    goal = earlier_steps(case, turn).filter(position=target).select_related("decided_by").first()
    if goal is None:
        raise DomainError("no_such_step", _("Choose an earlier step."), fields={"target": [_("Choose a step.")]})
    if not comment.strip():
        raise DomainError("comment_missing", _("Say why it goes back."), fields={"comment": [_("Required.")]})
    finish_work(WorkKind.APPROVAL, subject, by=by, outcome=StepStatus.RETURNED, key=work_key(turn), now=now)
    stop_asking([other for other in same_stage(waiting) if other is not turn], subject, by=by, now=now)
    sign(turn, StepStatus.RETURNED, comment=comment, by=by, giver=lent_by(case, turn, by), now=now)
    fresh = _ask_again_from(case, goal.stage, turn)
    changes = {"step": [turn.position, goal.position], "role": [turn.role or turn.asked_of, goal.role or goal.asked_of]}
    audit.record("approval.returned", subject, by=by, changes=changes, note=turn.comment, now=now)
    ask([again for again in fresh if again.stage == goal.stage], case, subject, by=by, now=now)
    _tell_goal(case, goal, subject, comment=turn.comment, by=by, now=now)
    return case


def earlier_steps(case: ApprovalCase, turn: ApprovalStep) -> Any:
    """Signatures of the stages before: where the case can be sent back to."""
    return case.steps.filter(status=StepStatus.APPROVED, stage__lt=turn.stage).order_by("stage", "position")


# ---- inside ---------------------------------------------------------------------------------------------------------


def _own_turn(case: ApprovalCase, waiting: Sequence[ApprovalStep], seen: int | None, by: User) -> ApprovalStep:
    turn = turn_of(case, waiting, seen, by)
    if refusal := why_not(case, turn, by):
        raise NotPermitted(refusal.code, refusal.text, reasons=[refusal])
    return turn


def _check_person(
    case: ApprovalCase, waiting: Sequence[ApprovalStep], person: User, word: str, by: User
) -> None:  # fmt: skip
    if not word.strip():
        raise DomainError("word_missing", _("Say what you ask."), fields={"word": [_("Required.")]})
    if person.pk in case.barred_ids:
        text = _("%(person)s submitted this, wrote on it or sells it.") % {"person": person}
        raise DomainError("barred", text, fields={"person": [_("Choose somebody else.")]})
    if person.pk == by.pk or not can_sign(person, case.barred_ids):
        text = str(_("Choose a colleague who can sign in."))
        raise DomainError("cannot_sign", text, fields={"person": [text]})
    if any(step.person_id == person.pk for step in waiting):
        raise Conflict("asked_already", _("%(person)s is asked already.") % {"person": person})


def _next_position(case: ApprovalCase) -> int:
    last = case.steps.order_by("-position").values_list("position", flat=True).first()
    return (last or 0) + 1


def _ask_again_from(case: ApprovalCase, stage: int, turn: ApprovalStep) -> list[ApprovalStep]:
    """Fresh steps for what was signed or left out since; the steps that still wait stay."""
    gone = list(case.steps.filter(stage__gte=stage, status__in=[StepStatus.APPROVED, StepStatus.DROPPED]))
    again = [step for step in gone if step.status == StepStatus.APPROVED or step.mode == StageMode.ANY] + [turn]
    position = _next_position(case)
    fresh = [
        ApprovalStep(case=case, position=position + place, **{name: getattr(step, name) for name in COPIED})
        for place, step in enumerate(sorted(again, key=lambda step: (step.stage, step.position)))
    ]
    case.steps.filter(pk__in=[step.pk for step in gone], status=StepStatus.APPROVED).update(status=StepStatus.REPLACED)
    case.steps.filter(pk__in=[step.pk for step in again], status=StepStatus.DROPPED).delete()
    return ApprovalStep.objects.bulk_create(fresh)


def _tell_goal(
    case: ApprovalCase, goal: ApprovalStep, subject: Model, *, comment: str, by: User, now: datetime
) -> None:  # fmt: skip
    people = [goal.decided_by] if goal.decided_by else []
    params = {"subject": case.subject_label, "by": str(by), "comment": comment}
    notify(people, SENT_BACK, params=params, subject=subject, by=by, now=now)
