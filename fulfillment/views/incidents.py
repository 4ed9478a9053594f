"""All incidents of transport (R5.6): what is open, who answered for what, and what it cost."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import SIGNED_IN
from core.views.columns import Column
from core.views.lists import SavedView
from fulfillment.choices import Responsible
from fulfillment.filters_tracking import IncidentFilter
from fulfillment.models import TransportIncident
from fulfillment.views.base import TracedExport


class IncidentList(TracedExport):
    access = SIGNED_IN
    model = TransportIncident
    trace = "transport-incidents"
    title = _("Transport incidents")
    lead = _("What went wrong on the way, who answers for it, and what it cost.")
    related = ("shipment__order__customer", "reported_by", "settled_by")
    filterset_class = IncidentFilter
    default_sort = "-reported_at"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("open", pgettext_lazy("state", "Open"), {"open": "true"}),
        SavedView("carrier", _("The carrier answers"), {"responsible": Responsible.CARRIER.value}),
        SavedView("house", _("We answer ourselves"), {"responsible": Responsible.HOUSE.value}),
    )
    empty = (_("No incidents"), _("Delay, damage, wrong goods and loss are reported on the page of the shipment."))
    empty_icon = "alert-triangle"

    columns = (
        Column("description", _("What happened"), link=True, phone="title"),
        Column("kind", _("Kind"), value="get_kind_display"),
        Column("state", _("Status"), value=lambda row: state_of(row), phone="corner",
               template="fulfillment/_incident_state.html"),
        Column("shipment", _("Shipment"), kind="code", value="shipment.number"),
        Column("order", _("Order"), kind="code", value="shipment.order.number", optional=True),
        Column("customer", _("Customer"), value="shipment.order.customer.name"),
        Column("carrier", _("Carrier"), value="shipment.carrier"),
        Column("waybill", _("Waybill"), kind="code", value="shipment.waybill", optional=True),
        Column("reported_at", _("Reported"), kind="moment", sort=("pk",)),
        Column("reported_by", _("Reported by"), optional=True),
        Column("new_date", _("New date of arrival"), kind="day", optional=True),
        Column("responsible", _("Who answers for it"), value="get_responsible_display"),
        Column("measure", _("Measure"), optional=True),
        Column("cost", _("Cost"), kind="money", currency="", optional=True),
        Column("penalty", _("Penalty"), kind="money", currency=""),
        Column("settled_at", _("Settled"), kind="moment", optional=True),
        Column("settled_by", _("Settled by"), optional=True),
    )  # fmt: skip

    def row_url(self, row: Any) -> str:
        return str(row.get_absolute_url())


def state_of(row: TransportIncident) -> Any:
    return pgettext_lazy("state", "Open") if row.is_open else _("Settled")
