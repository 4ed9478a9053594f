"""Sales asks for goods to be sent, inside sales checks it against the order (R5.2). Locks: order, request, number."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError, NotPermitted
from core.horizon import out_of_reach
from core.numbering import draw_number
from fulfillment.choices import Mode, RequestStatus
from fulfillment.models import Carrier, DispatchRequest, DispatchRequestLine, Shipment
from fulfillment.models.dispatch_request import OPEN
from fulfillment.services.shipments import askable, check_quantities, create_shipment
from orders.choices import OrderStatus
from orders.models import Order
from orders.services.steps import lock_order, require_status
from workflow.choices import WorkKind
from workflow.notifications import notify
from workflow.services import finish_work, open_work

APPLICANTS = frozenset({Role.SALES, Role.SALES_MANAGER})
ORDERED = gettext_noop("Dispatch order %(number)s was issued for your request %(request)s.")


@dataclass(frozen=True)
class Wanted:
    """What is asked for besides the goods; an empty receiver, telephone, address or labels are the order's."""

    wanted_date: date
    labels: str = ""
    papers: str = ""
    special_needs: str = ""
    receiver: str = ""
    receiver_phone: str = ""
    address: str = ""


@act("fulfillment.request_dispatch", roles=APPLICANTS)
def request_dispatch(
    *, order: Order, quantities: Mapping[int, Decimal], wanted: Wanted, by: User, now: datetime | None = None
) -> DispatchRequest:
    """Ask for `quantities` by order line key to be sent; inside sales gets it to check.

    Raises Conflict("status") before approval and after shipping, DomainError("incomplete") by field,
    DomainError("quantity") above what is neither shipped, on a dispatch order nor asked for already.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION)
    request = DispatchRequest(order=order, requested_by=by, requested_at=now)
    lines = _fill(request, quantities, wanted, now)
    request.number = draw_number("dispatch_request", now=now)
    request.save(force_insert=True)
    _write_lines(request, lines)
    _record(request, "requested", by=by, now=now)
    _have_checked(request, by=by, now=now)
    return request


@act("fulfillment.correct_dispatch_request", roles=APPLICANTS)
def correct_dispatch_request(
    *, dispatch_request: DispatchRequest, quantities: Mapping[int, Decimal], wanted: Wanted, by: User,
    now: datetime | None = None,
) -> DispatchRequest:  # fmt: skip
    """Hand a request that was sent back in again. Raises as request_dispatch, Conflict("status") when not sent back."""
    now = now or timezone.now()
    request = _locked(dispatch_request, by, RequestStatus.RETURNED)
    require_status(request.order, OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION)
    lines = _fill(request, quantities, wanted, now)
    request.status, request.requested_by, request.requested_at = RequestStatus.REQUESTED, by, now
    request.checked_by = request.checked_at = None
    request.save()
    request.lines.all().delete()
    _write_lines(request, lines)
    _finish(WorkKind.RETURNED_DISPATCH, request, "corrected", by=by, now=now)
    _record(request, "corrected", by=by, now=now)
    _have_checked(request, by=by, now=now)
    return request


@act("fulfillment.return_dispatch_request", roles={Role.INSIDE_SALES})
def return_dispatch_request(
    *, dispatch_request: DispatchRequest, reason: str, by: User, now: datetime | None = None
) -> DispatchRequest:
    """Send it back to who asked. Raises DomainError("reason"), Conflict("status"), NotPermitted for one's own."""
    now = now or timezone.now()
    request = _checkable(dispatch_request, by)
    request.reason = _given(reason)
    request.status, request.checked_by, request.checked_at = RequestStatus.RETURNED, by, now
    request.save(update_fields=["status", "reason", "checked_by", "checked_at"])
    _finish(WorkKind.DISPATCH_CHECK, request, "returned", by=by, now=now)
    _record(request, "returned", by=by, now=now, note=request.reason)
    open_work(
        WorkKind.RETURNED_DISPATCH, request.order, by=by, role=Role.SALES, person=request.requested_by,
        key=str(request.pk), title=request.reason[:200], url=reverse("fulfillment:request-correct", args=[request.pk]),
        now=now,
    )  # fmt: skip
    return request


@act("fulfillment.withdraw_dispatch_request", roles=APPLICANTS)
def withdraw_dispatch_request(
    *, dispatch_request: DispatchRequest, reason: str, by: User, now: datetime | None = None
) -> DispatchRequest:
    """Take an open request back. Raises DomainError("reason"), Conflict("status")."""
    now = now or timezone.now()
    request = _locked(dispatch_request, by, *OPEN)
    request.reason = _given(reason)
    request.status = RequestStatus.WITHDRAWN
    request.save(update_fields=["status", "reason"])
    for kind in (WorkKind.DISPATCH_CHECK, WorkKind.RETURNED_DISPATCH):
        _finish(kind, request, "withdrawn", by=by, now=now)
    _record(request, "withdrawn", by=by, now=now, note=request.reason)
    return request


@act("fulfillment.order_dispatch", roles={Role.INSIDE_SALES})
def order_dispatch(
    *, dispatch_request: DispatchRequest, by: User, carrier: str = "",
    carrier_ref: Carrier | None = None, mode: str = Mode.ROAD,
    planned_date: date | None = None, expected_arrival: date | None = None, now: datetime | None = None,
) -> Shipment:  # fmt: skip
    """The request is in order: issue its dispatch order (R5.2).

    Raises as create_shipment, which asks the gates; Conflict("status"), NotPermitted for one's own request.
    """
    now = now or timezone.now()
    request = _checkable(dispatch_request, by)
    shipment = create_shipment(
        order=request.order, quantities={line.order_line_id: line.quantity for line in request.lines.all()},
        carrier=carrier, carrier_ref=carrier_ref, mode=mode,
        planned_date=planned_date or max(request.wanted_date, timezone.localdate(now)),
        expected_arrival=expected_arrival, receiver=request.receiver, receiver_phone=request.receiver_phone,
        address=request.address, labels=request.labels, papers=request.papers, remarks=request.special_needs,
        request=request, by=by, now=now,
    )  # fmt: skip
    request.status, request.checked_by, request.checked_at = RequestStatus.ORDERED, by, now
    request.shipment = shipment
    request.save(update_fields=["status", "checked_by", "checked_at", "shipment"])
    _finish(WorkKind.DISPATCH_CHECK, request, "ordered", by=by, now=now)
    _record(request, "ordered", by=by, now=now, note=shipment.number)
    params = {"number": shipment.number, "request": request.number}
    notify([request.requested_by], ORDERED, params=params, subject=shipment, by=by, now=now)
    return shipment


def _fill(
    request: DispatchRequest, quantities: Mapping[int, Decimal], wanted: Wanted, now: datetime
) -> dict[int, Decimal]:
    order = request.order
    for name, value in asdict(wanted).items():
        setattr(request, name, value.strip() if isinstance(value, str) else value)
    request.receiver = request.receiver or order.receiver or order.contact_name
    request.receiver_phone = request.receiver_phone or order.receiver_phone or order.contact_phone
    request.address = request.address or order.delivery_address
    request.labels = request.labels or order.labels
    problems: dict[str, list[Any]] = {
        name: [_("Required.")] for name in ("receiver", "receiver_phone", "address") if not getattr(request, name)
    }
    problems |= out_of_reach({"wanted_date": wanted.wanted_date}, timezone.localdate(now))
    if problems:
        raise DomainError("incomplete", _("The dispatch request is incomplete."), fields=problems)
    return check_quantities(askable(order, besides=request), quantities)


def _write_lines(request: DispatchRequest, lines: Mapping[int, Decimal]) -> None:
    DispatchRequestLine.objects.bulk_create(
        DispatchRequestLine(request=request, order_line_id=key, quantity=quantity) for key, quantity in lines.items()
    )


def _locked(request: DispatchRequest, by: User, *statuses: str) -> DispatchRequest:
    order = lock_order(request.order, by=by)
    request = DispatchRequest.objects.select_for_update(of=("self",)).select_related("requested_by").get(pk=request.pk)
    request.order = order
    if request.status not in statuses:
        raise Conflict(
            "status",
            _("Request %(number)s is “%(status)s” by now; this step no longer fits.")
            % {"number": request.number, "status": request.get_status_display()},
        )
    return request


def _checkable(request: DispatchRequest, by: User) -> DispatchRequest:
    request = _locked(request, by, RequestStatus.REQUESTED)
    require_status(request.order, OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION)
    if request.requested_by_id == by.pk:
        raise NotPermitted("four_eyes", _("Somebody else checks what you asked for."))
    return request


def _given(reason: str) -> str:
    if not reason.strip():
        raise DomainError("reason", _("Say why."), fields={"reason": [_("Required.")]})
    return reason.strip()


def _have_checked(request: DispatchRequest, *, by: User, now: datetime) -> None:
    open_work(
        WorkKind.DISPATCH_CHECK, request.order, by=by, role=Role.INSIDE_SALES, key=str(request.pk),
        title=request.number, url=reverse("fulfillment:request-order", args=[request.pk]), now=now,
    )  # fmt: skip


def _finish(kind: str, request: DispatchRequest, outcome: str, *, by: User, now: datetime) -> None:
    finish_work(kind, request.order, by=by, outcome=outcome, key=str(request.pk), now=now)


def _record(request: DispatchRequest, what: str, *, by: User, now: datetime, note: str = "") -> None:
    """In the trail of the request and, since people look there, of its order."""
    named = {"request": [None, request.number]}
    audit.record_many([
        audit.entry(f"dispatch_request.{what}", request, by=by, note=note, now=now),
        audit.entry(f"order.dispatch_{what}", request.order, by=by, changes=named, note=note, now=now),
    ])  # fmt: skip
