from datetime import date

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from core.forms import DateInput
from orders.models import StatusChange
from reports.querysets import shipped_between
from workflow.choices import WorkKind
from workflow.models import WorkItem


class OverdueFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=WorkKind.choices)
    owner_role = filters.ChoiceFilter(label=_("Role"), choices=Role.choices)

    class Meta:
        model = WorkItem
        fields: list[str] = []


class ShippedFilter(filters.FilterSet):
    shipped_from = filters.DateFilter(label=_("Shipped from"), widget=DateInput, method="since")
    shipped_to = filters.DateFilter(label=_("Shipped to"), widget=DateInput, method="until")
    promised = filters.BooleanFilter(label=_("With a promised date"), field_name="on_time", method="was_promised")
    on_time = filters.BooleanFilter(label=_("On time"))
    on_time_first = filters.BooleanFilter(label=_("On time by the first promise"))

    class Meta:
        model = StatusChange
        fields: list[str] = []

    def since(self, rows: QuerySet[StatusChange], name: str, value: date) -> QuerySet[StatusChange]:
        return shipped_between(rows, first=value)

    def until(self, rows: QuerySet[StatusChange], name: str, value: date) -> QuerySet[StatusChange]:
        return shipped_between(rows, last=value)

    def was_promised(self, rows: QuerySet[StatusChange], name: str, value: bool) -> QuerySet[StatusChange]:
        return rows.filter(on_time__isnull=not value)
