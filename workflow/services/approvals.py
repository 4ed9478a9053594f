"""Approval cases: opened once, decided step by step under a lock, four eyes at every step (R3.5, R13.7, R14.2).

Lock order: the case, then its work item. Callers that also lock the order lock it first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import MANAGERS, STAFF_ROLES, Role
from accounts.models import User
from core import audit, subjects
from core.errors import Conflict, DomainError, NotPermitted, Reason
from workflow.choices import CaseStatus, StepStatus, WorkKind
from workflow.ladder import PlannedStep, candidates, plan_steps
from workflow.models import ApprovalCase, ApprovalStep
from workflow.notifications import notify
from workflow.services.work import cancel_work, finish_work, open_work

ASKED = gettext_noop("%(subject)s waits for your approval")
APPROVED = gettext_noop("%(subject)s is approved")
REFUSED = gettext_noop("%(by)s refused %(subject)s: %(comment)s")


def preview_steps(kind: str, facts: Mapping[str, Any], *, now: datetime | None = None) -> list[PlannedStep]:
    """Who will have to approve, and why, before anything is submitted."""
    return plan_steps(kind, facts, _barred(facts, None), now or timezone.now())


@transaction.atomic
def open_case(
    kind: str, subject: Model, *, facts: Mapping[str, Any], by: User, now: datetime | None = None
) -> ApprovalCase:
    """Freeze rules, facts and people, and ask the first step.

    `facts`: amount, currency, customer_id, submitted_by_id (default: `by`), salesperson_id, special_terms, and
    author_ids: who wrote it, and so does not decide either.
    Conflict("case_open") while a case of that kind runs for the subject.
    """
    now = now or timezone.now()
    facts = {**facts, "subject_id": subject.pk}
    case = _new_case(kind, subject, facts, by, now)
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("case_open", _("It is already submitted for approval.")) from error
    planned = plan_steps(kind, facts, case.barred_ids, now)
    steps = ApprovalStep.objects.bulk_create(_step(case, step) for step in planned)
    changes = {"steps": [None, [step.role for step in planned]]}
    audit.record("approval.opened", subject, by=by, changes=changes, note=kind, now=now)
    _ask(steps[0], case, subject, by=by, now=now)
    return case


@act("workflow.decide_approval", roles=STAFF_ROLES)
def decide(
    case: ApprovalCase,
    *,
    approve: bool,
    comment: str = "",
    step: int | None = None,
    by: User,
    now: datetime | None = None,
) -> ApprovalCase:
    """Decide the step whose turn it is. Returns the case as it then stands.

    `step` is the position the person saw: a double click by somebody with two roles signs one step, not two.
    Without the lock two clicks decide one step twice; with it the second finds the next step, and four-eyes and
    roles are asked again for that one.
    """
    case = lock_case(case)
    subject = subjects.load(case.subject_type, case.subject_id)
    return decide_locked(case, subject, approve=approve, comment=comment, step=step, by=by, now=now or timezone.now())


def decide_locked(
    case: ApprovalCase, subject: Model, *, approve: bool, comment: str, step: int | None, by: User, now: datetime
) -> ApprovalCase:
    """`decide` for an act of the subject's own room, which has a door of its own and holds case and subject locked."""
    waiting = list(case.steps.filter(status=StepStatus.WAITING).order_by("position"))
    turn = _turn(case, waiting, step)
    refusal = why_not(case, turn, by)
    if refusal:
        raise NotPermitted(refusal.code, refusal.text, reasons=[refusal])
    if not approve and not comment.strip():
        raise DomainError("comment_missing", _("Say why it is refused."), fields={"comment": [_("Required.")]})
    _sign(turn, approve=approve, comment=comment, by=by, now=now)
    finish_work(WorkKind.APPROVAL, subject, by=by, outcome=turn.status, key=_work_key(turn), now=now)
    changes = {"step": [turn.position, turn.status], "role": [None, turn.role]}
    audit.record(f"approval.step_{turn.status}", subject, by=by, changes=changes, note=turn.comment, now=now)
    _go_on(case, turn, waiting[1:], subject, by=by, now=now)
    return case


def lock_case(case: ApprovalCase) -> ApprovalCase:
    return ApprovalCase.objects.select_for_update().get(pk=case.pk)


@act("workflow.withdraw_approval", roles=STAFF_ROLES)
def withdraw_case(case: ApprovalCase, *, by: User, reason: str = "", now: datetime | None = None) -> ApprovalCase:
    """Take the question back: by who submitted it, the salesperson, a manager or the system."""
    case = lock_case(case)
    if case.status != CaseStatus.OPEN:
        raise Conflict("case_closed", _("This was already decided."))
    if not (by.is_system or by.pk in case.barred_ids or by.has_role(*MANAGERS, Role.ORDER_CENTER)):
        raise NotPermitted("not_submitter", _("Only who submitted it or a manager can withdraw it."))
    _withdraw(case, subjects.load(case.subject_type, case.subject_id), by=by, reason=reason, now=now)
    return case


@transaction.atomic
def drop_case(subject: Model, kind: str, *, by: User, reason: str = "", now: datetime | None = None) -> None:
    """The subject went back or ended, so there is nothing left to decide. Its own act has asked who may do that."""
    case = cases_of(subject).filter(kind=kind, status=CaseStatus.OPEN).select_for_update(of=("self",)).first()
    if case is not None:
        _withdraw(case, subject, by=by, reason=reason, now=now)


def cases_of(subject: Model) -> Any:
    """All cases with their steps, the newest first."""
    subject_type, subject_id = subjects.key_of(subject)
    rows = ApprovalCase.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return rows.prefetch_related("steps__decided_by").select_related("submitted_by")


def latest_case(subject: Model, kind: str, *, lock: bool = False) -> ApprovalCase | None:
    """The newest case alone; locked by a caller that holds the subject's lock, under which no newer one is opened."""
    subject_type, subject_id = subjects.key_of(subject)
    rows = ApprovalCase.objects.filter(subject_type=subject_type, subject_id=subject_id, kind=kind)
    return (rows.select_for_update() if lock else rows).first()


def current_step(case: ApprovalCase) -> ApprovalStep | None:
    """The step whose turn it is; None when the case is closed."""
    if case.status != CaseStatus.OPEN:
        return None
    return next((step for step in case.steps.all() if step.status == StepStatus.WAITING), None)


def why_not(case: ApprovalCase, step: ApprovalStep, by: User) -> Reason | None:
    """Why this person cannot decide this step; None when they can. The page asks the same question."""
    if by.pk in case.barred_ids:
        text = _("You submitted this or sell it: somebody else has to decide.")
        return Reason("four_eyes", text, roles=(step.role,), since=case.opened_at)
    # Whoever takes the role the rule names after the case was opened is whom the rule means.
    if by.has_role(step.role) or (step.instead_of and by.has_role(step.instead_of)):
        return None
    if by.has_role(Role.GENERAL_MANAGER) and _nobody_left(case, step):
        return None
    turn = _("It is the turn of another role: %(role)s.") % {"role": step.get_role_display()}
    return Reason("not_your_turn", turn, roles=(step.role,), since=case.opened_at)


# ---- inside ---------------------------------------------------------------------------------------------------------


def _turn(case: ApprovalCase, waiting: Sequence[ApprovalStep], seen: int | None) -> ApprovalStep:
    if case.status != CaseStatus.OPEN or not waiting or (seen is not None and seen != waiting[0].position):
        raise Conflict("case_closed", _("This was already decided."))
    return waiting[0]


def _new_case(kind: str, subject: Model, facts: Mapping[str, Any], by: User, now: datetime) -> ApprovalCase:
    subject_type, subject_id = subjects.key_of(subject)
    return ApprovalCase(
        subject_type=subject_type,
        subject_id=subject_id,
        subject_label=subjects.label_of(subject)[:200],
        kind=kind,
        facts=dict(facts),
        amount=facts.get("amount"),
        currency=facts.get("currency") or "",
        customer_id=facts.get("customer_id"),
        salesperson_id=facts.get("salesperson_id"),
        submitted_by=by,
        barred_ids=sorted(_barred(facts, by)),
        opened_at=now,
    )


def _barred(facts: Mapping[str, Any], by: User | None) -> set[int]:
    """Who brought it in. Whoever merely passes it on (a reviewer, the system) is barred only when nobody is named."""
    people = {facts.get("submitted_by_id"), facts.get("salesperson_id"), *facts.get("author_ids", ())} - {None}
    return people or ({by.pk} if by is not None else set())  # type: ignore[return-value]


def _step(case: ApprovalCase, planned: PlannedStep) -> ApprovalStep:
    return ApprovalStep(
        case=case,
        position=planned.position,
        role=planned.role,
        instead_of=planned.instead_of,
        reasons=planned.rules,
        approvers=planned.approvers,
    )


def _ask(step: ApprovalStep, case: ApprovalCase, subject: Model, *, by: User, now: datetime) -> None:
    item = open_work(WorkKind.APPROVAL, subject, by=by, role=step.role, key=_work_key(step), now=now)
    people = User.objects.with_role(step.role).exclude(pk__in=case.barred_ids)
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
        key=f"approval:{case.pk}:{step.position}",
        now=now,
    )


def _sign(step: ApprovalStep, *, approve: bool, comment: str, by: User, now: datetime) -> None:
    step.status = StepStatus.APPROVED if approve else StepStatus.REFUSED
    step.decided_by, step.decided_at, step.comment = by, now, comment.strip()
    step.save(update_fields=["status", "decided_by", "decided_at", "comment"])


def _go_on(
    case: ApprovalCase, step: ApprovalStep, following: Sequence[ApprovalStep], subject: Model, *, by: User,
    now: datetime,
) -> None:  # fmt: skip
    if step.status == StepStatus.REFUSED:
        _close(case, CaseStatus.REFUSED, now)
        _drop_steps(case)
        _tell_submitters(case, REFUSED, subject, by=by, comment=step.comment, now=now)
    elif following:
        _ask(following[0], case, subject, by=by, now=now)
    else:
        _close(case, CaseStatus.APPROVED, now)
        _tell_submitters(case, APPROVED, subject, by=by, comment="", now=now)


def _withdraw(case: ApprovalCase, subject: Model, *, by: User, reason: str, now: datetime | None) -> None:
    _close(case, CaseStatus.WITHDRAWN, now or timezone.now())
    _drop_steps(case)
    cancel_work(WorkKind.APPROVAL, subject, by=by, now=now)
    audit.record("approval.withdrawn", subject, by=by, note=reason, now=now)


def _close(case: ApprovalCase, status: str, now: datetime) -> None:
    case.status, case.closed_at = status, now
    case.save(update_fields=["status", "closed_at"])


def _drop_steps(case: ApprovalCase) -> None:
    """Nobody is asked any more."""
    case.steps.filter(status=StepStatus.WAITING).update(status=StepStatus.DROPPED)


def _tell_submitters(case: ApprovalCase, text: str, subject: Model, *, by: User, comment: str, now: datetime) -> None:
    people = User.objects.filter(pk__in=case.barred_ids, is_active=True)
    params = {"subject": case.subject_label, "by": str(by), "comment": comment}
    notify(people, text, params=params, subject=subject, by=by, key=f"approval:{case.pk}:{case.status}", now=now)


def _nobody_left(case: ApprovalCase, step: ApprovalStep) -> bool:
    return not candidates([step.role], set(case.barred_ids)).get(step.role)


def _work_key(step: ApprovalStep) -> str:
    return f"{step.case_id}.{step.position}"
