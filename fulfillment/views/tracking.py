"""The logistics tracking table (物流跟踪表, R5.8): where everything is that is under way."""

from http import HTTPStatus
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import SIGNED_IN
from accounts.views.person import person_of
from core import audit
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from fulfillment.choices import ShipmentStatus, TransportEventKind
from fulfillment.filters_tracking import TrackingFilter
from fulfillment.models import Shipment, TransportEvent, TransportIncident


class TrackingTable(ListPage):
    access = SIGNED_IN
    model = Shipment
    title = _("Logistics tracking")
    lead = _("Everything under way, with the last that was heard of it.")
    related = ("order__customer",)
    filterset_class = TrackingFilter
    default_sort = "-number"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("late", _("Should have arrived"), {"late": "true"}),
        SavedView("incident", _("With an open incident"), {"incident": "true"}),
        SavedView("silent", _("Nothing heard of"), {"silent": "true"}),
    )
    empty = (_("Nothing is under way"), _("What has left and is not signed for stands here."))
    empty_icon = "route"

    columns = (
        Column("number", _("Number"), kind="code", link=True, sort=("pk",), phone="title"),
        Column("order", _("Order"), kind="code", value="order.number"),
        Column("customer", _("Customer"), value="order.customer.name"),
        Column("carrier", _("Carrier")),
        Column("waybill", _("Waybill"), kind="code"),
        Column("shipped_at", pgettext_lazy("time", "Dispatched"), kind="moment"),
        Column("expected_arrival", _("Expected"), kind="day", sort=("expected_arrival",), phone="corner"),
        Column("incidents", _("Open incidents"), value=lambda row: incidents_of(row)),
        Column("last_event", _("Last event"), value=lambda row: event_of(row)),
        Column("last_at", _("Heard at"), kind="moment"),
    )

    def get_queryset(self) -> QuerySet[Shipment]:
        events = TransportEvent.objects.filter(shipment=OuterRef("pk")).order_by("-at", "-id")
        last = {f"last_{name}": Subquery(events.values(name)[:1]) for name in ("kind", "place", "at")}
        opened = Prefetch("incidents", TransportIncident.objects.open(), to_attr="open_incidents")
        rows = super().get_queryset().filter(status=ShipmentStatus.DISPATCHED)
        return rows.annotate(**last).prefetch_related(opened)

    def row_class(self, row: Shipment) -> str:
        return "is-late" if row.is_overdue(timezone.localdate()) else ""

    def export(self, rows: QuerySet[Any], kind: str) -> HttpResponseBase:
        response = super().export(rows, kind)
        if response.status_code == HTTPStatus.OK:  # with too many rows nothing was taken
            note = f"tracking.{kind}?{self.request.GET.urlencode()}"
            audit.record("export.taken", None, by=person_of(self.request), note=note[:500])
        return response


def event_of(row: Any) -> str:
    if not row.last_kind:
        return ""
    return f"{TransportEventKind(row.last_kind).label} {row.last_place}".strip()


def incidents_of(row: Any) -> str:
    return ", ".join(str(incident.get_kind_display()) for incident in row.open_incidents)
