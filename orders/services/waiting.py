"""A question is with the customer: the answer has a time, and whoever waits for it has none meanwhile (R2.5)."""

from datetime import datetime

from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from orders.models import Clarification
from workflow.choices import WorkKind
from workflow.services import cancel_work, finish_work, open_work, pause_clocks, resume_clocks


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
    resume_clocks(order, by=by, now=now)
