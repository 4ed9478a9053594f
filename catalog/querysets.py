"""Reads of products in words of the trade."""

from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from accounts.choices import Kind
from accounts.models import User
from catalog.choices import LotStatus
from core.search import matching

QUANTITY = models.DecimalField(max_digits=14, decimal_places=3)


class ProductQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def active(self) -> Self:
        return self.filter(is_active=True)

    def visible_to(self, user: User) -> Self:
        """The product list is the staff's; partners have their own prices, not these."""
        if user.is_system or (user.kind == Kind.STAFF and user.role_codes):
            return self
        return self.none()

    def search(self, text: str) -> Self:
        """Products whose code or name contains the text; two characters suffice."""
        return matching(self, "search_text", text) if text else self

    def with_stock(self) -> Self:
        """Adds `on_hand` and what it consists of, `reserved`, `available` and `blocked`, summed over all lots."""
        rest = F("on_hand") - F("reserved")
        return self.annotate(
            on_hand=self._of_lots("on_hand"),
            reserved=self._of_lots("reserved"),
            available=self._of_lots(rest, status=LotStatus.USABLE),
            blocked=self._of_lots(rest, status=LotStatus.BLOCKED),
        )

    def _of_lots(self, what: str | Combinable, **only: str) -> Coalesce:
        lot: Any = self.model._meta.get_field("lots").related_model
        lots = lot.objects.filter(product=OuterRef("pk"), **only).order_by()
        total = lots.values("product").annotate(n=Sum(what)).values("n")
        zero = Value(Decimal(0), output_field=QUANTITY)
        return Coalesce(Subquery(total, output_field=QUANTITY), zero)
