"""Unclear data: the customer is contacted within two hours, the talk recorded, the answer awaited (R2.4, R2.5)."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from core.horizon import beyond
from orders.choices import CommunicationMeans, OrderStatus
from orders.models import Clarification, Communication, Order
from orders.services.steps import lock_order, require_status
from orders.services.waiting import answered, expect_answer, postpone_answer
from workflow.choices import WorkKind
from workflow.services import cancel_work, finish_work, open_work, resume_clocks

ASKERS = {
    Role.INSIDE_SALES, Role.ORDER_CENTER, Role.FINANCE, Role.ENGINEERING, Role.PRODUCTION, Role.WAREHOUSE, Role.SALES,
}  # fmt: skip
ASKABLE = (OrderStatus.RECEIVED, OrderStatus.REVIEWED, OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION)
TALKERS = {Role.SALES, Role.INSIDE_SALES, Role.ORDER_CENTER, Role.SERVICE, Role.SALES_MANAGER}


@act("orders.open_clarification", roles=ASKERS)
def open_clarification(
    *, order: Order, question: str, by: User, answer_due_at: datetime | None = None, now: datetime | None = None
) -> Clarification:
    """Ask for something to be cleared up with the customer; starts the 2-hour clock (R2.4).

    `answer_due_at` is when the customer must have decided; without it the clock for answers says so once the customer
    has been contacted (R2.5). Raises DomainError("question"), ("answer_due_at") for a time gone by, Conflict("status").
    """
    order = lock_order(order, by=by)
    require_status(order, *ASKABLE)
    return ask(order, question=question, by=by, answer_due_at=answer_due_at, now=now or timezone.now())


def ask(
    order: Order, *, question: str, by: User, now: datetime, answer_due_at: datetime | None = None
) -> Clarification:
    """Open a clarification on an order already locked. Raises as `open_clarification` does."""
    if not question.strip():
        raise DomainError("question", _("Say what is unclear."), fields={"question": [_("Required.")]})
    _require_future(answer_due_at, now)
    row = Clarification.objects.create(
        order=order, question=question.strip(), asked_by=by, asked_at=now, answer_due_at=answer_due_at
    )
    open_work(
        WorkKind.CLARIFICATION, order, by=by, role=Role.SALES, person=order.salesperson, key=str(row.pk),
        title=question.strip()[:120], url=reverse("orders:clarification", args=[row.pk]), now=now,
    )  # fmt: skip
    audit.record("order.clarification_opened", order, by=by, note=question, now=now)
    return row


@act("orders.record_communication", roles=TALKERS)
def record_communication(
    *, clarification: Clarification, means: str, spoke_with: str, result: str, by: User,
    at: datetime | None = None, answer_due_at: datetime | None = None, now: datetime | None = None,
) -> Communication:  # fmt: skip
    """Record a talk with the customer; the first one stops the 2-hour clock and starts that of the answer (R2.4, R2.5).

    While the answer is awaited the clocks of reviews, approvals and production's reply stand still. `answer_due_at`
    sets when it is due, at any talk. Raises DomainError("invalid") by field, Conflict("resolved") when the question
    is settled already.
    """
    now = now or timezone.now()
    clarification = _lock(clarification, by)
    _check(means, spoke_with, result, at, now)
    _require_future(answer_due_at, now)
    talk = Communication.objects.create(
        clarification=clarification, at=at or now, by=by, means=means, spoke_with=spoke_with, result=result
    )
    if clarification.contacted_at is None:
        clarification.contacted_at = talk.at
        clarification.save(update_fields=["contacted_at"])
        finish_work(
            WorkKind.CLARIFICATION,
            clarification.order,
            by=by,
            outcome="contacted",
            key=str(clarification.pk),
            now=now,
        )
        clarification.answer_due_at = answer_due_at or clarification.answer_due_at
        expect_answer(clarification, by=by, now=now)
    elif answer_due_at:
        postpone_answer(clarification, answer_due_at, by=by, now=now)
    audit.record("order.customer_contacted", clarification.order, by=by, note=result, now=now)
    return talk


@act("orders.resolve_clarification", roles=TALKERS)
def resolve_clarification(
    *, clarification: Clarification, answer: str, by: User, now: datetime | None = None
) -> Clarification:
    """Close the question with the customer's answer; the clocks that waited for it run on (R2.5).

    Raises DomainError("answer") without one, DomainError("not_contacted") while no talk is recorded.
    """
    now = now or timezone.now()
    clarification = _lock(clarification, by)
    if not answer.strip():
        raise DomainError("answer", _("Write down the customer's answer."), fields={"answer": [_("Required.")]})
    if clarification.contacted_at is None:
        raise DomainError("not_contacted", _("Record the talk with the customer first."))
    clarification.answer, clarification.resolved_by, clarification.resolved_at = answer, by, now
    clarification.save(update_fields=["answer", "resolved_by", "resolved_at"])
    answered(clarification, by=by, now=now)
    audit.record("order.clarification_resolved", clarification.order, by=by, note=answer, now=now)
    return clarification


def withdraw(clarification: Clarification, *, note: str, by: User, now: datetime) -> None:
    """Nobody needs the answer any more, on an order already locked: the question is settled with the reason."""
    clarification = Clarification.objects.select_related("order").get(pk=clarification.pk)
    if clarification.resolved_at:
        return
    order = clarification.order
    clarification.answer, clarification.resolved_by, clarification.resolved_at = note, by, now
    clarification.save(update_fields=["answer", "resolved_by", "resolved_at"])
    for kind in (WorkKind.CLARIFICATION, WorkKind.CUSTOMER_ANSWER):
        cancel_work(kind, order, by=by, outcome="withdrawn", key=str(clarification.pk), now=now)
    resume_clocks(order, by=by, now=now)
    audit.record("order.clarification_withdrawn", order, by=by, note=note, now=now)


def _require_future(answer_due_at: datetime | None, now: datetime) -> None:
    if answer_due_at is None:
        return
    if answer_due_at <= now:
        text = _("This time has gone by.")
        raise DomainError("answer_due_at", _("Give the customer time to answer."), fields={"answer_due_at": [text]})
    # Clocks stand still while the answer is awaited: no mistyped year stops them for good.
    if far := beyond({"answer_due_at": timezone.localdate(answer_due_at)}, timezone.localdate(now)):
        raise DomainError("answer_due_at", _("Please correct the marked fields."), fields=far)


def _lock(clarification: Clarification, by: User) -> Clarification:
    order = lock_order(clarification.order, by=by)
    clarification = Clarification.objects.get(pk=clarification.pk)
    clarification.order = order
    if clarification.resolved_at:
        raise Conflict("resolved", _("This question is already settled."))
    return clarification


def _check(means: str, spoke_with: str, result: str, at: datetime | None, now: datetime) -> None:
    fields = {}
    if means not in CommunicationMeans.values:
        fields["means"] = [_("Choose how you reached the customer.")]
    if not spoke_with.strip():
        fields["spoke_with"] = [_("Say who answered.")]
    if not result.strip():
        fields["result"] = [_("Say what came of it.")]
    if at and at > now:
        fields["at"] = [_("This time is in the future.")]
    if fields:
        raise DomainError("invalid", _("Please correct the marked fields."), fields=fields)
