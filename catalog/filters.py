"""What products, the ledger and reservations are filtered by."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.choices import CountStatus, LotStatus, MovementKind
from catalog.models import Product, ProductFamily, StockCount, StockLot, StockMovement, StockReservation, Warehouse


class ProductFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Code, name or specification"), method="search")
    family = filters.ModelChoiceFilter(label=_("Family"), queryset=ProductFamily.objects.all())
    stock = filters.ChoiceFilter(
        label=_("Stock"),
        choices=[
            ("some", _("Available")),
            ("none", _("Nothing available")),
            ("blocked", pgettext_lazy("lot", "Blocked")),
        ],
        method="by_stock",
    )
    is_active = filters.BooleanFilter(label=_("Active"))

    class Meta:
        model = Product
        fields: list[str] = []

    def search(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        return rows.search(value)  # type: ignore[attr-defined]

    def by_stock(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        if value == "blocked":
            return rows.filter(
                pk__in=StockLot.objects.filter(status=LotStatus.BLOCKED, on_hand__gt=0).values("product")
            )
        return rows.filter(Q(available__gt=0) if value == "some" else Q(available__lte=0))


def of_products(rows: QuerySet[Any], value: str, path: str = "lot__product") -> QuerySet[Any]:
    """Rows of the products found by code, name or specification."""
    return rows.filter(**{f"{path}__in": Product.objects.search(value.strip()).order_by().values("pk")})


def of_reference(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Whoever may not read a number does not find by it either."""
    return rows.filter(reference=value, of_another=False)


class MovementFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Product"), method="search")
    batch = filters.CharFilter(label=_("Batch"), method="of_batch")
    kind = filters.MultipleChoiceFilter(label=_("Kind"), choices=MovementKind.choices, distinct=False)
    warehouse = filters.ModelChoiceFilter(
        label=pgettext_lazy("place", "Warehouse"), field_name="lot__warehouse", queryset=Warehouse.objects.all()
    )
    reference = filters.CharFilter(label=_("Reference"), method="of_reference")
    moved_from = filters.DateFilter(label=_("Moved from"), field_name="at", lookup_expr="date__gte")
    moved_to = filters.DateFilter(label=_("Moved to"), field_name="at", lookup_expr="date__lte")

    class Meta:
        model = StockMovement
        fields: list[str] = []

    def search(self, rows: QuerySet[StockMovement], name: str, value: str) -> QuerySet[StockMovement]:
        return of_products(rows, value)

    def of_batch(self, rows: QuerySet[StockMovement], name: str, value: str) -> QuerySet[StockMovement]:
        return rows.filter(lot__batch=value, batch_of_another=False)  # type: ignore[misc]  # marked

    def of_reference(self, rows: QuerySet[StockMovement], name: str, value: str) -> QuerySet[StockMovement]:
        return of_reference(rows, value)


class ReservationFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Product"), method="search")
    reference = filters.CharFilter(label=_("Order"), method="of_reference")
    warehouse = filters.ModelChoiceFilter(
        label=pgettext_lazy("place", "Warehouse"), field_name="lot__warehouse", queryset=Warehouse.objects.all()
    )

    class Meta:
        model = StockReservation
        fields: list[str] = []

    def search(self, rows: QuerySet[StockReservation], name: str, value: str) -> QuerySet[StockReservation]:
        return of_products(rows, value)

    def of_reference(self, rows: QuerySet[StockReservation], name: str, value: str) -> QuerySet[StockReservation]:
        return of_reference(rows, value)


class CountFilter(filters.FilterSet):
    warehouse = filters.ModelChoiceFilter(label=pgettext_lazy("place", "Warehouse"), queryset=Warehouse.objects.all())
    status = filters.ChoiceFilter(label=_("Status"), choices=CountStatus.choices)

    class Meta:
        model = StockCount
        fields: list[str] = []
