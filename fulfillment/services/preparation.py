"""Laying out the goods, checking them before they leave, saying at once that some are missing (R5.3, R5.4, R6.1)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from catalog.models import StockReservation
from core import audit, formats
from core.errors import Conflict, DomainError
from core.horizon import out_of_reach
from fulfillment.choices import NoticeReason, ShipmentStatus
from fulfillment.documents import issue_preparation_sheet
from fulfillment.models import DeliveryCheck, Preparation, Shipment, Shortage
from fulfillment.services.notices import open_notice
from fulfillment.services.shipments import MENDERS, lock_shipment, require_shipment
from fulfillment.services.trail import enter_trail
from orders.services.steps import lock_order
from workflow.choices import WorkKind
from workflow.notifications import notify
from workflow.services import finish_work, open_work

PACKERS = frozenset({Role.WAREHOUSE, Role.LOGISTICS})
LATER = gettext_noop("Order %(order)s is short of goods: %(reason)s. New date: %(date)s.")
SHORT = gettext_noop("Shipment %(number)s of order %(order)s cannot leave as asked: %(reason)s. New date: %(date)s.")


@act("fulfillment.record_preparation", roles=PACKERS)
def record_preparation(
    *, shipment: Shipment, inspection_report: str, packaging: str, by: User, now: datetime | None = None
) -> Preparation:
    """Write the preparation sheet: the batches reserved for each line, the inspection report, the packaging (R5.3).

    Written again it replaces the former. Raises DomainError("incomplete") by field, Conflict("status").
    """
    now = now or timezone.now()
    shipment = _locked(shipment, by)
    given = {"inspection_report": inspection_report.strip(), "packaging": packaging.strip()}
    if problems := {name: [_("Required.")] for name, text in given.items() if not text}:
        raise DomainError("incomplete", _("The preparation sheet is incomplete."), fields=problems)
    values = {**given, "batches": proposed_batches(shipment), "by": by, "at": now}
    preparation, _made = Preparation.objects.update_or_create(shipment=shipment, defaults=values)
    enter_trail(shipment, "laid_out", by=by, now=now, note=given["packaging"])
    issue_preparation_sheet(preparation, by=by, now=now)
    return preparation


@act("fulfillment.check_delivery", roles=PACKERS)
def check_delivery(
    *, shipment: Shipment, items: Mapping[str, bool], note: str = "", by: User, now: datetime | None = None
) -> DeliveryCheck:
    """Record what was looked at before the goods leave (R6.1); looked at again it replaces the former.

    Raises DomainError("note") when something is not in order and nobody says what, Conflict("status").
    """
    now = now or timezone.now()
    shipment = _locked(shipment, by)
    found = {name: bool(items.get(name)) for name in DeliveryCheck.ITEMS}
    if not all(found.values()) and not note.strip():
        raise DomainError("note", _("Say what is not in order."), fields={"note": [_("Required.")]})
    values = {**found, "note": note.strip(), "by": by, "at": now}
    check, _made = DeliveryCheck.objects.update_or_create(shipment=shipment, defaults=values)
    enter_trail(shipment, "checked", by=by, now=now, note="; ".join([*check.failed, check.note]).strip("; "))
    return check


@act("fulfillment.report_shortage", roles=PACKERS | {Role.PRODUCTION})
def report_shortage(
    *, shipment: Shipment, reason: str, new_date: date, by: User, now: datetime | None = None
) -> Shortage:
    """Goods are missing: work of inside sales and production; the applicant knows, the customer is to be told (R5.4).

    Raises DomainError("incomplete") by field, Conflict("reported") while one is open, Conflict("status").
    """
    now = now or timezone.now()
    shipment = _locked(shipment, by)
    _check_shortage(reason, new_date, now)
    if Shortage.objects.filter(shipment=shipment, settled_at__isnull=True).exists():
        raise Conflict("reported", _("A shortage of this shipment is reported already and not settled yet."))
    shortage = Shortage.objects.create(
        order=shipment.order, shipment=shipment, reason=reason.strip(), new_date=new_date,
        reported_by=by, reported_at=now,
    )  # fmt: skip
    # What was looked at is looked at again: goods, vehicle and the time the customer knows are others then.
    DeliveryCheck.objects.filter(shipment=shipment).delete()
    shipment.planned_date = new_date
    if shipment.expected_arrival and shipment.expected_arrival < new_date:
        shipment.expected_arrival = None
    shipment.save(update_fields=["planned_date", "expected_arrival"])
    enter_trail(shipment, "short", by=by, now=now, note=f"{shortage.reason} → {new_date.isoformat()}")
    have_mended(shortage, by=by, now=now)
    _tell_new_date(shortage, by=by, now=now)
    return shortage


@act("fulfillment.settle_shortage", roles=set(MENDERS))
def settle_shortage(
    *, shortage: Shortage, measure: str, by: User, new_date: date | None = None, now: datetime | None = None
) -> Shortage:
    """How the goods are got; ends the work of both departments. `new_date` when none is known yet: applicant and
    customer learn it (R5.4).

    Raises DomainError("measure"), DomainError("incomplete") by field, Conflict("settled").
    """
    now = now or timezone.now()
    order = lock_order(shortage.order, by=by)
    shortage = Shortage.objects.select_for_update(of=("self",)).select_related("shipment").get(pk=shortage.pk)
    if not shortage.is_open:
        raise Conflict("settled", _("The shortage is settled already."))
    if not measure.strip():
        raise DomainError("measure", _("Say how the goods are got."), fields={"measure": [_("Required.")]})
    was_dated = shortage.new_date is not None
    shortage.order = order
    if not was_dated:
        _check_day(new_date, now)
        shortage.new_date = new_date
    end_shortage(shortage, measure.strip(), outcome="settled", by=by, now=now)
    if not was_dated:
        _tell_new_date(shortage, by=by, now=now)
    return shortage


def end_shortage(shortage: Shortage, measure: str, *, outcome: str, by: User, now: datetime) -> None:
    """Nobody has to get the goods any more; the order is locked."""
    shortage.measure, shortage.settled_by, shortage.settled_at = measure, by, now
    shortage.save(update_fields=["new_date", "measure", "settled_by", "settled_at"])
    for role in MENDERS:
        finish_work(WorkKind.SHORTAGE, shortage.order, by=by, outcome=outcome, key=f"{shortage.pk}:{role}", now=now)
    if shortage.shipment is None:
        audit.record("order.shortage_settled", shortage.order, by=by, note=measure, now=now)
        return
    shortage.shipment.order = shortage.order
    enter_trail(shortage.shipment, "shortage_settled", by=by, now=now, note=measure)


def proposed_batches(shipment: Shipment) -> list[dict[str, Any]]:
    """What is reserved for its lines, lot by lot as it will be taken, up to the quantity of the line."""
    rows = StockReservation.objects.filter(reference=shipment.order.number).order_by("line_id", "lot__batch", "lot_id")
    reserved = list(rows.values_list("line_id", "quantity", "lot__batch"))
    batches = []
    for line in shipment.lines.all():
        left = line.quantity
        for _line, quantity, batch in (row for row in reserved if row[0] == line.order_line_id):
            if (part := min(left, quantity)) > 0:
                batches.append({"line": line.pk, "batch": batch, "quantity": str(part)})
                left -= part
    return batches


def _locked(shipment: Shipment, by: User) -> Shipment:
    order = lock_order(shipment.order, by=by)
    shipment = lock_shipment(shipment)
    require_shipment(shipment, ShipmentStatus.PREPARED)
    shipment.order = order
    return shipment


def _check_shortage(reason: str, new_date: date, now: datetime) -> None:
    problems: dict[str, list[Any]] = {}
    if not reason.strip():
        problems["reason"] = [_("Required.")]
    problems |= out_of_reach({"new_date": new_date}, timezone.localdate(now))
    if problems:
        raise DomainError("incomplete", _("Say why goods are missing and when they can leave."), fields=problems)


def _check_day(new_date: date | None, now: datetime) -> None:
    missing = {"new_date": [_("Required.")]}
    if problems := out_of_reach({"new_date": new_date}, timezone.localdate(now)) if new_date else missing:
        raise DomainError("incomplete", _("Say when the goods can leave."), fields=problems)


def have_mended(shortage: Shortage, *, by: User, now: datetime) -> None:
    """Inside sales and production have it to do."""
    for role in MENDERS:
        open_work(
            WorkKind.SHORTAGE, shortage.order, by=by, role=role, key=f"{shortage.pk}:{role}",
            title=shortage.reason[:200], url=shortage.get_absolute_url(), now=now,
        )  # fmt: skip


def _tell_new_date(shortage: Shortage, *, by: User, now: datetime) -> None:
    """The customer is to be told; whoever asked for dispatch knows at once."""
    order, shipment = shortage.order, shortage.shipment
    assert shortage.new_date
    open_notice(order, reason=NoticeReason.SHORTAGE, text=shortage.reason, new_date=shortage.new_date, by=by, now=now)
    asked = getattr(shipment, "request", None)
    applicant = asked.requested_by if asked else order.salesperson
    if applicant is None:
        return
    params = {"order": order.number, "reason": shortage.reason, "date": formats.day(shortage.new_date)}
    if shipment is not None:
        notify([applicant], SHORT, params={**params, "number": shipment.number}, subject=shipment, by=by, now=now)
    else:
        notify([applicant], LATER, params=params, subject=order, by=by, now=now)
