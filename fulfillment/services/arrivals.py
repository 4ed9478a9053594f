"""Account manager and customer are told of an arrival one working day ahead, once, whatever retries (R5.5)."""

from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import formats
from core.errors import DomainError
from core.horizon import out_of_reach
from core.outbox import enqueue
from fulfillment.choices import ShipmentStatus
from fulfillment.models import ArrivalNotice, Shipment
from fulfillment.plan import moved
from fulfillment.services.shipments import lock_shipment, require_shipment
from fulfillment.services.trail import enter_trail
from fulfillment.services.transport import end_wait
from orders.models import Order
from orders.services.steps import lock_order
from workflow.business_time import add_working_days
from workflow.calendar import current_calendar
from workflow.notifications import notify

EARLIEST = time(8)  # nobody is woken
BATCH = 200
ARRIVES = gettext_noop("Shipment %(number)s of order %(order)s is expected to arrive on %(date)s.")


@act("fulfillment.tell_of_arrivals", roles=())
def tell_of_arrivals(*, by: User, now: datetime | None = None) -> int:
    """Tell of what arrives up to the next working day, so that a Monday is told of on Friday. Answers for how many.

    Only the system acts here. Run twice it tells nobody twice: a notice has the number after the last that was known
    when the shipment was found due.
    """
    now = now or timezone.now()
    if timezone.localtime(now).time() < EARLIEST:
        return 0
    return sum(tell_of(due, by=by, now=now, number=number_after(due)) for due in due_arrivals(now))


@act("fulfillment.change_arrival", roles={Role.WAREHOUSE, Role.LOGISTICS, Role.INSIDE_SALES})
def change_arrival(
    *, shipment: Shipment, expected_arrival: date, reason: str, by: User, now: datetime | None = None
) -> Shipment:
    """Another day than expected, or the first that is named; who was told of the former one is told of this at once.

    Raises DomainError("incomplete") by field, Conflict("status") unless it is under way.
    """
    now = now or timezone.now()
    order = lock_order(shipment.order, by=by)
    shipment = lock_shipment(shipment)
    require_shipment(shipment, ShipmentStatus.DISPATCHED)
    shipment.order = order
    _check(shipment, expected_arrival, reason, now)
    move_arrival(shipment, expected_arrival, reason=reason.strip(), by=by, now=now)
    return shipment


def move_arrival(shipment: Shipment, day: date, *, reason: str, by: User, now: datetime) -> None:
    """Another day for a shipment already locked; the former one stays in its trail."""
    before, shipment.expected_arrival = shipment.expected_arrival, day
    # The first day that was named is the one the carrier is held to.
    shipment.first_expected_arrival = shipment.first_expected_arrival or before or day
    shipment.save(update_fields=["expected_arrival", "first_expected_arrival"])
    days = " → ".join(each.isoformat() for each in (before, day) if each)
    end_wait(shipment, "changed", by=by, now=now)
    enter_trail(shipment, "arrival_changed", by=by, now=now, note=": ".join(filter(None, (days, reason))))
    if shipment.arrived_at is None and shipment.arrival_notices.exists():
        tell_of(shipment, by=by, now=now)


def due_arrivals(now: datetime) -> list[Shipment]:
    today = timezone.localdate(now)
    known = current_calendar()
    horizon = timezone.localdate(add_working_days(known, now, 1).at)
    # Told of long before, when the day was changed: it is told of again the day ahead.
    lately = moved(today, -1, lambda day: bool(known.intervals_on(day)))
    since = timezone.make_aware(datetime.combine(lately, time.min))
    rows = Shipment.objects.arriving(today, horizon, told_since=since)
    rows = rows.select_related("order__customer", "order__salesperson")
    rows = rows.prefetch_related("order__customer__contacts")
    return list(rows.order_by("expected_arrival", "pk")[:BATCH])


def number_after(due: Shipment) -> int:
    """Of the notice that follows those known when it was found due."""
    return (due.told_number or 0) + 1  # type: ignore[attr-defined]  # annotated by `arriving`


def tell_of(shipment: Shipment, *, by: User, now: datetime, number: int = 0) -> bool:
    """One notice, one notification, one mail; False when somebody else told of it in this very moment. Without a
    `number` it is the next: the shipment is locked."""
    order = shipment.order
    assert shipment.expected_arrival
    number = number or shipment.arrival_notices.count() + 1
    notice = ArrivalNotice(
        shipment=shipment, number=number, expected_arrival=shipment.expected_arrival, mailed_to=address_of(order),
        at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
    except IntegrityError:
        return False
    if order.salesperson is not None:
        params = {"number": shipment.number, "order": order.number, "date": formats.day(notice.expected_arrival)}
        notify([order.salesperson], ARRIVES, params=params, subject=shipment, by=by, now=now)
    if notice.mailed_to:
        enqueue("arrival_mail", {"notice": notice.pk}, key=f"arrival:{notice.pk}", now=now)
    enter_trail(shipment, "arrival_told", by=by, now=now, note=notice.expected_arrival.isoformat())
    return True


def address_of(order: Order) -> str:
    """Of the person the order names, or of the customer's main contact; '' when no address is known."""
    if order.customer is None:
        return ""
    known = [contact for contact in order.customer.contacts.all() if contact.email]
    named = (contact.email for contact in known if contact.name == order.contact_name)
    return next(named, known[0].email if known else "")


def _check(shipment: Shipment, day: date, reason: str, now: datetime) -> None:
    problems: dict[str, list[str]] = {}
    problems |= out_of_reach({"expected_arrival": day}, timezone.localdate(now))
    if not problems and day == shipment.expected_arrival:
        problems["expected_arrival"] = [_("This day is expected already.")]
    if shipment.expected_arrival and not reason.strip():
        problems["reason"] = [_("Required.")]
    if problems:
        raise DomainError("incomplete", _("Say which day is expected now, and why."), fields=problems)
