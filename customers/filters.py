"""What customers are filtered by."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import Kind, Role
from accounts.models import User
from core.key_filter import KeyFilter
from core.models import AuditEntry
from customers.choices import Channel, DisclosureStatus, Frequency, InquiryStatus, Size, Tier
from customers.models import Customer, DisclosureRequest, Inquiry
from customers.selectors import current_rules, notice_day, verified_before


def account_managers(request: Any = None) -> QuerySet[User]:
    return User.objects.with_role(Role.SALES, Role.SALES_MANAGER)


class CustomerFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Name, code or tax number"), method="search")
    tier = filters.ChoiceFilter(label=_("Class"), choices=Tier.choices)
    size = filters.ChoiceFilter(label=_("Size"), choices=Size.choices)
    frequency = filters.ChoiceFilter(label=_("Purchase frequency"), choices=Frequency.choices)
    industry = filters.CharFilter(label=_("Industry"), lookup_expr="icontains")
    region = filters.CharFilter(label=_("Region"), lookup_expr="icontains")
    owner = filters.ModelChoiceFilter(label=_("Account manager"), queryset=account_managers)
    mine = filters.BooleanFilter(label=_("My customers"), method="owned")
    renewal = filters.BooleanFilter(label=_("Archive due for verification"), method="due")
    papers = filters.BooleanFilter(label=_("Papers to be renewed"), method="papers_ending")
    is_active = filters.BooleanFilter(label=_("Active"))

    class Meta:
        model = Customer
        fields: list[str] = []

    def search(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        return rows.search(value)  # type: ignore[attr-defined]

    def owned(self, rows: QuerySet[Customer], name: str, value: bool) -> QuerySet[Customer]:
        return rows.filter(owner=self.request.user) if value else rows.exclude(owner=self.request.user)

    def due(self, rows: QuerySet[Customer], name: str, value: bool) -> QuerySet[Customer]:
        if not value:
            return rows
        day = verified_before(current_rules(), timezone.localdate())
        return rows.due_for_verification(day)  # type: ignore[attr-defined]

    def papers_ending(self, rows: QuerySet[Customer], name: str, value: bool) -> QuerySet[Customer]:
        if not value:
            return rows
        return rows.with_papers_ending(notice_day(current_rules(), timezone.localdate()))  # type: ignore[attr-defined]


class InquiryFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number or name"), method="search")
    status = filters.ChoiceFilter(label=_("Status"), choices=InquiryStatus.choices)
    channel = filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices)
    salesperson = filters.ModelChoiceFilter(label=_("Salesperson"), queryset=account_managers)
    mine = filters.BooleanFilter(label=_("My inquiries"), method="own")
    open = filters.BooleanFilter(label=_("Still open"), method="still_open")
    unanswered = filters.BooleanFilter(label=_("Not answered yet"), method="not_answered")
    special = filters.BooleanFilter(label=_("Special or complex"), field_name="is_special")
    recorded_from = filters.DateFilter(label=_("Recorded from"), field_name="recorded_at", lookup_expr="date__gte")
    customer = KeyFilter(label=_("Customer (key)"), field_name="customer_id")

    class Meta:
        model = Inquiry
        fields: list[str] = []

    def search(self, rows: QuerySet[Inquiry], name: str, value: str) -> QuerySet[Inquiry]:
        return rows.search(value.strip())  # type: ignore[attr-defined]

    def own(self, rows: QuerySet[Inquiry], name: str, value: bool) -> QuerySet[Inquiry]:
        return rows.filter(salesperson=self.request.user) if value else rows

    def still_open(self, rows: QuerySet[Inquiry], name: str, value: bool) -> QuerySet[Inquiry]:
        return rows.open() if value else rows  # type: ignore[attr-defined]

    def not_answered(self, rows: QuerySet[Inquiry], name: str, value: bool) -> QuerySet[Inquiry]:
        return rows.unanswered() if value else rows  # type: ignore[attr-defined]


def staff(request: Any = None) -> QuerySet[User]:
    return User.objects.filter(is_active=True, kind=Kind.STAFF).order_by("username")


class DisclosureFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Name, code or tax number"), method="search")
    status = filters.ChoiceFilter(label=_("Status"), choices=DisclosureStatus.choices)
    running = filters.BooleanFilter(label=_("In force today"), method="in_force")
    mine = filters.BooleanFilter(label=_("My applications"), method="own")
    applicant = filters.ModelChoiceFilter(label=_("Applicant"), queryset=staff)

    class Meta:
        model = DisclosureRequest
        fields: list[str] = []

    def search(self, rows: QuerySet[DisclosureRequest], name: str, value: str) -> QuerySet[DisclosureRequest]:
        return rows.filter(customer__in=Customer.objects.search(value.strip()).order_by().values("pk"))

    def in_force(self, rows: QuerySet[DisclosureRequest], name: str, value: bool) -> QuerySet[DisclosureRequest]:
        return rows.running_on(timezone.localdate()) if value else rows  # type: ignore[attr-defined]

    def own(self, rows: QuerySet[DisclosureRequest], name: str, value: bool) -> QuerySet[DisclosureRequest]:
        return rows.filter(applicant=self.request.user) if value else rows


class ReadingFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Customer's name, code or tax number"), method="search")
    by = filters.ModelChoiceFilter(label=_("Reader"), queryset=staff)
    granted = filters.BooleanFilter(label=_("By grant only"), method="by_grant")
    read_from = filters.DateFilter(label=_("Read from"), field_name="at", lookup_expr="date__gte")
    read_to = filters.DateFilter(label=_("Read to"), field_name="at", lookup_expr="date__lte")

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def search(self, rows: QuerySet[AuditEntry], name: str, value: str) -> QuerySet[AuditEntry]:
        found = Customer.objects.search(value.strip()).order_by().values("pk")
        return rows.filter(subject_type=Customer._meta.label_lower, subject_id__in=found)

    def by_grant(self, rows: QuerySet[AuditEntry], name: str, value: bool) -> QuerySet[AuditEntry]:
        return rows.filter(changes__has_key="grant") if value else rows
