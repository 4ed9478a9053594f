import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from aftersales.choices import Satisfaction
from aftersales.models import Visit


class VisitFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Order, customer"), method="search")
    satisfaction = filters.TypedMultipleChoiceFilter(
        label=_("Satisfaction"), choices=Satisfaction.choices, coerce=int, distinct=False
    )
    unhappy = filters.BooleanFilter(label=_("Dissatisfied"), method="only_unhappy")
    at_from = filters.DateFilter(label=_("Visited from"), field_name="at", lookup_expr="date__gte")
    at_to = filters.DateFilter(label=_("Visited to"), field_name="at", lookup_expr="date__lte")

    class Meta:
        model = Visit
        fields: list[str] = []

    def search(self, rows: QuerySet[Visit], name: str, value: str) -> QuerySet[Visit]:
        return rows.search(value.strip())  # type: ignore[attr-defined]

    def only_unhappy(self, rows: QuerySet[Visit], name: str, value: bool) -> QuerySet[Visit]:
        return rows.unhappy() if value else rows  # type: ignore[attr-defined]
