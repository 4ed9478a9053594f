"""What goes wrong on the way: reported, put to work, settled with who answers for it (R5.6). Locks: order, incident."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from core import audit, formats
from core.errors import Conflict, DomainError, NotPermitted
from core.horizon import out_of_reach
from fulfillment.choices import IncidentKind, NoticeReason, Responsible
from fulfillment.models import CarrierRules, Shipment, TransportIncident
from fulfillment.services.arrivals import move_arrival
from fulfillment.services.carrier_rules import kept_carrier_rules
from fulfillment.services.notices import open_notice
from fulfillment.services.photos import attach_photos
from fulfillment.services.trail import enter_trail
from fulfillment.services.transport import end_wait, lock_gone
from orders.services.steps import lock_order
from workflow.choices import WorkKind
from workflow.services import finish_work, open_work

REPORTERS = frozenset({
    Role.LOGISTICS, Role.WAREHOUSE, Role.SALES, Role.INSIDE_SALES, Role.SERVICE, Role.AFTERSALES, Role.SALES_MANAGER,
})  # fmt: skip
FINED = (Responsible.CARRIER, Responsible.HOUSE)


@act("fulfillment.report_incident", roles=REPORTERS)
def report_incident(
    *, shipment: Shipment, kind: str, description: str, by: User, new_date: date | None = None,
    photos: Sequence[UploadedFile] = (), now: datetime | None = None,
) -> TransportIncident:  # fmt: skip
    """Report what went wrong on the way: work of logistics, and while under way the customer is to be told.

    `new_date` of a delay becomes the expected arrival of goods that have not arrived (R5.5); the carrier is still
    judged by the first. Raises DomainError("incomplete") by field, DomainError("photos"), Conflict("status") before
    the goods have left, Conflict("reported") while one of the same kind is open.
    """
    now = now or timezone.now()
    shipment = lock_gone(shipment, by=by)
    incident = TransportIncident(
        shipment=shipment, kind=kind, description=description.strip(), new_date=new_date, reported_by=by,
        reported_at=now,
    )  # fmt: skip
    _check_report(incident, now)
    if shipment.incidents.open().filter(kind=kind).exists():
        raise Conflict("reported", _("An incident of this kind is open already. Settle it, or add a comment there."))
    incident.save(force_insert=True)
    attach_photos(incident, photos, by=by, now=now)
    enter_trail(shipment, "incident_reported", by=by, now=now, note=incident.description)
    _put_to_work(incident, by=by, now=now)
    return incident


@act("fulfillment.settle_incident", roles={Role.LOGISTICS, *MANAGERS})
def settle_incident(
    *, incident: TransportIncident, responsible: str, measure: str, by: User, cost: Decimal | None = None,
    penalty: Decimal | None = None, now: datetime | None = None,
) -> TransportIncident:  # fmt: skip
    """Say who answers for it, what was done and what it cost; `cost` and `penalty` in yuan.

    A penalty needs a rule in force and keeps its range; who reported the incident fines nobody. Raises
    DomainError("incomplete") by field, NotPermitted("four_eyes"), Conflict("settled") when a colleague was faster.
    """
    now = now or timezone.now()
    order = lock_order(incident.shipment.order, by=by)
    incident = lock_incident(incident)
    if not incident.is_open:
        raise Conflict("settled", _("This incident is already settled."))
    if penalty and incident.reported_by_id == by.pk:
        raise NotPermitted("four_eyes", _("You reported this incident: somebody else sets the penalty."))
    incident.shipment.order = order
    incident.responsible, incident.measure = responsible, measure.strip()
    incident.cost, incident.penalty = cost, penalty or None
    incident.rules = kept_carrier_rules() if penalty else None
    _check_outcome(incident)
    incident.settled_by, incident.settled_at = by, now
    incident.save()
    audit.record(
        "transport_incident.settled", incident, by=by, changes=_figures(incident), note=incident.measure, now=now
    )
    enter_trail(incident.shipment, "incident_settled", by=by, now=now, note=incident.measure)
    finish_work(WorkKind.TRANSPORT_INCIDENT, order, by=by, outcome="settled", key=str(incident.pk), now=now)
    return incident


def lock_incident(incident: TransportIncident) -> TransportIncident:
    """The incident as it stands now; its order was locked before it."""
    return TransportIncident.objects.select_for_update(of=("self",)).select_related("shipment").get(pk=incident.pk)


def _check_report(incident: TransportIncident, now: datetime) -> None:
    problems: dict[str, list[Any]] = {}
    if incident.kind not in IncidentKind.values:
        problems["kind"] = [_("Choose one.")]
    if not incident.description:
        problems["description"] = [_("Required.")]
    problems |= out_of_reach({"new_date": incident.new_date}, timezone.localdate(now))
    if (day := _later_arrival(incident)) and (known := incident.shipment.expected_arrival) and day < known:
        text = _("Before the day it is expected now, %(day)s: a delay is to a later one.")
        problems.setdefault("new_date", [text % {"day": formats.day(known)}])
    if problems:
        raise DomainError("incomplete", _("The report is incomplete."), fields=problems)


def _put_to_work(incident: TransportIncident, *, by: User, now: datetime) -> None:
    shipment = incident.shipment
    open_work(
        WorkKind.TRANSPORT_INCIDENT, shipment.order, by=by, role=Role.LOGISTICS, key=str(incident.pk),
        title=incident.description[:200], url=incident.get_absolute_url(), now=now,
    )  # fmt: skip
    if incident.kind == IncidentKind.DELAY:
        end_wait(shipment, "reported", by=by, now=now)
    if day := _later_arrival(incident):
        move_arrival(shipment, day, reason=incident.description, by=by, now=now)
    if shipment.is_under_way:
        open_notice(
            shipment.order, reason=NoticeReason.TRANSPORT, text=incident.description, new_date=incident.new_date,
            by=by, now=now,
        )  # fmt: skip


def _later_arrival(incident: TransportIncident) -> date | None:
    """The other day for goods still awaited; what is named for damaged or lost ones is the day of others."""
    shipment = incident.shipment
    awaited = shipment.is_under_way and shipment.arrived_at is None
    is_other = incident.kind == IncidentKind.DELAY and incident.new_date != shipment.expected_arrival
    return incident.new_date if awaited and is_other else None


def _check_outcome(incident: TransportIncident) -> None:
    problems: dict[str, list[Any]] = {}
    if incident.responsible not in Responsible.values:
        problems["responsible"] = [_("Choose one.")]
    if not incident.measure:
        problems["measure"] = [_("Say what was done.")]
    if incident.cost is not None and incident.cost < 0:
        problems["cost"] = [_("Not below zero.")]
    if incident.penalty is not None and (text := _against(incident.penalty, incident)):
        problems["penalty"] = [text]
    if problems:
        raise DomainError("incomplete", _("Please correct the marked fields."), fields=problems)


def _against(penalty: Decimal, incident: TransportIncident) -> str:
    """Why this penalty cannot be, if so."""
    rules = incident.rules
    if rules is None or rules.penalty_from is None:
        return _("The rules in force know no penalty.")
    if incident.responsible not in FINED:
        return _("Only the carrier or our own people can be fined.")
    return "" if rules.allows_penalty(penalty) else penalty_range(rules)


def penalty_range(rules: CarrierRules) -> str:
    """In words, for the form and for the refusal."""
    if rules.penalty_from is None:
        return _("The rules in force know no penalty.")
    values = {"least": rules.penalty_from, "most": rules.penalty_to}
    return _("The rules in force allow %(least)s to %(most)s yuan.") % values


def _figures(incident: TransportIncident) -> dict[str, list[Any]]:
    found = {"responsible": incident.responsible, "cost": incident.cost, "penalty": incident.penalty}
    return audit.differences(dict.fromkeys(found), found)
