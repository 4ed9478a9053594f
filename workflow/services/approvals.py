"""Approval cases: opened once, decided step by step under a lock, four eyes at every step (R3.5, R13.7, R14.2).

Lock order: the case, then its work item. Callers that also lock the order lock it first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model, Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import MANAGERS, STAFF_ROLES, Role
from accounts.models import User
from core import audit, subjects
from core.errors import Conflict, DomainError, NotPermitted
from workflow.carrying import carry_over
from workflow.choices import CaseStatus, StageMode, StepStatus, WorkKind
from workflow.ladder import PlannedStep, plan_steps
from workflow.models import ApprovalCase, ApprovalStep, CaseShare
from workflow.notifications import notify
from workflow.services.approval_steps import (
    ask,
    drop_steps,
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
from workflow.services.work import cancel_work, finish_work
from workflow.signers import name_stand_ins

APPROVED = gettext_noop("%(subject)s is approved")
REFUSED = gettext_noop("%(by)s refused %(subject)s: %(comment)s")


def preview_steps(kind: str, facts: Mapping[str, Any], *, now: datetime | None = None) -> list[PlannedStep]:
    """Who will have to approve, and why, before anything is submitted."""
    now, barred = now or timezone.now(), _barred(facts, None)
    steps = plan_steps(kind, facts, barred, now)
    name_stand_ins(steps, barred, timezone.localdate(now))
    return steps


@transaction.atomic
def open_case(
    kind: str, subject: Model, *, facts: Mapping[str, Any], by: User, former: ApprovalCase | None = None,
    now: datetime | None = None,
) -> ApprovalCase:  # fmt: skip
    """Freeze rules, facts and people, and ask the first stage.

    `facts`: amount, currency, customer_id, submitted_by_id (default: `by`), salesperson_id, what the kind offers
    (workflow/facts.py), `shares` of the amount by product and family, and author_ids: who wrote it, and so does not
    decide either. With a digest of the whole as `content`, signatures of a former case hold where nothing their rules
    read has changed; when all of them hold, the case comes back approved. The former case is the subject's own, unless
    `former` names the one of a subject this one takes the place of.
    Conflict("case_open") while a case of that kind runs for the subject.
    """
    now = now or timezone.now()
    facts = {**facts, "subject_id": subject.pk}
    former = former or (latest_case(subject, kind) if "content" in facts else None)
    case = _new_case(kind, subject, facts, by, now)
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("case_open", _("It is already submitted for approval.")) from error
    planned = plan_steps(kind, facts, case.barred_ids, now)
    steps = [_step(case, step) for step in planned]
    carried = carry_over(case, steps, former)
    ApprovalStep.objects.bulk_create(steps)
    _keep_shares(case)
    changes = {"steps": [None, [step.role or step.asked_of for step in planned]]}
    changes |= {"carried over": [None, [step.role or step.asked_of for step in carried]]} if carried else {}
    audit.record("approval.opened", subject, by=by, changes=changes, now=now)
    _go_on(case, [step for step in steps if step.status == StepStatus.WAITING], subject, by=by, now=now)
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
    waiting = waiting_steps(case)
    turn = turn_of(case, waiting, step, by)
    refusal = why_not(case, turn, by)
    if refusal:
        raise NotPermitted(refusal.code, refusal.text, reasons=[refusal])
    if not approve and not comment.strip():
        raise DomainError("comment_missing", _("Say why it is refused."), fields={"comment": [_("Required.")]})
    giver = lent_by(case, turn, by)
    status = StepStatus.APPROVED if approve else StepStatus.REFUSED
    sign(turn, status, comment=comment, by=by, giver=giver, now=now)
    finish_work(WorkKind.APPROVAL, subject, by=by, outcome=turn.status, key=work_key(turn), now=now)
    changes = {"step": [turn.position, turn.status], "role": [None, turn.role or turn.asked_of]}
    changes |= {"on behalf of": [None, str(giver)]} if giver else {}
    audit.record(f"approval.step_{turn.status}", subject, by=by, changes=changes, note=turn.comment, now=now)
    _after(case, turn, [other for other in waiting if other is not turn], subject, by=by, now=now)
    return case


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
    steps = ApprovalStep.objects.select_related(
        "decided_by", "person", "on_behalf_of", "added_by", "carried_from__case"
    )
    return rows.prefetch_related(Prefetch("steps", steps)).select_related("submitted_by")


def latest_case(subject: Model, kind: str, *, lock: bool = False) -> ApprovalCase | None:
    """The newest case alone; locked by a caller that holds the subject's lock, under which no newer one is opened."""
    subject_type, subject_id = subjects.key_of(subject)
    rows = ApprovalCase.objects.filter(subject_type=subject_type, subject_id=subject_id, kind=kind)
    return (rows.select_for_update() if lock else rows).first()


# ---- inside ---------------------------------------------------------------------------------------------------------


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
        stage=planned.stage,
        mode=planned.mode,
        asks=planned.asks,
        role=planned.role,
        person_id=planned.person_id,
        instead_of=planned.instead_of,
        reasons=planned.rules,
        approvers=planned.approvers,
    )


def _keep_shares(case: ApprovalCase) -> None:
    """What the case brings to each product and family, for the rolling sums of later ones."""
    CaseShare.objects.bulk_create(
        CaseShare(case=case, dimension=dimension, key=key, amount=amount, opened_at=case.opened_at)
        for dimension, shares in (case.facts.get("shares") or {}).items()
        for key, amount in shares.items()
    )


def _after(
    case: ApprovalCase, turn: ApprovalStep, others: Sequence[ApprovalStep], subject: Model, *, by: User, now: datetime
) -> None:
    """What a signature sets going: the end, waiting for the rest of its stage, or the next stage."""
    beside = [step for step in others if step.stage == turn.stage]
    if turn.status == StepStatus.REFUSED:
        _close(case, CaseStatus.REFUSED, now)
        drop_steps(case)
        stop_asking(beside, subject, by=by, now=now)
        _tell_submitters(case, REFUSED, subject, by=by, comment=turn.comment, now=now)
        return
    if beside and turn.mode == StageMode.ANY:
        drop_steps(case, turn.stage)
        stop_asking(beside, subject, by=by, now=now)
    elif beside:
        return
    _go_on(case, [step for step in others if step.stage != turn.stage], subject, by=by, now=now)


def _go_on(case: ApprovalCase, waiting: Sequence[ApprovalStep], subject: Model, *, by: User, now: datetime) -> None:
    if waiting:
        ask(same_stage(waiting), case, subject, by=by, now=now)
    else:
        _close(case, CaseStatus.APPROVED, now)
        _tell_submitters(case, APPROVED, subject, by=by, comment="", now=now)


def _withdraw(case: ApprovalCase, subject: Model, *, by: User, reason: str, now: datetime | None) -> None:
    _close(case, CaseStatus.WITHDRAWN, now or timezone.now())
    drop_steps(case)
    cancel_work(WorkKind.APPROVAL, subject, by=by, now=now)
    audit.record("approval.withdrawn", subject, by=by, note=reason, now=now)


def _close(case: ApprovalCase, status: str, now: datetime) -> None:
    case.status, case.closed_at = status, now
    case.save(update_fields=["status", "closed_at"])


def _tell_submitters(case: ApprovalCase, text: str, subject: Model, *, by: User, comment: str, now: datetime) -> None:
    people = User.objects.filter(pk__in=case.barred_ids, is_active=True)
    params = {"subject": case.subject_label, "by": str(by), "comment": comment}
    notify(people, text, params=params, subject=subject, by=by, key=f"approval:{case.pk}:{case.status}", now=now)
