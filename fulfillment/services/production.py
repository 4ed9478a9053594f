"""The delivery date: production answers, sales settles it with the customer, every step is kept (R4.2)."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from core.errors import DomainError
from core.horizon import out_of_reach
from fulfillment.choices import PromiseKind
from fulfillment.models import ProductionReply, PromiseStep
from fulfillment.services.capacity import look_for_conflicts
from orders.models import Order
from orders.services import record_promise, record_promise_settlement


@act("fulfillment.reply_production", roles={Role.PRODUCTION, Role.WAREHOUSE, Role.PURCHASING})
def reply_production(
    *, order: Order, by: User, promise_date: date | None = None, line_dates: Mapping[int, date] | None = None,
    remarks: str = "", now: datetime | None = None,
) -> ProductionReply:  # fmt: skip
    """Production's days in writing: `promise_date` for the whole order, or `line_dates` by order line key, which may
    leave lines to another department. A later day than asked becomes work for sales.

    Raises DomainError("promise_date") for the past or no day at all, Conflict("status") before approval and after
    shipment.
    """
    now = now or timezone.now()
    dates = dict(line_dates or {})
    if promise_date:
        dates = dict.fromkeys(order.lines.values_list("pk", flat=True), promise_date) | dates
    order = record_promise(order=order, dates=dates, by=by, now=now)
    reply = ProductionReply.objects.create(
        order=order, promise_date=max(dates.values()), remarks=remarks.strip(), by=by, at=now
    )
    if order.requested_date and not PromiseStep.objects.filter(order=order).exists():
        _step(order, PromiseKind.ASKED, order.requested_date, by=by, now=now)
    _log_promises(order, dates, remarks, by=by, now=now)
    look_for_conflicts(order.lines.filter(pk__in=dates).select_related("product"), by=by, now=now)
    return reply


def _log_promises(order: Order, dates: Mapping[int, date], remarks: str, *, by: User, now: datetime) -> None:
    """One step for the order where its lines are alike, else one for each line."""
    days = set(dates.values())
    if len(days) == 1 and len(dates) == order.lines.count():
        _step(order, PromiseKind.PROMISED, days.pop(), note=remarks, by=by, now=now)
        return
    PromiseStep.objects.bulk_create(
        PromiseStep(order=order, line_id=key, kind=PromiseKind.PROMISED, date=day, note=remarks.strip(), by=by, at=now)
        for key, day in sorted(dates.items())
    )


@act("fulfillment.settle_promise", roles={Role.SALES, Role.INSIDE_SALES, *MANAGERS})
def settle_promise(
    *, order: Order, agreed: bool, note: str, by: User, counter_date: date | None = None,
    now: datetime | None = None,
) -> PromiseStep:  # fmt: skip
    """The customer's answer to a later date: agreed, or another wish that production answers again.

    Raises DomainError("note") without the customer's words, DomainError("counter_date") for a day that has passed or
    lies years away, Conflict("settled") when nothing is open.
    """
    now = now or timezone.now()
    if wrong := out_of_reach({"counter_date": None if agreed else counter_date}, timezone.localdate(now)):
        raise DomainError("counter_date", _("Please correct the marked fields."), fields=wrong)
    order = record_promise_settlement(order=order, agreed=agreed, note=note, by=by, now=now)
    if agreed:
        return _step(order, PromiseKind.AGREED, order.promise_date, note=note, by=by, now=now)
    return _step(order, PromiseKind.COUNTER, counter_date, note=note, by=by, now=now)


def _step(order: Order, kind: str, day: date | None, *, by: User, now: datetime, note: str = "") -> PromiseStep:
    return PromiseStep.objects.create(order=order, kind=kind, date=day, note=note.strip(), by=by, at=now)
