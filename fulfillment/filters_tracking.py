"""What the tracking table is filtered by."""

import django_filters as filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment.choices import Mode
from fulfillment.models import Carrier, Shipment, TransportEvent, TransportIncident


class TrackingFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number, waybill, order, customer"), method="search")
    carrier_ref = filters.ModelChoiceFilter(label=_("Carrier under contract"), queryset=Carrier.objects.all())
    mode = filters.ChoiceFilter(label=_("Mode"), choices=Mode.choices)
    shipped_from = filters.DateFilter(label=_("Dispatched from"), field_name="shipped_at", lookup_expr="date__gte")
    expected_to = filters.DateFilter(label=_("Expected until"), field_name="expected_arrival", lookup_expr="lte")
    late = filters.BooleanFilter(label=_("Should have arrived"), method="is_late")
    incident = filters.BooleanFilter(label=_("With an open incident"), method="with_incident")
    silent = filters.BooleanFilter(label=_("Nothing heard of"), method="is_silent")

    class Meta:
        model = Shipment
        fields: list[str] = []

    def search(self, rows: QuerySet[Shipment], name: str, value: str) -> QuerySet[Shipment]:
        return rows.search(value.strip())  # type: ignore[attr-defined]

    def is_late(self, rows: QuerySet[Shipment], name: str, value: bool) -> QuerySet[Shipment]:
        late = Shipment.objects.overdue(timezone.localdate()).values("pk")
        return rows.filter(pk__in=late) if value else rows.exclude(pk__in=late)

    def with_incident(self, rows: QuerySet[Shipment], name: str, value: bool) -> QuerySet[Shipment]:
        found = Exists(TransportIncident.objects.open().filter(shipment=OuterRef("pk")))
        return rows.filter(found if value else ~found)

    def is_silent(self, rows: QuerySet[Shipment], name: str, value: bool) -> QuerySet[Shipment]:
        heard = Exists(TransportEvent.objects.filter(shipment=OuterRef("pk")))
        return rows.filter(~heard if value else heard)
