"""What contracts are filtered by; every filter stands in the address."""

from datetime import timedelta

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.key_filter import KeyFilter
from orders.choices import ContractKind, ContractStatus
from orders.models import Contract

SOON = timedelta(days=60)


class ContractFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number, title, customer"), method="search")
    status = filters.ChoiceFilter(label=_("Status"), choices=ContractStatus.choices)
    kind = filters.ChoiceFilter(label=_("Kind"), choices=ContractKind.choices)
    in_force = filters.BooleanFilter(label=_("In force today"), method="in_force_today")
    ending = filters.BooleanFilter(label=_("Ending within 60 days"), method="ending_soon")
    customer = KeyFilter(field_name="customer_id", label=_("Customer (key)"))

    class Meta:
        model = Contract
        fields: list[str] = []

    def search(self, rows: QuerySet[Contract], name: str, value: str) -> QuerySet[Contract]:
        return rows.search(value.strip())  # type: ignore[attr-defined]

    def in_force_today(self, rows: QuerySet[Contract], name: str, value: bool) -> QuerySet[Contract]:
        return rows.in_force(timezone.localdate()) if value else rows  # type: ignore[attr-defined]

    def ending_soon(self, rows: QuerySet[Contract], name: str, value: bool) -> QuerySet[Contract]:
        return rows.ending_until(timezone.localdate() + SOON) if value else rows  # type: ignore[attr-defined]
