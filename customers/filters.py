"""What customers are filtered by."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import User
from customers.choices import Size, Tier
from customers.models import Customer


def account_managers(request: Any = None) -> QuerySet[User]:
    return User.objects.with_role(Role.SALES, Role.SALES_MANAGER)


class CustomerFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Name, code or tax number"), method="search")
    tier = filters.ChoiceFilter(label=_("Class"), choices=Tier.choices)
    size = filters.ChoiceFilter(label=_("Size"), choices=Size.choices)
    industry = filters.CharFilter(label=_("Industry"), lookup_expr="icontains")
    region = filters.CharFilter(label=_("Region"), lookup_expr="icontains")
    owner = filters.ModelChoiceFilter(label=_("Account manager"), queryset=account_managers)
    mine = filters.BooleanFilter(label=_("My customers"), method="owned")
    renewal = filters.BooleanFilter(label=_("Archive due for verification"), method="due")
    is_active = filters.BooleanFilter(label=_("Active"))

    class Meta:
        model = Customer
        fields: list[str] = []

    def search(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        return rows.search(value)  # type: ignore[attr-defined]

    def owned(self, rows: QuerySet[Customer], name: str, value: bool) -> QuerySet[Customer]:
        return rows.filter(owner=self.request.user) if value else rows.exclude(owner=self.request.user)

    def due(self, rows: QuerySet[Customer], name: str, value: bool) -> QuerySet[Customer]:
        due = rows.due_for_verification(timezone.localdate())  # type: ignore[attr-defined]
        return due if value else rows
