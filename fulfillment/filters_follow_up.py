"""What the follow-up records are filtered by."""

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fulfillment.choices import FollowUpStage
from fulfillment.models import FollowUp
from orders.models import Order


class FollowUpFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number, customer, reference"), method="search")
    stage = filters.ChoiceFilter(label=_("Current stage"), choices=FollowUpStage.choices)
    newest = filters.BooleanFilter(label=_("Newest of each order"), method="only_newest")
    delay_risk = filters.BooleanFilter(label=_("Delay risk"))
    planned_to = filters.DateFilter(label=_("Planned until"), field_name="planned_date", lookup_expr="lte")

    class Meta:
        model = FollowUp
        fields: list[str] = []

    def search(self, rows: QuerySet[FollowUp], name: str, value: str) -> QuerySet[FollowUp]:
        return rows.filter(order__in=Order.objects.search(value.strip()).order_by())

    def only_newest(self, rows: QuerySet[FollowUp], name: str, value: bool) -> QuerySet[FollowUp]:
        return rows.newest() if value else rows  # type: ignore[attr-defined]
