"""What the tracking table and the incidents of transport are filtered by."""

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fulfillment.choices import IncidentKind, Mode, Responsible
from fulfillment.models import Carrier, Shipment, TransportEvent, TransportIncident


class TrackingFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number, waybill, order, customer"), method="search")
    carrier_ref = filters.ModelChoiceFilter(label=_("Carrier under contract"), queryset=Carrier.objects.all())
    mode = filters.ChoiceFilter(label=_("Mode"), choices=Mode.choices)
    shipped_from = filters.DateFilter(label=_("Dispatched from"), field_name="shipped_at", lookup_expr="date__gte")
    expected_to = filters.DateFilter(label=_("Expected until"), field_name="expected_arrival", lookup_expr="lte")
    late = filters.BooleanFilter(label=_("Should have arrived"), method="is_late")
    incident = filters.BooleanFilter(label=_("With an open incident"), method="with_incident")
    undated = filters.BooleanFilter(label=_("Arrival not named"), method="is_undated")
    silent = filters.BooleanFilter(label=_("Nothing heard of"), method="is_silent")

    class Meta:
        model = Shipment
        fields: list[str] = []

    def search(self, rows: QuerySet[Shipment], name: str, value: str) -> QuerySet[Shipment]:
        return rows.search(value.strip())  # type: ignore[attr-defined]

    def is_late(self, rows: QuerySet[Shipment], name: str, value: bool) -> QuerySet[Shipment]:
        late = Shipment.objects.overdue(timezone.localdate()).values("pk")
        return rows.filter(pk__in=late) if value else rows.exclude(pk__in=late)

    def is_undated(self, rows: QuerySet[Shipment], name: str, value: bool) -> QuerySet[Shipment]:
        undated = Shipment.objects.undated().values("pk")
        return rows.filter(pk__in=undated) if value else rows.exclude(pk__in=undated)

    def with_incident(self, rows: QuerySet[Shipment], name: str, value: bool) -> QuerySet[Shipment]:
        found = Exists(TransportIncident.objects.open().filter(shipment=OuterRef("pk")))
        return rows.filter(found if value else ~found)

    def is_silent(self, rows: QuerySet[Shipment], name: str, value: bool) -> QuerySet[Shipment]:
        heard = Exists(TransportEvent.objects.filter(shipment=OuterRef("pk")))
        return rows.filter(~heard if value else heard)


class IncidentFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number, waybill, order, customer"), method="search")
    kind = filters.MultipleChoiceFilter(label=_("Kind"), choices=IncidentKind.choices, distinct=False)
    open = filters.BooleanFilter(label=pgettext_lazy("state", "Open"), field_name="settled_at", lookup_expr="isnull")
    responsible = filters.MultipleChoiceFilter(
        label=_("Who answers for it"), choices=Responsible.choices, distinct=False
    )
    carrier_ref = filters.ModelChoiceFilter(
        label=_("Carrier under contract"), field_name="shipment__carrier_ref", queryset=Carrier.objects.all()
    )
    reported_from = filters.DateFilter(label=_("Reported from"), field_name="reported_at", lookup_expr="date__gte")
    reported_to = filters.DateFilter(label=_("Reported to"), field_name="reported_at", lookup_expr="date__lte")

    class Meta:
        model = TransportIncident
        fields: list[str] = []

    def search(self, rows: QuerySet[TransportIncident], name: str, value: str) -> QuerySet[TransportIncident]:
        """By what its shipment is found by, or a piece of what happened."""
        text = value.strip()
        shipments = Shipment.objects.search(text).order_by().values("pk")
        return rows.filter(Q(description__icontains=text) | Q(shipment_id__in=shipments)) if text else rows
