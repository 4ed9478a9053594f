"""Reads of products in words of the trade."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.search import matching


class ProductQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def active(self) -> Self:
        return self.filter(is_active=True)

    def search(self, text: str) -> Self:
        """Products whose code or name contains the text; two characters suffice."""
        return matching(self, "search_text", text) if text else self

    def with_stock(self) -> Self:
        """Adds `on_hand` and `available` (on hand less reserved), summed over all lots."""
        from_lots = self.model._meta.get_field("lots").related_model.objects.filter(product=OuterRef("pk")).order_by()
        totals = from_lots.values("product")
        number = models.DecimalField(max_digits=14, decimal_places=3)
        zero = Value(Decimal(0), output_field=number)
        return self.annotate(
            on_hand=Coalesce(Subquery(totals.annotate(n=Sum("on_hand")).values("n"), output_field=number), zero),
            available=Coalesce(
                Subquery(totals.annotate(n=Sum(F("on_hand") - F("reserved"))).values("n"), output_field=number),
                zero,
            ),
        )
