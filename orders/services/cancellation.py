"""Cancelling, and holding an order without changing where it stands (R8.2 thin, R13.1)."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from catalog.services import release_stock
from core.errors import DomainError, NotPermitted, Reason
from credit.services import release_credit
from orders.choices import CANCELABLE, OrderStatus
from orders.ended import end_all
from orders.ladder import KIND
from orders.models import Order
from orders.services.steps import lock_order, require_status, transit
from workflow.models import Hold
from workflow.services import drop_case, place_hold, release_hold


@act("orders.cancel_order", roles={Role.SALES, Role.INSIDE_SALES, Role.PARTNER, *MANAGERS})
def cancel_order(*, order: Order, reason: str, by: User, now: datetime | None = None) -> Order:
    """Cancel before shipment; stock and credit are given back. From production on only managers may (R8.2).

    Raises DomainError("reason"), DomainError("shipped_in_part"), DomainError("prepared") while a dispatch order could
    still be carried out, NotPermitted("in_production"), Conflict("status").
    """
    now = now or timezone.now()
    order = lock_order(order, by=by, with_account=True)
    require_status(order, *CANCELABLE)
    if not reason.strip():
        raise DomainError("reason", _("Say why the order is cancelled."), fields={"reason": [_("Required.")]})
    if order.status == OrderStatus.IN_PRODUCTION and not by.has_role(*MANAGERS):
        raise NotPermitted("in_production", _("Production has begun: a manager settles the loss and cancels."))
    if order.lines.filter(quantity_shipped__gt=0).exists():
        raise DomainError("shipped_in_part", _("A part has been shipped already; it can no longer be cancelled."))
    if prepared := list(order.shipments.filter(status="prepared")):
        raise DomainError(
            "prepared", _("Goods are being prepared to leave: cancel the dispatch orders first."),
            reasons=[_prepared(shipment) for shipment in prepared],
        )  # fmt: skip
    if order.number:
        release_credit(order.buyer, reference=order.number, by=by, now=now)
        release_stock(order.number, by=by)
    drop_case(order, KIND, by=by, reason=reason, now=now)
    transit(order, "cancel", by=by, at=now, note=reason)
    end_all(order, by=by, now=now)
    return order


def _prepared(shipment: Any) -> Reason:
    text = _("Shipment %(number)s is prepared.") % {"number": shipment.number}
    return Reason(
        "prepared", text, roles=(Role.INSIDE_SALES, Role.WAREHOUSE, Role.LOGISTICS), since=shipment.prepared_at,
        url=shipment.get_absolute_url(), act=_("Open shipment"),
    )  # fmt: skip


@act("orders.hold_order", roles={Role.ORDER_CENTER, Role.FINANCE, Role.QUALITY, *MANAGERS})
def hold_order(*, order: Order, kind: str, reason: str, by: User) -> Hold:
    """Stop every further step until released. Raises DomainError without a reason."""
    order = lock_order(order, by=by)
    return place_hold(order, kind=kind, reason=reason, by=by)


@act("orders.release_order", roles={Role.ORDER_CENTER, Role.FINANCE, Role.QUALITY, *MANAGERS})
def release_order(*, order: Order, hold: Hold, note: str, by: User) -> Hold:
    """Release a hold of the order. Raises Conflict when it was released before."""
    order = lock_order(order, by=by)
    if (hold.subject_type, hold.subject_id) != (order._meta.label_lower, order.pk):
        raise DomainError("hold", _("This hold belongs to something else."))
    return release_hold(hold, note=note, by=by)
