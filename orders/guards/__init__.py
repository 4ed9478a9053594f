"""Why the next step of an order is not possible now (R14.1).

A guard is a function of the order that yields Reasons. The page lists them, the services refuse on them: the same
functions, so that nothing is forbidden only by hiding a button.
"""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, Reason
from orders.choices import OrderStatus
from orders.guards import delivery, intake, money, review
from orders.models import Order

Guard = Callable[[Order], Iterable[Reason]]

GUARDS: dict[str, tuple[Guard, ...]] = {
    "receive": (intake.order_is_complete,),
    "review": (
        intake.no_hold,
        review.preliminary_review_passed,
        review.customer_is_qualified,
        review.no_open_clarification,
        review.opinions_are_favorable,
        review.checks_passed_or_waived,
        review.proposal_is_decided,
    ),
    "approve": (
        intake.no_hold,
        review.no_open_clarification,
        review.ladder_is_decided,
        review.partner_confirmed,
        money.credit_suffices,
    ),
    "start_production": (
        intake.no_hold,
        review.no_open_clarification,
        delivery.production_replied,
        delivery.date_is_settled,
        money.deposit_received,
    ),
    "dispatch": (intake.no_hold, delivery.inspection_passed, money.paid_before_shipment),
    "ship": (
        intake.no_hold,
        delivery.inspection_passed,
        money.paid_before_shipment,
        delivery.everything_dispatched,
    ),
    "accept": (delivery.shipments_are_accepted, delivery.no_open_problem),
    "close": (
        intake.no_hold,
        delivery.visit_is_done,
        review.no_open_clarification,
        delivery.no_open_problem,
        delivery.no_open_incident,
        money.balance_is_paid,
    ),
}

NEXT_ACT = {
    OrderStatus.DRAFT: "receive",
    OrderStatus.RETURNED: "receive",
    OrderStatus.RECEIVED: "review",
    OrderStatus.REVIEWED: "approve",
    OrderStatus.APPROVED: "start_production",
    OrderStatus.IN_PRODUCTION: "ship",
    OrderStatus.SHIPPED: "accept",
    OrderStatus.ACCEPTED: "close",
}


def refusals(order: Order, act: str) -> list[Reason]:
    """Every reason why `act` is not allowed now."""
    return [reason for guard in GUARDS[act] for reason in guard(order)]


def blockers(order: Order) -> list[Reason]:
    """What blocks the order's next step; empty when nothing does or the order is at its end."""
    act = NEXT_ACT.get(OrderStatus(order.status))
    return refusals(order, act) if act else []


def require(order: Order, act: str) -> None:
    """Raise DomainError("blocked") with all reasons unless every guard of the act is open."""
    if reasons := refusals(order, act):
        raise DomainError("blocked", _("This step is not possible yet."), reasons=reasons)
