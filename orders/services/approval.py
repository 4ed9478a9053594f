"""Approval by the ladder, the partner's confirmation, and what an approved order sets going (R3.5, R3.9, R3.10)."""

from datetime import datetime
from decimal import Decimal

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import MANAGERS, STAFF_ROLES, Role
from accounts.models import User
from catalog.services import reserve_stock
from core import audit
from core.errors import Conflict, DomainError, NotPermitted, Reason
from credit.services import reserve_credit
from orders.choices import CheckCode, OrderStatus, Severity
from orders.documents import issue_confirmation, lines_with_products
from orders.guards import refusals, require
from orders.guards.money import credit_left, owed_on_credit, wanting
from orders.ladder import bare_case, is_own
from orders.models import Order
from orders.services.approval_case import ask_to_put_in_force
from orders.services.assignment import assign_lines
from orders.services.checks import severity_of
from orders.services.reviews import send_back
from orders.services.steps import lock_order, require_status, transit
from workflow.choices import CaseStatus, WorkKind
from workflow.models import ApprovalCase, Waiver
from workflow.notifications import notify
from workflow.services import decide_locked, finish_work, grant_waiver, use_waiver
from workflow.services.waivers import CAPPED

# Who carries an order out, and is told when it takes effect (R3.9).
EXECUTING = (Role.PRODUCTION, Role.QUALITY, Role.WAREHOUSE, Role.LOGISTICS, Role.FINANCE)
DISTRIBUTED = gettext_noop("%(subject)s is confirmed: its routing slip says what your department does by when")


@act("orders.decide_approval", roles=STAFF_ROLES)
def decide_approval(
    *, order: Order, approve: bool, by: User, comment: str = "", step: int | None = None, now: datetime | None = None
) -> ApprovalCase:
    """Decide one's own step of the ladder (R3.5). A refusal sends the order back to sales with the comment.

    Rules may ask any colleague, so the step and not the role says who may.

    The last approval approves the order when nothing else blocks it; else the order centre is asked for
    `approve_order`. `step` is the position the person saw: whoever holds two roles signs no step unseen.
    Raises NotPermitted("four_eyes") for submitter and salesperson, DomainError("comment_missing") on a refusal without
    words, Conflict when the step is not one's turn.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by, with_account=True)
    require_status(order, OrderStatus.REVIEWED)
    case = bare_case(order, lock=True)
    if case is None or case.status != CaseStatus.OPEN:
        raise Conflict("no_case", _("Nothing is waiting for a decision on this order."))
    decide_locked(case, order, approve=approve, comment=comment, step=step, by=by, now=now)
    if case.status == CaseStatus.REFUSED:
        send_back(order, reason=comment, by=by, now=now)
    elif case.status == CaseStatus.APPROVED and _blockers(order):
        ask_to_put_in_force(order, by=by, now=now)
    elif case.status == CaseStatus.APPROVED:
        _approve(order, by=by, now=now)
    return case


@act("orders.approve_order", roles={Role.ORDER_CENTER, *MANAGERS})
def approve_order(*, order: Order, by: User, now: datetime | None = None) -> Order:
    """Put a decided order in force once what blocked it is removed (credit, hold, partner's confirmation).

    Raises DomainError("blocked") with every open gate: without the whole ladder nothing passes. Conflict("status").
    """
    order = lock_order(order, by=by, with_account=True)
    require_status(order, OrderStatus.REVIEWED)
    require(order, "approve")
    return _approve(order, by=by, now=now or timezone.now())


@act("orders.grant_order_waiver", roles={Role.SALES_DIRECTOR, Role.GENERAL_MANAGER})
def grant_order_waiver(
    *, order: Order, gate: str, reason: str, by: User, cap: Decimal | None = None,
    expires_at: datetime | None = None,
) -> Waiver:  # fmt: skip
    """Special approval (特批, R3.4, R5.1): lets the order pass one gate once, up to a cap, until a time.

    `cap` in the order's currency; where the rule is about an amount it defaults to what is wanting now. Raises
    NotPermitted for a gate above one's role or an order one wrote, submitted or sells, DomainError("reason"),
    DomainError("forbidden") where the rule of the check allows none.
    """
    order = lock_order(order, by=by)
    require_waivable(order, gate)
    if by.pk == order.salesperson_id or is_own(order, by):
        raise NotPermitted("four_eyes", _("This is your own order; somebody else approves it specially."))
    if cap is None and gate in CAPPED:
        cap = wanting(order, gate)
    return grant_waiver(order, gate=gate, reason=reason, cap=cap, expires_at=expires_at, by=by)


@act("orders.confirm_by_partner", roles={Role.PARTNER})
def confirm_by_partner(*, order: Order, by: User, now: datetime | None = None) -> Order:
    """The partner confirms the reviewed order (R3.10); confirming twice changes nothing.

    Raises Conflict("status") before the review and after an end.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by, with_account=True)
    if order.partner_confirmed_at:
        return order
    require_status(order, OrderStatus.REVIEWED)
    order.partner_confirmed_at = now
    order.save(update_fields=["status", "partner_confirmed_at"])
    finish_work(WorkKind.PARTNER_CONFIRMATION, order, by=by, outcome="confirmed", now=now)
    audit.record("order.confirmed_by_partner", order, by=by, now=now)
    if not _blockers(order):
        _approve(order, by=by, now=now)
    return order


@act("orders.object_by_partner", roles={Role.PARTNER})
def object_by_partner(*, order: Order, reason: str, by: User, now: datetime | None = None) -> Order:
    """The partner objects with reasons: the order goes back to sales for another round (R3.10)."""
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.REVIEWED)
    if not reason.strip():
        raise DomainError("reason", _("Say what you object to."), fields={"reason": [_("Required.")]})
    finish_work(WorkKind.PARTNER_CONFIRMATION, order, by=by, outcome="objected", now=now)
    audit.record("order.objected_by_partner", order, by=by, note=reason, now=now)
    return send_back(order, reason=reason, by=by, now=now)


def require_waivable(order: Order, gate: str) -> None:
    """Raise DomainError("forbidden") for a check whose failure stops the order whoever signs."""
    if gate in CheckCode.values and severity_of(order, gate) == Severity.FORBID:
        raise DomainError("forbidden", _("This rule knows no special approval: return the order to sales instead."))


def _blockers(order: Order) -> list[Reason]:
    """What the guards say of an order already locked; they and the credit look at the terms, read once for all."""
    prefetch_related_objects([order], "terms")
    return refusals(order, "approve")


def _approve(order: Order, *, by: User, now: datetime) -> Order:
    """Put an order in force of which the caller has asked, under the same lock, that no guard refuses it."""
    assert order.number  # since it was received
    owed = owed_on_credit(order)
    above = owed > credit_left(order)
    if above:
        use_waiver(order, CheckCode.CREDIT_LIMIT, amount=owed, by=by, reference=order.number, now=now)
    reserve_credit(
        order.buyer, reference=order.number, total=order.amount, on_credit=owed, currency=order.currency, by=by,
        waived=above, now=now,
    )  # fmt: skip
    transit(order, "approve", by=by, at=now)
    finish_work(WorkKind.APPROVAL, order, by=by, outcome="approved", now=now)
    wants = [(line.pk, line.product_id, line.quantity) for line in lines_with_products(order) if line.product_id]
    if wants:
        reserve_stock(order.number, wants=wants, by=by)
    replies = assign_lines(order, by=by, now=now)
    issue_confirmation(order, reply_due=replies[0].due_at, by=by, now=now)
    # In the app only: what a department must do by a time comes to it as work, with reminders of its own.
    notify(
        User.objects.with_role(*EXECUTING), DISTRIBUTED, params={"subject": order.number}, subject=order, email=False,
        by=by, key=f"distributed:{order.pk}:{order.round}", now=now,
    )  # fmt: skip
    return order
