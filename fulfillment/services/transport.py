"""Goods are followed on their way by events (R5.6). Locks: order, shipment."""

from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from core.subjects import key_of
from fulfillment.choices import TransportEventKind
from fulfillment.models import Shipment, TransportEvent
from fulfillment.models.shipment import GONE
from fulfillment.services.shipments import lock_shipment
from orders.models import Order
from orders.services.steps import lock_order
from workflow.choices import WorkKind
from workflow.models import WorkItem
from workflow.notifications import notify
from workflow.services import finish_work, open_work

ARRIVED = gettext_noop("Shipment %(number)s of order %(order)s has arrived: ask the customer for its acceptance.")
TROUBLE = gettext_noop("Trouble on the way of shipment %(number)s of order %(order)s: %(note)s")


@act("fulfillment.record_transport_event", roles={Role.LOGISTICS, Role.WAREHOUSE, Role.INSIDE_SALES})
def record_transport_event(
    *, shipment: Shipment, kind: str, by: User, at: datetime | None = None, place: str = "", note: str = "",
    now: datetime | None = None,
) -> TransportEvent:  # fmt: skip
    """Record where the goods are; `at` is now unless said. The first arrival is the shipment's.

    Raises DomainError("incomplete") by field, Conflict("status") before the goods have left.
    """
    now = now or timezone.now()
    shipment = lock_gone(shipment, by=by)
    event = TransportEvent(shipment=shipment, kind=kind, at=at or now, place=place.strip(), note=note.strip())
    return enter_event(event, by=by, now=now)


def enter_event(event: TransportEvent, *, by: User, now: datetime) -> TransportEvent:
    """Keep an event of a shipment already locked, with what follows from it."""
    _check(event, now)
    event.by, event.recorded_at = by, now
    event.save(force_insert=True)
    # In the trail of the shipment alone: its order would fill with stations of the way.
    named = {"event": [None, event.kind], "place": [None, event.place]}
    audit.record("shipment.followed", event.shipment, by=by, changes=named, now=now)
    if event.kind == TransportEventKind.DELIVERED:
        _arrive(event, by=by, now=now)
    if event.kind == TransportEventKind.EXCEPTION:
        _tell(event, TROUBLE, [*User.objects.with_role(Role.LOGISTICS)], by=by, now=now)
    return event


@act("fulfillment.watch_arrivals", roles={Role.ADMIN})
def watch_arrivals(*, by: User, now: datetime | None = None) -> int:
    """Put to logistics what was expected before today and has not arrived, once for each such day. Answers how many."""
    now = now or timezone.now()
    known = WorkItem.objects.filter(
        kind=WorkKind.OVERDUE_ARRIVAL, subject_type=Order._meta.label_lower, subject_id=OuterRef("order_id"),
        key=Cast(OuterRef("pk"), CharField()), opened_at__date__gt=OuterRef("expected_arrival"),
    )  # fmt: skip
    late = Shipment.objects.overdue(timezone.localdate(now)).exclude(Exists(known)).select_related("order")
    shipments = list(late.order_by("pk"))
    for shipment in shipments:
        open_work(
            WorkKind.OVERDUE_ARRIVAL, shipment.order, by=by, role=Role.LOGISTICS, key=str(shipment.pk),
            title=f"{shipment.number} {shipment.carrier}"[:200], url=shipment.event_url, now=now,
        )  # fmt: skip
    return len(shipments)


def lock_gone(shipment: Shipment, *, by: User) -> Shipment:
    """The shipment under its locks, or Conflict("status") while its goods are still here."""
    order = lock_order(shipment.order, by=by)
    shipment = lock_shipment(shipment)
    shipment.order = order
    if shipment.status not in GONE:
        raise Conflict("status", _("The goods of shipment %(number)s have not left.") % {"number": shipment.number})
    return shipment


def end_wait(shipment: Shipment, outcome: str, *, by: User, now: datetime) -> None:
    """Nobody has to ask any more where the goods are."""
    finish_work(WorkKind.OVERDUE_ARRIVAL, shipment.order, by=by, outcome=outcome, key=str(shipment.pk), now=now)


def _check(event: TransportEvent, now: datetime) -> None:
    problems: dict[str, list[Any]] = {}
    if event.kind not in TransportEventKind.values:
        problems["kind"] = [_("Choose one.")]
    if event.at > now:
        problems["at"] = [_("This time has not come yet.")]
    elif event.at < event.shipment.prepared_at:
        problems["at"] = [_("That was before the shipment was prepared.")]
    if event.kind == TransportEventKind.EXCEPTION and not event.note:
        problems["note"] = [_("Say what happened.")]
    if problems:
        raise DomainError("incomplete", _("Please correct the marked fields."), fields=problems)


def _arrive(event: TransportEvent, *, by: User, now: datetime) -> None:
    shipment = event.shipment
    first = shipment.arrived_at is None
    if shipment.arrived_at is None or event.at < shipment.arrived_at:
        shipment.arrived_at = event.at
        shipment.save(update_fields=["arrived_at"])
    end_wait(shipment, "arrived", by=by, now=now)
    if first and shipment.is_under_way and shipment.order.salesperson:
        _tell(event, ARRIVED, [shipment.order.salesperson], by=by, now=now)


def _tell(event: TransportEvent, text: str, people: list[User], *, by: User, now: datetime) -> None:
    shipment = event.shipment
    params = {"number": shipment.number, "order": shipment.order.number, "note": event.note}
    key = ":".join(str(part) for part in (*key_of(shipment), event.kind, event.pk))
    notify(people, text, params=params, subject=shipment, by=by, key=key, now=now)
