"""What a framework agreement fixes (R14.11): goods, price, how much of them may be called off, and when."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from orders.models.contract import Contract
from orders.querysets_contract import AgreementLineQuerySet


class AgreementLine(models.Model):
    """Order lines point at it; what is left is reckoned from them, never stored beside them."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="lines", verbose_name=_("contract"))
    position = models.PositiveSmallIntegerField(_("line"))
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    unit_price = models.DecimalField(_("agreed price"), max_digits=14, decimal_places=4)
    minimum_quantity = models.DecimalField(
        _("least at once"), max_digits=14, decimal_places=3, default=Decimal(0),
        help_text=_("What one order calls off at least; the rest may be less."),
    )  # fmt: skip
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects = AgreementLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreed line")
        verbose_name_plural = _("agreed lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "position"], name="orders_agreed_position_once"),
            models.UniqueConstraint(fields=["contract", "product"], name="orders_agreed_product_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_agreed_quantity_positive"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="orders_agreed_price_not_negative"),
            models.CheckConstraint(
                condition=Q(minimum_quantity__gte=0, minimum_quantity__lte=F("quantity")),
                name="orders_agreed_minimum_within_quantity",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="orders_agreed_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id}.{self.position}"

    def is_valid_on(self, day: date) -> bool:
        """Its own dates; whether the agreement is in force is another question."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or self.valid_until >= day
        )
