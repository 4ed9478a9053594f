"""What shipments and production's queue are filtered by; every filter stands in the address."""

import django_filters as filters
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from fulfillment.choices import (
    DisruptionKind,
    Mode,
    RequestStatus,
    RequisitionKind,
    RequisitionStatus,
    ShipmentStatus,
)
from fulfillment.models import Carrier, DispatchRequest, Disruption, Requisition, Shipment
from fulfillment.models.disruption import REPORT_WITHIN
from orders.choices import OrderStatus
from orders.models import Order

STEPS = {
    "reply": Q(production_replied_at__isnull=True),
    "settle": Q(production_replied_at__isnull=False, promise_settled=False),
    "make": Q(status=OrderStatus.IN_PRODUCTION, inspection_passed_at__isnull=True),
    "dispatch": Q(status=OrderStatus.IN_PRODUCTION, inspection_passed_at__isnull=False),
}


class ShipmentFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number, waybill, order, customer"), method="search")
    status = filters.MultipleChoiceFilter(label=_("Status"), choices=ShipmentStatus.choices, distinct=False)
    carrier_ref = filters.ModelChoiceFilter(label=_("Carrier under contract"), queryset=Carrier.objects.all())
    mode = filters.ChoiceFilter(label=_("Mode"), choices=Mode.choices)
    batch = filters.CharFilter(label=_("Batch"), method="with_batch")
    shipped_from = filters.DateFilter(label=_("Dispatched from"), field_name="shipped_at", lookup_expr="date__gte")
    shipped_to = filters.DateFilter(label=_("Dispatched to"), field_name="shipped_at", lookup_expr="date__lte")
    expected_to = filters.DateFilter(label=_("Expected until"), field_name="expected_arrival", lookup_expr="lte")
    problem = filters.BooleanFilter(label=_("With an open problem"), method="with_problem")

    class Meta:
        model = Shipment
        fields: list[str] = []

    def search(self, rows: QuerySet[Shipment], name: str, value: str) -> QuerySet[Shipment]:
        return rows.search(value.strip())  # type: ignore[attr-defined]

    def with_batch(self, rows: QuerySet[Shipment], name: str, value: str) -> QuerySet[Shipment]:
        """Who got the batch: the question of a recall."""
        return rows.filter(pk__in=Shipment.objects.filter(lines__batches__batch=value.strip()).values("pk"))

    def with_problem(self, rows: QuerySet[Shipment], name: str, value: bool) -> QuerySet[Shipment]:
        open_ones = Shipment.objects.filter(acceptance__problems__status="open").values("pk")
        return rows.filter(pk__in=open_ones) if value else rows.exclude(pk__in=open_ones)


class DispatchRequestFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number, order, customer"), method="search")
    status = filters.MultipleChoiceFilter(label=_("Status"), choices=RequestStatus.choices, distinct=False)
    wanted_to = filters.DateFilter(label=_("Wanted until"), field_name="wanted_date", lookup_expr="lte")

    class Meta:
        model = DispatchRequest
        fields: list[str] = []

    def search(self, rows: QuerySet[DispatchRequest], name: str, value: str) -> QuerySet[DispatchRequest]:
        return rows.search(value.strip())  # type: ignore[attr-defined]


class ProductionFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number, customer, reference"), method="search")
    step = filters.ChoiceFilter(
        label=_("Waits for"), method="by_step",
        choices=[("reply", _("Production's date")), ("settle", _("The customer's word on the date")),
                 ("make", _("Final inspection")), ("dispatch", _("Dispatch"))],
    )  # fmt: skip
    requested_to = filters.DateFilter(label=_("Asked for until"), field_name="requested_date", lookup_expr="lte")
    later = filters.BooleanFilter(label=_("Promised later than asked"), method="promised_later")

    class Meta:
        model = Order
        fields: list[str] = []

    def search(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        return rows.search(value.strip())  # type: ignore[attr-defined]

    def by_step(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        return rows.filter(STEPS[value]) if value in STEPS else rows

    def promised_later(self, rows: QuerySet[Order], name: str, value: bool) -> QuerySet[Order]:
        late = Q(promise_date__gt=F("requested_date"))
        return rows.filter(late) if value else rows.exclude(late)


class DisruptionFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=DisruptionKind.choices)
    open = filters.BooleanFilter(label=_("Going on"), field_name="ended_at", lookup_expr="isnull")
    late = filters.BooleanFilter(label=_("Reported late"), method="reported_late")

    class Meta:
        model = Disruption
        fields: list[str] = []

    def reported_late(self, rows: QuerySet[Disruption], name: str, value: bool) -> QuerySet[Disruption]:
        late = Q(reported_at__gt=F("started_at") + REPORT_WITHIN)
        return rows.filter(late) if value else rows.exclude(late)


class RequisitionFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=RequisitionKind.choices)
    status = filters.MultipleChoiceFilter(label=_("Status"), choices=RequisitionStatus.choices, distinct=False)
    wanted_to = filters.DateFilter(label=_("Wanted until"), field_name="wanted_date", lookup_expr="lte")

    class Meta:
        model = Requisition
        fields: list[str] = []


class CarrierFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Name"), field_name="name", lookup_expr="icontains")
    is_active = filters.BooleanFilter(label=_("Active"))
    ends_to = filters.DateFilter(label=_("Contract ends until"), field_name="valid_until", lookup_expr="lte")

    class Meta:
        model = Carrier
        fields: list[str] = []
