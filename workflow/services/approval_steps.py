"""The parts of approval acts: whose turn it is, whose right it is, asking, signing. Callers hold the case locked."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.choices import Role
from accounts.models import User
from core import subjects
from core.errors import Conflict, Reason
from workflow.choices import CaseStatus, StepStatus, WorkKind
from workflow.models import ApprovalCase, ApprovalStep
from workflow.notifications import notify
from workflow.services.standing_still import pause_clocks
from workflow.services.work import cancel_work, open_work
from workflow.signers import can_sign, candidates, people_to_tell

ASKED = gettext_noop("%(subject)s waits for your approval")


def lock_case(case: ApprovalCase) -> ApprovalCase:
    return ApprovalCase.objects.select_for_update().get(pk=case.pk)


# ---- whose turn, whose right ----------------------------------------------------------------------------------------


def waiting_steps(case: ApprovalCase) -> list[ApprovalStep]:
    """Who has not answered yet, in the order in which they are asked."""
    rows = case.steps.filter(status=StepStatus.WAITING).select_related("person")
    return list(rows.order_by("stage", "position"))


def same_stage(steps: Sequence[ApprovalStep]) -> list[ApprovalStep]:
    """Those whose turn it is: the waiting steps of the first stage."""
    return [step for step in steps if step.stage == steps[0].stage]


def current_steps(case: ApprovalCase) -> list[ApprovalStep]:
    """Whose turn it is, out of steps that are loaded; none when the case is closed."""
    if case.status != CaseStatus.OPEN:
        return []
    return same_stage([step for step in case.steps.all() if step.status == StepStatus.WAITING])


def current_step(case: ApprovalCase, by: User | None = None) -> ApprovalStep | None:
    """The step whose turn it is; of several at once the one that `by` can decide, else the first."""
    steps = current_steps(case)
    if by is not None and len(steps) > 1:
        return next((step for step in steps if why_not(case, step, by) is None), steps[0])
    return steps[0] if steps else None


def turn_of(case: ApprovalCase, waiting: Sequence[ApprovalStep], seen: int | None, by: User) -> ApprovalStep:
    """The step this person means; Conflict when its turn is over or has not come."""
    steps = same_stage(waiting) if case.status == CaseStatus.OPEN else []
    if seen is not None:
        steps = [step for step in steps if step.position == seen]
    if not steps:
        raise Conflict("case_closed", _("This was already decided."))
    if len(steps) == 1:
        return steps[0]
    return next((step for step in steps if why_not(case, step, by) is None), steps[0])


def why_not(case: ApprovalCase, step: ApprovalStep, by: User) -> Reason | None:
    """Why this person cannot decide this step; None when they can. The page asks the same question."""
    if by.pk in case.barred_ids:
        text = _("You submitted this or sell it: somebody else has to decide.")
        return Reason("four_eyes", text, roles=_roles(step), since=case.opened_at)
    if has_right(case, step, by) or giver_of_right(case, step, by):
        return None
    turn = _("It is the turn of somebody else: %(whom)s.") % {"whom": step.asked_of}
    return Reason("not_your_turn", turn, roles=_roles(step), since=case.opened_at)


def has_right(case: ApprovalCase, step: ApprovalStep, person: User) -> bool:
    """Whether the step is this person's own. Whoever was barred when the case was opened has none."""
    if not can_sign(person, case.barred_ids):
        return False
    if step.person_id:
        gone = not can_sign(step.person, case.barred_ids)
        return person.pk == step.person_id or (gone and person.has_role(Role.GENERAL_MANAGER))
    # Whoever takes the role the rule names after the case was opened is whom the rule means.
    if person.has_role(step.role) or (step.instead_of and person.has_role(step.instead_of)):
        return True
    return person.has_role(Role.GENERAL_MANAGER) and not candidates([step.role], set(case.barred_ids)).get(step.role)


def giver_of_right(case: ApprovalCase, step: ApprovalStep, by: User) -> User | None:
    """The absent colleague in whose place `by` can decide; only an own right can be used so, never a lent one."""
    return next((giver for giver in by.acting_for if has_right(case, step, giver)), None)


def lent_by(case: ApprovalCase, step: ApprovalStep, by: User) -> User | None:
    """In whose place `by` decides; None where the step is the own."""
    return None if has_right(case, step, by) else giver_of_right(case, step, by)


def _roles(step: ApprovalStep) -> tuple[str, ...]:
    return (step.role,) if step.role else ()


# ---- asking and signing ---------------------------------------------------------------------------------------------


def ask(steps: Iterable[ApprovalStep], case: ApprovalCase, subject: Model, *, by: User, now: datetime) -> None:
    """Put each step into the inbox of whoever has to sign, and tell them; no time runs while the customer is asked."""
    for step in steps:
        _ask_one(step, case, subject, by=by, now=now)
    pause_clocks(subject, by=by, now=now)


def _ask_one(step: ApprovalStep, case: ApprovalCase, subject: Model, *, by: User, now: datetime) -> None:
    item = open_work(WorkKind.APPROVAL, subject, by=by, role=step.role, person=step.person, key=work_key(step), now=now)
    people = people_to_tell(step.role, step.person_id, case.barred_ids)
    if not step.approvers and not people:
        # Nobody can decide: it waits, and those who appoint people hear of it.
        people = User.objects.with_role(Role.ADMIN)
    notify(
        people,
        ASKED,
        params={"subject": case.subject_label},
        subject=subject,
        url=subjects.work_url_of(item),
        by=by,
        # With the stage: a step that is put off and comes again is told again.
        key=f"approval:{case.pk}:{step.position}:{step.stage}",
        now=now,
    )


def stop_asking(steps: Iterable[ApprovalStep], subject: Model, *, by: User, now: datetime) -> None:
    """Their work leaves the inboxes; the steps themselves stay as they are."""
    for step in steps:
        cancel_work(WorkKind.APPROVAL, subject, by=by, key=work_key(step), now=now)


def sign(
    step: ApprovalStep, status: str, *, comment: str, by: User, giver: User | None, now: datetime
) -> None:  # fmt: skip
    step.status, step.comment = status, comment.strip()
    step.decided_by, step.on_behalf_of, step.decided_at = by, giver, now
    step.save(update_fields=["status", "decided_by", "on_behalf_of", "decided_at", "comment"])


def drop_steps(case: ApprovalCase, stage: int | None = None) -> None:
    """Nobody is asked any more: in the whole case, or in one stage."""
    rows = case.steps.filter(status=StepStatus.WAITING)
    (rows if stage is None else rows.filter(stage=stage)).update(status=StepStatus.DROPPED)


def work_key(step: ApprovalStep) -> str:
    return f"{step.case_id}.{step.position}"
