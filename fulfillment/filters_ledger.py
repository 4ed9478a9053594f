"""What the dispatch ledger is filtered by."""

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fulfillment.choices import Mode
from fulfillment.models import ShipmentLine


class LedgerFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number, waybill, order, customer, goods, batch"), method="search")
    shipped_from = filters.DateFilter(
        label=_("Dispatched from"), field_name="shipment__shipped_at", lookup_expr="date__gte"
    )
    shipped_to = filters.DateFilter(
        label=_("Dispatched to"), field_name="shipment__shipped_at", lookup_expr="date__lte"
    )
    carrier = filters.CharFilter(label=_("Carrier"), field_name="shipment__carrier", lookup_expr="icontains")
    mode = filters.ChoiceFilter(label=_("Mode"), field_name="shipment__mode", choices=Mode.choices)
    expected_to = filters.DateFilter(
        label=_("Expected until"), field_name="shipment__expected_arrival", lookup_expr="lte"
    )

    class Meta:
        model = ShipmentLine
        fields: list[str] = []

    def search(self, rows: QuerySet[ShipmentLine], name: str, value: str) -> QuerySet[ShipmentLine]:
        return rows.search(value.strip())  # type: ignore[attr-defined]
