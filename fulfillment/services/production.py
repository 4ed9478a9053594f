"""The delivery date: production answers, sales settles it with the customer, every step is kept (R4.2)."""

from datetime import date, datetime

from django.utils import timezone

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from fulfillment.choices import PromiseKind
from fulfillment.models import ProductionReply, PromiseStep
from orders.models import Order
from orders.services import record_promise, record_promise_settlement


@act("fulfillment.reply_production", roles={Role.PRODUCTION, Role.WAREHOUSE})
def reply_production(
    *, order: Order, promise_date: date, by: User, remarks: str = "", now: datetime | None = None
) -> ProductionReply:
    """Production's date in writing. A later one than asked becomes work for sales.

    Raises DomainError("promise_date") for the past, Conflict("status") before approval and after shipment.
    """
    now = now or timezone.now()
    order = record_promise(order=order, promise_date=promise_date, by=by, now=now)
    reply = ProductionReply.objects.create(
        order=order, promise_date=promise_date, remarks=remarks.strip(), by=by, at=now
    )
    if order.requested_date and not PromiseStep.objects.filter(order=order).exists():
        _step(order, PromiseKind.ASKED, order.requested_date, by=by, now=now)
    _step(order, PromiseKind.PROMISED, promise_date, note=remarks, by=by, now=now)
    return reply


@act("fulfillment.settle_promise", roles={Role.SALES, Role.INSIDE_SALES, *MANAGERS})
def settle_promise(
    *, order: Order, agreed: bool, note: str, by: User, counter_date: date | None = None,
    now: datetime | None = None,
) -> PromiseStep:  # fmt: skip
    """The customer's answer to a later date: agreed, or another wish that production answers again.

    Raises DomainError("note") without the customer's words, Conflict("settled") when nothing is open.
    """
    now = now or timezone.now()
    order = record_promise_settlement(order=order, agreed=agreed, note=note, by=by, now=now)
    if agreed:
        return _step(order, PromiseKind.AGREED, order.promise_date, note=note, by=by, now=now)
    return _step(order, PromiseKind.COUNTER, counter_date, note=note, by=by, now=now)


def _step(order: Order, kind: str, day: date | None, *, by: User, now: datetime, note: str = "") -> PromiseStep:
    return PromiseStep.objects.create(order=order, kind=kind, date=day, note=note.strip(), by=by, at=now)
