"""Opening the ladder for a reviewed order."""

from datetime import datetime

from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from orders.ladder import KIND, facts_of
from orders.models import Order
from workflow.choices import CaseStatus, WorkKind
from workflow.models import ApprovalCase
from workflow.services import open_case, open_work, pause_clocks


def open_approval(order: Order, *, by: User, now: datetime) -> ApprovalCase:
    """Open the ladder on an order already locked, and ask the partner where it must confirm (R3.10)."""
    case = open_case(KIND, order, facts=facts_of(order), by=by, now=now)
    if case.status == CaseStatus.APPROVED:  # every signature of the round before still holds
        ask_to_put_in_force(order, by=by, now=now)
    if order.partner and order.partner.must_confirm and order.partner_confirmed_at is None:
        # Owned by the role, not the account: the partner hears by webhook, the escalation tells our own people.
        open_work(WorkKind.PARTNER_CONFIRMATION, order, by=by, role=Role.PARTNER, now=now)
    return case


def ask_to_put_in_force(order: Order, *, by: User, now: datetime) -> None:
    """Decided, yet not in force: without this it would lie in nobody's inbox."""
    open_work(
        WorkKind.APPROVAL, order, by=by, role=Role.ORDER_CENTER, key="in_force",
        url=reverse("orders:order-put-in-force", args=[order.pk]), now=now,
    )  # fmt: skip
    pause_clocks(order, by=by, now=now)
