"""A count of what lies in a warehouse, posted in one act (R5.9)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.querysets import HouseQuerySet
from catalog.choices import CountStatus
from catalog.models.product import ProductFamily
from catalog.models.stock import StockLot, Warehouse


class StockCount(models.Model):
    """The sheet: what the books say when it is drawn, what was found when it is posted."""

    number = models.CharField(_("number"), max_length=30, unique=True)
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="counts", verbose_name=pgettext_lazy("place", "warehouse")
    )
    family = models.ForeignKey(
        ProductFamily, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("family")
    )
    status = models.CharField(_("status"), max_length=10, choices=CountStatus.choices, default=CountStatus.OPEN)
    drawn_at = models.DateTimeField(_("drawn"))
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("drawn by")
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("closed by"),
    )  # fmt: skip

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CountStatus.values), name="catalog_count_status_known"),
            models.CheckConstraint(
                condition=Q(status=CountStatus.OPEN, closed_at__isnull=True, closed_by__isnull=True)
                | ~Q(status=CountStatus.OPEN) & Q(closed_at__isnull=False, closed_by__isnull=False),
                name="catalog_count_closed_by_somebody",
            ),
            # Two sheets over the same shelves would each correct what the other corrected already.
            models.UniqueConstraint(
                fields=["warehouse"], condition=Q(status=CountStatus.OPEN), name="catalog_one_open_count"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("catalog:count-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == CountStatus.OPEN


class StockCountLine(models.Model):
    count = models.ForeignKey(
        StockCount, on_delete=models.CASCADE, related_name="lines", verbose_name=pgettext_lazy("stock", "count")
    )
    lot = models.ForeignKey(StockLot, on_delete=models.PROTECT, related_name="+", verbose_name=_("lot"))
    book = models.DecimalField(_("by the books"), max_digits=14, decimal_places=3)
    counted = models.DecimalField(_("counted"), max_digits=14, decimal_places=3, null=True, blank=True)
    reason = models.CharField(_("why the count differs"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("line of a stock count")
        verbose_name_plural = _("lines of stock counts")
        constraints = [
            models.UniqueConstraint(fields=["count", "lot"], name="catalog_lot_once_per_count"),
            models.CheckConstraint(condition=Q(counted__gte=0), name="catalog_counted_not_negative"),
            models.CheckConstraint(
                condition=Q(counted__isnull=True) | Q(counted=models.F("book")) | ~Q(reason=""),
                name="catalog_difference_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot}: {self.book}"

    @property
    def difference(self) -> Decimal:
        return Decimal(0) if self.counted is None else self.counted - self.book
