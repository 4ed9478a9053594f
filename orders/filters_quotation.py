"""What quotations are filtered by; every filter stands in the address."""

from datetime import timedelta

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import User
from core.key_filter import KeyFilter
from orders.choices import LossReason, QuotationStatus
from orders.models import Quotation

SOON = timedelta(days=7)


class QuotationFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number, customer"), method="search")
    status = filters.MultipleChoiceFilter(label=_("Status"), choices=QuotationStatus.choices, distinct=False)
    mine = filters.BooleanFilter(label=_("Mine"), method="of_the_reader")
    ending = filters.BooleanFilter(label=_("Ending within 7 days"), method="ending_soon")
    salesperson = filters.ModelChoiceFilter(
        label=_("Salesperson"),
        queryset=lambda request: User.objects.with_role(Role.SALES).only("username", "display_name"),
    )
    reason = filters.ChoiceFilter(label=_("Reason of the loss"), choices=LossReason.choices, field_name="loss_reason")
    decided_from = filters.DateFilter(label=_("Decided from"), field_name="closed_at", lookup_expr="date__gte")
    decided_to = filters.DateFilter(label=_("Decided to"), field_name="closed_at", lookup_expr="date__lte")
    currency = filters.CharFilter(label=_("Currency"), field_name="currency")
    customer = KeyFilter(field_name="customer_id", label=_("Customer (key)"))

    class Meta:
        model = Quotation
        fields: list[str] = []

    def search(self, rows: QuerySet[Quotation], name: str, value: str) -> QuerySet[Quotation]:
        return rows.search(value.strip())  # type: ignore[attr-defined]

    def of_the_reader(self, rows: QuerySet[Quotation], name: str, value: bool) -> QuerySet[Quotation]:
        return rows.filter(salesperson=self.request.user) if value and self.request else rows

    def ending_soon(self, rows: QuerySet[Quotation], name: str, value: bool) -> QuerySet[Quotation]:
        return rows.running().filter(valid_until__lte=timezone.localdate() + SOON) if value else rows  # type: ignore[attr-defined]
