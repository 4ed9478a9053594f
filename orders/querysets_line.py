"""Reads of order lines in words of the trade."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Sum, Window

from orders.choices import CALLED_OFF


class OrderLineQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def open(self) -> Self:
        """With goods still to be shipped."""
        return self.filter(quantity_shipped__lt=F("quantity"))

    def called_off(self, contract: Any) -> Self:
        """What received orders take from an agreement, the newest first, with `taken` so far of the agreed line."""
        so_far = Window(
            Sum("quantity"), partition_by="agreement_line", order_by=[F("order__received_at").asc(), F("pk").asc()]
        )
        rows = self.filter(agreement_line__contract=contract, order__status__in=CALLED_OFF).annotate(taken=so_far)
        return rows.select_related("order", "agreement_line__product").order_by("-order__received_at", "-pk")
