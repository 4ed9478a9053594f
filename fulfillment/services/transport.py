"""Goods are followed on their way by events (R5.6). Locks: order, shipment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
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
from fulfillment.choices import EventSource, TransportEventKind
from fulfillment.models import Carrier, Shipment, TransportEvent
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


SKEW = timedelta(minutes=5)  # by which the carrier's clock may be ahead of ours


@dataclass(frozen=True)
class Received:
    """What stands of a carrier's report, and whether it had come before."""

    events: list[TransportEvent]
    repeated: bool


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


@act("fulfillment.receive_carrier_event", roles=())
def receive_carrier_event(
    *, carrier: Carrier, external_id: str, waybill: str, kind: str, at: datetime, by: User, place: str = "",
    note: str = "", now: datetime | None = None,
) -> Received:  # fmt: skip
    """What a carrier reports of everything under its waybill; only the system acts here, by the carrier's signature.

    Sent again it answers with what stands. Raises DomainError("waybill") for one that is not under way with this
    carrier, Conflict("external_id") when the number came before with another content, and as record_transport_event.
    """
    now = now or timezone.now()
    found = Shipment.objects.filter(carrier_ref=carrier, waybill=waybill, status__in=GONE).select_related("order")
    shipments = [lock_gone(shipment, by=by) for shipment in found.order_by("order_id", "pk")]
    if not shipments:
        text = _("Nothing is under way with you under this waybill.")
        raise DomainError("waybill", text, fields={"waybill": [text]})
    at = min(at, now) if at - now < SKEW else at
    said = {"kind": kind, "at": at, "place": place.strip(), "note": note.strip()}
    if known := list(TransportEvent.objects.filter(carrier=carrier, external_id=external_id).order_by("pk")):
        return Received(_same(known, shipments, said), repeated=True)
    source = {"source": EventSource.CALLBACK, "carrier": carrier, "external_id": external_id}
    events = [TransportEvent(shipment=shipment, **said, **source) for shipment in shipments]
    return Received([enter_event(event, by=by, now=now) for event in events], repeated=False)


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


def _same(known: list[TransportEvent], shipments: list[Shipment], said: dict[str, Any]) -> list[TransportEvent]:
    """The events of before, if they say the same; a time cut back to ours may differ by the clocks' difference."""
    same = {event.shipment_id for event in known} <= {shipment.pk for shipment in shipments}
    for event in known:
        near = abs(event.at - said["at"]) < SKEW
        same = same and near and all(getattr(event, name) == said[name] for name in ("kind", "place", "note"))
    if not same:
        raise Conflict("external_id", _("This number came before with another content."))
    return known


def _check(event: TransportEvent, now: datetime) -> None:
    problems: dict[str, list[Any]] = {}
    if event.kind not in TransportEventKind.values:
        problems["kind"] = [_("Choose one.")]
    if event.at > now:
        problems["at"] = [_("This time has not come yet.")]
    elif event.at < (event.shipment.shipped_at or event.shipment.prepared_at):
        problems["at"] = [_("That was before the goods left.")]
    if event.kind == TransportEventKind.EXCEPTION and not event.note:
        problems["note"] = [_("Say what happened.")]
    if problems:
        raise DomainError("incomplete", _("Please correct the marked fields."), fields=problems)


def _arrive(event: TransportEvent, *, by: User, now: datetime) -> None:
    shipment = event.shipment
    first = shipment.arrived_at is None
    # A carrier is rated by this day: it may be the first to say it, but not put it earlier than is known.
    if shipment.arrived_at is None or (event.source == EventSource.MANUAL and event.at < shipment.arrived_at):
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
