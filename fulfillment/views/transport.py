"""Goods on their way: events, and incidents from report to outcome (R5.6)."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import may
from accounts.views.person import person_of
from core.errors import Reason
from core.views.acts import ActView
from fulfillment.forms.transport import EventForm, IncidentForm, OutcomeForm
from fulfillment.models import TransportIncident
from fulfillment.models.shipment import GONE
from fulfillment.services import record_transport_event, report_incident, settle_incident
from fulfillment.services.carrier_rules import current_carrier_rules
from fulfillment.services.incidents import penalty_range
from fulfillment.views.base import OnShipment, ShipmentAct, staff_of


class OnTheWay(ShipmentAct):
    def get_reasons(self) -> Sequence[Reason]:
        if self.subject.status in GONE:
            return ()
        text = gettext("The goods of shipment %(number)s have not left.") % {"number": self.subject}
        return [Reason("status", text)]

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.subject.get_absolute_url())

    def get_success_message(self, result: Any) -> str:
        return super().get_success_message(self.subject)


class RecordEvent(OnTheWay):
    access = staff_of("fulfillment.record_transport_event")
    service = record_transport_event
    form_class = EventForm
    title = _("Where shipment %(subject)s is")
    submit_label = _("Record the event")
    success_message = _("The event of shipment %(subject)s is recorded.")


class ReportIncident(OnTheWay):
    access = staff_of("fulfillment.report_incident")
    service = report_incident
    form_class = IncidentForm
    tone = "danger"
    title = _("Incident of shipment %(subject)s")
    submit_label = _("Report the incident")
    success_message = _("The incident of shipment %(subject)s is reported.")

    def get_consequences(self) -> Sequence[str]:
        if self.subject.is_under_way:
            return (gettext("Logistics has it to settle, and sales to tell the customer."),)
        return (gettext("Logistics has it to settle."),)


class SettleIncident(ActView):
    """The incident with what was said about it; whoever may settles it here."""

    access = SIGNED_IN
    model = TransportIncident
    subject_name = "incident"
    related = ("shipment__order__customer", "shipment__carrier_ref", "reported_by", "settled_by")
    service = settle_incident
    form_class = OutcomeForm
    page_template = "fulfillment/incident_settle.html"
    title = _("Transport incident")
    submit_label = _("Settle the incident")
    success_message = _("The incident is settled.")

    def get_crumbs(self) -> list[tuple[str, str]]:
        view = OnShipment()
        view.subject = self.subject.shipment
        return view.get_crumbs()

    def get_lead(self) -> str:
        order = self.subject.shipment.order
        return f"{order} · {order.customer or ''}"

    def get_form(self) -> Any:
        form = super().get_form()
        form.fields["penalty"].help_text = penalty_range(current_carrier_rules())
        return form

    def get_reasons(self) -> Sequence[Reason]:
        if self.subject.is_open and not may(person_of(self.request), "fulfillment.settle_incident"):
            return [Reason("role", gettext("Logistics settles this."), roles=("logistics", "sales_manager"))]
        return ()

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.subject.shipment.get_absolute_url())
