"""Shipments: the list, one of them, and what is done with it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import may
from accounts.views.person import person_of
from core.errors import Reason
from core.forms import ReasonForm
from core.masking import mask_email, mask_name, mask_phone
from core.views.bulk import BulkAct
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from core.views.pages import DetailPage
from fulfillment.choices import Mode, ShipmentStatus
from fulfillment.filters import ShipmentFilter
from fulfillment.forms.dispatch import ArrivalForm, DispatchForm, ShipmentForm
from fulfillment.models import AcceptanceLine, Shipment, Shortage
from fulfillment.page import papers_of
from fulfillment.services import (
    cancel_shipment,
    change_arrival,
    create_shipment,
    dispatch_shipment,
    renew_signing_link,
)
from fulfillment.services.dispatch import held_back, needs_day
from fulfillment.services.shipments import askable
from fulfillment.signing import link_of, qr_of
from fulfillment.views.base import LinesAct, OnShipment, OrderAct, ShipmentAct, staff_of
from fulfillment.views.loads import LOAD_TOGETHER, put_together
from orders.choices import OrderStatus
from orders.guards import refusals
from orders.page import disclosed


class ShipmentList(ListPage):
    access = SIGNED_IN
    model = Shipment
    title = _("Shipments")
    related = ("order__customer",)
    filterset_class = ShipmentFilter
    columns = (
        Column("number", _("Number"), kind="code", link=True, sort=("pk",), phone="title"),
        Column("order", _("Order"), kind="code", value="order.number"),
        Column("customer", _("Customer"), value="order.customer.name"),
        Column("carrier", _("Carrier")),
        Column("waybill", _("Waybill"), kind="code"),
        Column("shipped_at", pgettext_lazy("time", "Dispatched"), kind="moment"),
        Column("expected_arrival", _("Expected"), kind="day"),
        Column("status", _("Status"), kind="status", phone="corner"),
    )
    default_sort = "-number"
    bulk_acts = {"load": LOAD_TOGETHER}
    saved_views = (
        SavedView("all", _("All")),
        SavedView("prepared", _("To dispatch"), {"status": "prepared"}),
        SavedView("under-way", _("Under way"), {"status": "dispatched"}),
        SavedView("accepted", _("Accepted"), {"status": "accepted"}),
    )
    empty = (_("No shipments yet"), _("A shipment is prepared on the page of its order, once inspection has passed."))
    empty_icon = "truck-delivery"

    def run_bulk(self, act: BulkAct, rows: list[Any]) -> HttpResponseBase:
        """One vehicle takes all of the rows or none, unlike other bulk acts."""
        return put_together(self, act, rows)


class ShipmentPage(OnShipment, DetailPage):
    """Lines with batches, papers, the customer's signing code, acceptance and problems, timeline."""

    access = SIGNED_IN
    template_name = "fulfillment/shipment_detail.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return super().get_crumbs()[:2]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shipment: Shipment = self.subject
        user = person_of(self.request)
        link = link_of(shipment) if shipment.is_under_way and may(user, "fulfillment.renew_signing_link") else ""
        acceptance = getattr(shipment, "acceptance", None)
        return super().get_context_data(
            order=shipment.order,
            lines=self.lines(),
            receiver=self.receiver(),
            acceptance=acceptance,
            **self.signed(acceptance),
            problems=acceptance.problems.select_related("settled_by") if acceptance else (),
            papers=papers_of(shipment),
            preparation=getattr(shipment, "preparation", None),
            notices=self.notices(),
            check=getattr(shipment, "delivery_check", None),
            shortages=self.shortages(),
            events=self.subject.transport_events.select_related("by")[:LATEST],
            incidents=(incidents := list(self.subject.incidents.all())),
            open_incidents=sum(incident.is_open for incident in incidents),
            late=shipment.is_overdue(timezone.localdate()),
            reads_persons=self.reads_persons,
            blockers=self.blockers(),
            may={act: may(user, f"fulfillment.{act}") for act in ACTS_HERE},
            link=link,
            qr=qr_of(link),
            link_expired=shipment.is_under_way and shipment.signing_has_expired(),
            **kwargs,
        )

    def shortages(self) -> Any:
        """Its own, and the open ones of its order."""
        open_ones = Q(order=self.subject.order, shipment=None, settled_at=None)
        own = Q(shipment=self.subject)
        rows = Shortage.objects.filter(own | open_ones if self.subject.is_prepared else own)
        return rows.select_related("reported_by", "settled_by")

    def receiver(self) -> tuple[str, str]:
        """Name and telephone, masked for whoever has no business with the customer (R1.6)."""
        name, phone = self.subject.receiver, self.subject.receiver_phone
        return (name, phone) if self.reads_persons else (mask_name(name), mask_phone(phone))

    def signed(self, acceptance: Any) -> dict[str, str]:
        """The signer as the acceptance slip tells of him to the same reader."""
        if acceptance is None:
            return {}
        if not self.reads_persons:
            return {"signer": mask_name(acceptance.signer_name), "signature": ""}
        return {"signer": acceptance.signer_name, "signature": acceptance.signature_url}

    def notices(self) -> list[tuple[Any, str]]:
        """When it was told of the arrival, and to which address."""
        shown = str if self.reads_persons else mask_email
        return [(notice, shown(notice.mailed_to)) for notice in self.subject.arrival_notices.all()]

    @cached_property
    def reads_persons(self) -> bool:
        return disclosed(self.subject.order, person_of(self.request))

    def lines(self) -> Any:
        accepted = Prefetch("acceptance_line", AcceptanceLine.objects.all())
        return self.subject.lines.select_related("order_line__product").prefetch_related("batches", accepted)

    def blockers(self) -> Sequence[Reason]:
        """Why it may not leave now."""
        return held_back(self.subject)


LATEST = 50
ACTS_HERE = (
    "dispatch_shipment", "cancel_shipment", "renew_signing_link", "accept_shipment", "settle_problem",
    "change_arrival", "record_preparation", "check_delivery", "report_shortage", "settle_shortage",
    "record_transport_event", "report_incident",
)  # fmt: skip


class CreateShipment(LinesAct, OrderAct):
    access = staff_of("fulfillment.create_shipment")
    service = create_shipment
    form_class = ShipmentForm
    grid = True
    title = _("Prepare a shipment of order %(subject)s")
    submit_label = _("Issue the dispatch order")
    success_message = _("Shipment %(subject)s is prepared.")

    def get_reasons(self) -> Sequence[Reason]:
        if self.subject.status != OrderStatus.IN_PRODUCTION:
            text = gettext("The order is “%(status)s”: nothing is to be shipped.")
            return [Reason("status", text % {"status": self.subject.get_status_display()})]
        return refusals(self.subject, "dispatch")

    def get_lines(self) -> Any:
        return self.subject.lines.select_related("product")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "free": askable(self.subject)}

    def get_initial(self) -> dict[str, Any]:
        order, today = self.subject, timezone.localdate()
        return {
            "receiver": order.receiver or order.contact_name,
            "receiver_phone": order.receiver_phone or order.contact_phone,
            "address": order.delivery_address,
            "labels": order.labels,
            "expected_arrival": order.promise_date if order.promise_date and order.promise_date >= today else None,
            "mode": Mode.ROAD,
        }

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        own = {name: value for name, value in form.cleaned_data.items() if not name.startswith("quantity_")}
        return {"order": self.subject, "quantities": form.quantities(), **own}

    def get_success_url(self, result: Any) -> str:
        return result.get_absolute_url() if result else super().get_success_url(result)


class DispatchShipment(ShipmentAct):
    access = staff_of("fulfillment.dispatch_shipment")
    service = dispatch_shipment
    form_class = DispatchForm
    title = _("Dispatch shipment %(subject)s")
    submit_label = _("Dispatch")
    success_message = _("Shipment %(subject)s has left. The delivery note is being drawn.")

    def get_reasons(self) -> Sequence[Reason]:
        return held_back(self.subject)

    def get_form(self) -> Any:
        form = super().get_form()
        form.fields["expected_arrival"].required = needs_day(self.subject)
        return form

    def get_initial(self) -> dict[str, Any]:
        own = "" if self.subject.carrier_ref_id else self.subject.carrier
        return {
            "carrier": own,
            "carrier_ref": self.subject.carrier_ref_id,
            "expected_arrival": self.subject.expected_arrival,
        }

    def get_consequences(self) -> Sequence[str]:
        count = self.subject.lines.count()
        return (
            ngettext(
                "%(count)s line is taken out of stock and the delivery note is issued. This cannot be undone.",
                "%(count)s lines are taken out of stock and the delivery note is issued. This cannot be undone.",
                count,
            )
            % {"count": count},
        )


class ChangeArrival(ShipmentAct):
    access = staff_of("fulfillment.change_arrival")
    service = change_arrival
    status = ShipmentStatus.DISPATCHED
    form_class = ArrivalForm
    title = _("When shipment %(subject)s arrives")
    submit_label = _("Change the expected arrival")
    success_message = _("The expected arrival of shipment %(subject)s is changed.")

    def get_form(self) -> Any:
        form = super().get_form()
        form.fields["reason"].required = self.subject.expected_arrival is not None
        return form

    def get_initial(self) -> dict[str, Any]:
        return {"expected_arrival": self.subject.expected_arrival}

    def get_consequences(self) -> Sequence[str]:
        if self.subject.arrival_notices.exists():
            return (gettext("Account manager and customer were told of the former day and are told of this one now."),)
        return (gettext("Account manager and customer are told one working day ahead."),)


class CancelShipment(ShipmentAct):
    access = staff_of("fulfillment.cancel_shipment")
    service = cancel_shipment
    status = ShipmentStatus.PREPARED
    form_class = ReasonForm
    tone = "danger"
    title = _("Cancel shipment %(subject)s")
    submit_label = _("Cancel the shipment")
    success_message = _("Shipment %(subject)s is canceled.")

    def get_consequences(self) -> Sequence[str]:
        return (gettext("Its quantities are open again on the order; the goods stay in stock."),)


class RenewLink(ShipmentAct):
    access = staff_of("fulfillment.renew_signing_link")
    service = renew_signing_link
    status = ShipmentStatus.DISPATCHED
    title = _("New signing code for shipment %(subject)s")
    submit_label = _("Make a new code")
    success_message = _("Shipment %(subject)s has a new code and a new delivery note.")

    def get_consequences(self) -> Sequence[str]:
        return (gettext("The code on the delivery note printed before no longer works."),)
