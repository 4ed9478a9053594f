"""While the customer decides, the clocks of those who wait for the answer stand still (R2.5, R13.2)."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.choices import Role
from accounts.models import User
from orders.models import Clarification, Order
from workflow.choices import WorkKind
from workflow.services import cancel_work, finish_work, open_items, open_work, pause_work, resume_work

WAITING = gettext_noop("Waiting for the customer's answer")
STANDING_STILL = (WorkKind.PRELIMINARY_REVIEW, WorkKind.REVIEW, WorkKind.APPROVAL, WorkKind.PRODUCTION_REPLY)


def expect_answer(clarification: Clarification, *, by: User, now: datetime) -> None:
    """The customer has been asked: the answer is due at the agreed time, else as the clock for answers says."""
    order, key = clarification.order, str(clarification.pk)
    item = open_work(
        WorkKind.CUSTOMER_ANSWER, order, by=by, role=Role.SALES, person=order.salesperson, key=key,
        title=clarification.question[:120], url=reverse("orders:clarification-resolve", args=[clarification.pk]),
        due_at=clarification.answer_due_at, now=now,
    )  # fmt: skip
    clarification.answer_due_at = item.due_at
    clarification.save(update_fields=["answer_due_at"])
    pause_clocks(order, by=by, now=now)


def postpone_answer(clarification: Clarification, due_at: datetime, *, by: User, now: datetime) -> None:
    """The customer asked for another time: the reminders of the former one are taken back."""
    clarification.answer_due_at = due_at
    cancel_work(
        WorkKind.CUSTOMER_ANSWER, clarification.order, by=by, outcome="postponed", key=str(clarification.pk), now=now
    )
    expect_answer(clarification, by=by, now=now)


def answered(clarification: Clarification, *, by: User, now: datetime) -> None:
    """Stop waiting; the other clocks run on when no question is left with the customer."""
    order = clarification.order
    finish_work(WorkKind.CUSTOMER_ANSWER, order, by=by, outcome="answered", key=str(clarification.pk), now=now)
    if not _waits(order):
        for item in open_items(order).paused().filter(pauses__reason=WAITING, pauses__ended_at__isnull=True):
            resume_work(item, by=by, now=now)


def pause_clocks(order: Order, *, by: User, now: datetime) -> None:
    """Let the clocks of an order already locked stand still if one of its questions is with the customer."""
    if not _waits(order):
        return
    for item in open_items(order).running().filter(kind__in=STANDING_STILL):
        pause_work(item, reason=WAITING, by=by, now=now)


def _waits(order: Order) -> bool:
    return open_items(order).filter(kind=WorkKind.CUSTOMER_ANSWER).exists()
