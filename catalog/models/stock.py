"""Stock by product, batch and warehouse, with a ledger of movements.

Stock stands below the order because review reads it and approval reserves it (docs/adr/0401).
"""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.querysets import HouseQuerySet
from catalog.choices import LotStatus, MovementKind
from catalog.models.product import Product


class Warehouse(models.Model):
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class StockLot(models.Model):
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lots", verbose_name=_("product"))
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="lots", verbose_name=_("warehouse"))
    batch = models.CharField(_("batch"), max_length=40)
    on_hand = models.DecimalField(_("on hand"), max_digits=14, decimal_places=3, default=0)
    reserved = models.DecimalField(_("reserved"), max_digits=14, decimal_places=3, default=0)
    status = models.CharField(_("status"), max_length=10, choices=LotStatus.choices, default=LotStatus.USABLE)
    blocked_reason = models.CharField(_("why it is blocked"), max_length=200, blank=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock lot")
        verbose_name_plural = _("stock lots")
        constraints = [
            models.UniqueConstraint(fields=["product", "warehouse", "batch"], name="catalog_lot_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="catalog_on_hand_not_negative"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(reserved__lte=F("on_hand")),
                name="catalog_reserved_within_on_hand",
            ),
            models.CheckConstraint(
                condition=Q(status=LotStatus.USABLE, blocked_reason="")
                | Q(status=LotStatus.BLOCKED, reserved=0) & ~Q(blocked_reason=""),
                name="catalog_blocked_lot_promised_to_nobody",
            ),
        ]
        indexes = [
            models.Index(fields=["product"], name="catalog_lot_blocked", condition=Q(status=LotStatus.BLOCKED)),
        ]

    def __str__(self) -> str:
        return f"{self.product.code} {self.batch}"

    @property
    def is_blocked(self) -> bool:
        return self.status == LotStatus.BLOCKED

    @property
    def available(self) -> Decimal:
        return Decimal(0) if self.is_blocked else self.on_hand - self.reserved

    @property
    def blocked(self) -> Decimal:
        """What is on hand is reserved, available or blocked."""
        return self.on_hand - self.reserved - self.available


class StockReservation(models.Model):
    """Goods promised to one line of an order; `reference` is the order's number."""

    lot = models.ForeignKey(StockLot, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("lot"))
    reference = models.CharField(_("reference"), max_length=40)
    line_id = models.BigIntegerField()
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.UniqueConstraint(fields=["reference", "line_id", "lot"], name="catalog_reservation_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="catalog_reservation_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.quantity}"


class StockMovement(models.Model):
    """The ledger: the sum of a lot's movements is what it has on hand; `balance` is that sum so far."""

    lot = models.ForeignKey(StockLot, on_delete=models.PROTECT, related_name="movements", verbose_name=_("lot"))
    kind = models.CharField(_("kind"), max_length=12, choices=MovementKind.choices)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3, help_text=_("Signed."))
    balance = models.DecimalField(_("balance"), max_digits=14, decimal_places=3, help_text=_("Of the lot, after it."))
    reference = models.CharField(_("reference"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        constraints = [models.CheckConstraint(condition=Q(balance__gte=0), name="catalog_balance_not_negative")]
        indexes = [
            models.Index(fields=["lot", "-id"], name="catalog_movement_by_lot"),
            models.Index(fields=["-at", "-id"], name="catalog_movement_by_time"),
            models.Index(fields=["kind", "-at", "-id"], name="catalog_movement_by_kind"),
            models.Index(fields=["reference", "-at", "-id"], name="catalog_movement_by_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity}"
