"""The logistics tracking table (物流跟踪表, R5.8): where everything is that is under way."""

from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import SIGNED_IN
from core.views.columns import Column
from core.views.lists import SavedView
from fulfillment.choices import ShipmentStatus, TransportEventKind
from fulfillment.filters_tracking import TrackingFilter
from fulfillment.models import Shipment, TransportEvent, TransportIncident
from fulfillment.views.base import TracedExport


class TrackingTable(TracedExport):
    access = SIGNED_IN
    model = Shipment
    trace = "tracking"
    title = _("Logistics tracking")
    lead = _("Everything under way, with the last that was heard of it.")
    related = ("order__customer",)
    filterset_class = TrackingFilter
    default_sort = "-number"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("late", _("Should have arrived"), {"late": "true"}),
        SavedView("undated", _("Arrival not named"), {"undated": "true"}),
        SavedView("incident", _("With an open incident"), {"incident": "true"}),
        SavedView("silent", _("Nothing heard of"), {"silent": "true"}),
    )
    empty = (_("Nothing is under way"), _("What has left and is not signed for stands here."))
    empty_icon = "route"

    columns = (
        Column("number", _("Number"), kind="code", link=True, sort=("pk",), phone="title"),
        Column("order", _("Order"), kind="code", value="order.number", optional=True),
        Column("customer", _("Customer"), value="order.customer.name"),
        Column("batches", _("Batch"), value=lambda row: batches_of(row), optional=True),
        Column("carrier", _("Carrier")),
        Column("mode", _("Mode"), value="get_mode_display", optional=True),
        Column("waybill", _("Waybill"), kind="code"),
        Column("shipped_at", pgettext_lazy("time", "Dispatched"), kind="moment", optional=True),
        Column("first_expected_arrival", _("First expected"), kind="day", optional=True),
        Column("expected_arrival", _("Expected"), kind="day", template="fulfillment/_expected_cell.html",
               sort=("expected_arrival",), phone="corner"),
        Column("incidents", _("Open incidents"), value=lambda row: incidents_of(row)),
        Column("last_event", _("Last event"), value=lambda row: event_of(row)),
        Column("last_at", _("Heard at"), kind="moment"),
    )  # fmt: skip

    def get_queryset(self) -> QuerySet[Shipment]:
        events = TransportEvent.objects.filter(shipment=OuterRef("pk")).order_by("-at", "-id")
        last = {f"last_{name}": Subquery(events.values(name)[:1]) for name in ("kind", "place", "at")}
        opened = Prefetch("incidents", TransportIncident.objects.open(), to_attr="open_incidents")
        rows = super().get_queryset().filter(status=ShipmentStatus.DISPATCHED)
        return rows.annotate(**last).prefetch_related(opened, "lines__batches")

    def row_class(self, row: Shipment) -> str:
        return "is-late" if row.is_overdue(timezone.localdate()) else ""


def event_of(row: Any) -> str:
    if not row.last_kind:
        return ""
    return f"{TransportEventKind(row.last_kind).label} {row.last_place}".strip()


def batches_of(row: Any) -> str:
    return ", ".join(sorted({batch.batch for line in row.lines.all() for batch in line.batches.all()}))


def incidents_of(row: Any) -> str:
    return ", ".join(str(incident.get_kind_display()) for incident in row.open_incidents)
