"""What orders are filtered by; every filter stands in the address."""

from datetime import date

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import User
from core.key_filter import KeyFilter
from customers.choices import Frequency, Size, Tier
from orders.choices import OPEN, TO_DELIVER, OrderStatus, Source
from orders.models import Order
from workflow.models import WorkItem


class OrderFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number, customer, reference"), method="search")
    # No join, so no row comes twice; DISTINCT would sort all matches for the first fifty.
    status = filters.MultipleChoiceFilter(label=_("Status"), choices=OrderStatus.choices, distinct=False)
    state = filters.ChoiceFilter(
        label=_("State"), method="by_state",
        choices=[("open", _("In progress")), ("to_deliver", _("Still to be delivered")), ("ended", _("Ended"))],
    )  # fmt: skip
    overdue = filters.BooleanFilter(label=_("With an overdue clock"), method="with_overdue_clock")
    salesperson = filters.ModelChoiceFilter(
        label=_("Salesperson"),
        queryset=lambda request: User.objects.with_role(Role.SALES).only("username", "display_name"),
    )
    source = filters.ChoiceFilter(label=_("Source"), choices=Source.choices)
    received_from = filters.DateFilter(label=_("Received from"), field_name="received_at", lookup_expr="date__gte")
    received_to = filters.DateFilter(label=_("Received to"), field_name="received_at", lookup_expr="date__lte")
    requested_to = filters.DateFilter(label=_("Asked for until"), field_name="requested_date", lookup_expr="lte")
    due_from = filters.DateFilter(label=_("Due from"), method="by_due_date")
    due_to = filters.DateFilter(label=_("Due until"), method="by_due_date")
    undated = filters.BooleanFilter(label=_("Without a date"), method="without_due_date")
    shipped_from = filters.DateFilter(label=_("Shipped from"), field_name="shipped_at", lookup_expr="date__gte")
    shipped_to = filters.DateFilter(label=_("Shipped to"), field_name="shipped_at", lookup_expr="date__lte")
    tier = filters.ChoiceFilter(label=_("Customer's class"), field_name="customer__tier", choices=Tier.choices)
    size = filters.ChoiceFilter(label=_("Customer's size"), field_name="customer__size", choices=Size.choices)
    industry = filters.CharFilter(
        label=_("Customer's industry"), field_name="customer__industry", lookup_expr="icontains"
    )
    frequency = filters.ChoiceFilter(
        label=_("Customer's purchase frequency"), field_name="customer__frequency", choices=Frequency.choices
    )
    customer = KeyFilter(field_name="customer_id", label=_("Customer (key)"))

    class Meta:
        model = Order
        fields: list[str] = []

    def search(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        return rows.search(value.strip())  # type: ignore[attr-defined]

    def by_state(self, rows: QuerySet[Order], name: str, value: str) -> QuerySet[Order]:
        if value == "ended":
            return rows.exclude(status__in=[*OPEN, OrderStatus.DRAFT])
        return rows.filter(status__in=OPEN if value == "open" else TO_DELIVER)

    def by_due_date(self, rows: QuerySet[Order], name: str, value: date) -> QuerySet[Order]:
        """By the day promised or, without a promise, asked for."""
        end = {"due_from": "gte", "due_to": "lte"}[name]
        return rows.with_due_date().filter(**{f"due_date__{end}": value})  # type: ignore[attr-defined,no-any-return]

    def without_due_date(self, rows: QuerySet[Order], name: str, value: bool) -> QuerySet[Order]:
        return rows.filter(promise_date=None, requested_date=None) if value else rows

    def with_overdue_clock(self, rows: QuerySet[Order], name: str, value: bool) -> QuerySet[Order]:
        late = WorkItem.objects.open().filter(
            subject_type="orders.order", due_at__lt=timezone.now(), paused_at__isnull=True
        )
        return rows.filter(pk__in=late.values("subject_id")) if value else rows
