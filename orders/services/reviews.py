"""Detailed review by departments in parallel, in rounds (R3.1–R3.3)."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from core import audit
from core.attachments import attach_file
from core.choices import AttachmentKind
from core.errors import Conflict, DomainError, NotPermitted
from orders.choices import DEPARTMENT_ROLE, CheckOutcome, Department, OpinionResult, OrderStatus, RoundOutcome, Severity
from orders.documents import issue_contract_review
from orders.guards import require
from orders.guards.money import to_be_waived
from orders.ladder import KIND
from orders.models import Order, ReviewOpinion, ReviewRound
from orders.services.approval_case import open_approval
from orders.services.checklists import Answers, frozen_answers
from orders.services.checks import run_checks
from orders.services.contract_review import open_contract_review
from orders.services.steps import lock_order, require_other_eyes, require_status, transit
from workflow.choices import WorkKind, message_id
from workflow.services import cancel_work, drop_case, finish_work, open_work, pause_clocks, use_waiver

REVIEWERS = set(DEPARTMENT_ROLE.values())
UNDER_REVIEW = (
    WorkKind.PRELIMINARY_REVIEW, WorkKind.REVIEW, WorkKind.APPROVAL, WorkKind.PARTNER_CONFIRMATION,
)  # fmt: skip


def open_round(order: Order, *, by: User, now: datetime) -> ReviewRound:
    """Begin the next round on an order already locked: the system checks first, then every department is asked."""
    order.round += 1
    order.save(update_fields=["status", "round"])
    round_ = ReviewRound.objects.create(order=order, number=order.round, order_version=order.version, opened_at=now)
    open_contract_review(round_, run_checks(round_))
    ReviewOpinion.objects.bulk_create(ReviewOpinion(round=round_, department=d) for d in Department.values)
    for department, role in DEPARTMENT_ROLE.items():
        open_work(WorkKind.REVIEW, order, by=by, role=role, key=department, title=message_id(department), now=now)
    pause_clocks(order, by=by, now=now)  # a question may be with the customer since before
    audit.record("order.review_round_opened", order, by=by, changes={"round": [order.round - 1, order.round]}, now=now)
    return round_


@act("orders.give_opinion", roles=REVIEWERS)
def give_opinion(
    *, order: Order, department: str, result: str, by: User, remarks: str = "", conditions: str = "",
    lead_time_days: int | None = None, answers: Answers | None = None, evidence: Sequence[UploadedFile] = (),
    evidence_kind: str = AttachmentKind.OTHER, now: datetime | None = None,
) -> ReviewOpinion:  # fmt: skip
    """State a department's opinion in the open round (R3.1); it may be changed until the round is closed.

    `lead_time_days` is in calendar days, `answers` by key of the checklist's item. Raises NotPermitted("department")
    for another department, NotPermitted("four_eyes") on an order one wrote or submitted, DomainError("remarks") for an
    adverse opinion without words and ("conditions") for a conditional one without its conditions,
    DomainError("checklist") by field, Conflict("no_round") when no round is open.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.RECEIVED)
    _require_department(order, department, by)
    _require_words(result, remarks, conditions)
    kept = frozen_answers(order, department, result, answers or {})
    opinion = opinion_of(order, department)
    before = opinion.result
    opinion.result, opinion.remarks, opinion.lead_time_days = result, remarks, lead_time_days
    opinion.conditions = conditions if result == OpinionResult.CONDITIONAL else ""
    opinion.answers, opinion.by, opinion.at = kept, by, now
    opinion.save()
    for upload in evidence:
        attach_file(opinion, upload=upload, kind=evidence_kind, by=by, now=now)
    finish_work(WorkKind.REVIEW, order, by=by, outcome=result, key=department, now=now)
    note = "; ".join(filter(None, [opinion.conditions, remarks]))
    audit.record("order.opinion_given", order, by=by, changes={department: [before, result]}, note=note, now=now)
    return opinion


def opinion_of(order: Order, department: str) -> ReviewOpinion:
    """The department's in the open round. Raises Conflict("no_round")."""
    rows = ReviewOpinion.objects.filter(round__order=order, round__outcome=RoundOutcome.OPEN, department=department)
    if (found := rows.first()) is None:
        raise Conflict("no_round", _("The review round is closed by now."))
    return found


def _require_words(result: str, remarks: str, conditions: str) -> None:
    required = [_("Required.")]
    if result not in (OpinionResult.FAVORABLE, OpinionResult.CONDITIONAL, OpinionResult.UNFAVORABLE):
        raise DomainError("result", _("Choose a result."), fields={"result": [_("Choose a result.")]})
    if result == OpinionResult.UNFAVORABLE and not remarks.strip():
        raise DomainError("remarks", _("Say what speaks against it."), fields={"remarks": required})
    if result == OpinionResult.CONDITIONAL and not conditions.strip():
        raise DomainError("conditions", _("Say on what condition."), fields={"conditions": required})


@act("orders.return_to_sales", roles={Role.ORDER_CENTER, *MANAGERS})
def return_to_sales(*, order: Order, reason: str, by: User, now: datetime | None = None) -> Order:
    """Send the order back with the opinions (R3.3); sales resubmits it as a new round.

    Raises DomainError("reason") without a reason, Conflict("status").
    """
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.RECEIVED, OrderStatus.REVIEWED)
    return send_back(order, reason=reason, by=by, now=now or timezone.now())


def send_back(order: Order, *, reason: str, by: User, now: datetime) -> Order:
    """Return an order already locked: close the round, take back open work, ask the salesperson."""
    if not reason.strip():
        raise DomainError("reason", _("Say why the order goes back."), fields={"reason": [_("Required.")]})
    order.rounds.filter(outcome__in=[RoundOutcome.OPEN, RoundOutcome.PASSED], number=order.round).update(
        outcome=RoundOutcome.RETURNED, remarks=reason, closed_at=now, closed_by=by
    )
    order.partner_confirmed_at = None
    transit(order, "return_to_sales", by=by, at=now, note=reason, fields=["partner_confirmed_at"])
    drop_case(order, KIND, by=by, reason=reason, now=now)
    cancel_work(UNDER_REVIEW, order, by=by, now=now)
    open_work(
        WorkKind.RETURNED_ORDER,
        order,
        by=by,
        role=Role.SALES,
        person=order.salesperson,
        title=reason[:120],
        now=now,
    )
    return order


@act("orders.review_order", roles={Role.ORDER_CENTER})
def review_order(*, order: Order, by: User, now: datetime | None = None) -> Order:
    """Pass the detailed review and submit the order for approval (R3.1, R3.5).

    Raises DomainError("blocked") with every open gate, NotPermitted("four_eyes"), Conflict("status"), and
    Conflict("waiver_gone") for a special approval taken back this moment.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by, with_account=True)
    require_status(order, OrderStatus.RECEIVED)
    require_other_eyes(order, by)
    require(order, "review")
    current = order.rounds.get(outcome=RoundOutcome.OPEN)
    for check in current.checks.filter(outcome=CheckOutcome.FAILED, severity=Severity.WAIVER):
        if check.code != "credit":  # the credit waiver is used up when credit is reserved, on approval
            use_waiver(order, check.code, amount=to_be_waived(order, check.code), by=by, reference=str(current))
    current.outcome, current.closed_at, current.closed_by = RoundOutcome.PASSED, now, by
    current.save(update_fields=["outcome", "closed_at", "closed_by"])
    transit(order, "review", by=by, at=now)
    issue_contract_review(current, by=by, now=now)
    open_approval(order, by=by, now=now)
    return order


def _require_department(order: Order, department: str, by: User) -> None:
    if department not in Department.values:
        raise DomainError("department", _("There is no such department in the review."))
    if not (by.is_system or by.has_role(DEPARTMENT_ROLE[Department(department)])):
        raise NotPermitted("department", _("This opinion belongs to another department."))
    require_other_eyes(order, by)
