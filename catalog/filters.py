"""What products are filtered by."""

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, ProductFamily


class ProductFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Code, name or specification"), method="search")
    family = filters.ModelChoiceFilter(label=_("Family"), queryset=ProductFamily.objects.all())
    stock = filters.ChoiceFilter(
        label=_("Stock"), choices=[("some", _("Available")), ("none", _("Nothing available"))], method="by_stock"
    )
    is_active = filters.BooleanFilter(label=_("Active"))

    class Meta:
        model = Product
        fields: list[str] = []

    def search(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        return rows.search(value)  # type: ignore[attr-defined]

    def by_stock(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        return rows.filter(Q(available__gt=0) if value == "some" else Q(available__lte=0))
