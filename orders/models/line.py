"""What is ordered, and when its money is due."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from orders.choices import DueEvent
from orders.models.order import Order


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", verbose_name=_("order"))
    position = models.PositiveSmallIntegerField(_("line"))
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    description = models.CharField(_("goods or service"), max_length=200, blank=True)
    specification = models.CharField(_("specification"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3, default=Decimal(0))
    unit_price = models.DecimalField(_("unit price"), max_digits=14, decimal_places=4, default=Decimal(0))
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, default=Decimal(0))
    quantity_shipped = models.DecimalField(_("shipped"), max_digits=14, decimal_places=3, default=Decimal(0))
    quantity_accepted = models.DecimalField(_("accepted"), max_digits=14, decimal_places=3, default=Decimal(0))

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="orders_line_position_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=0) & Q(unit_price__gte=0), name="orders_line_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(quantity_shipped__lte=F("quantity")), name="orders_shipped_within_ordered"
            ),
            models.CheckConstraint(
                condition=Q(quantity_accepted__lte=F("quantity_shipped")),
                name="orders_accepted_within_shipped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"

    @property
    def quantity_open(self) -> Decimal:
        """What is still to be shipped."""
        return self.quantity - self.quantity_shipped


class PaymentTerm(models.Model):
    """One part of the payment schedule, e.g. 30 % before production."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="terms", verbose_name=_("order"))
    position = models.PositiveSmallIntegerField(_("part"))
    due_event = models.CharField(_("due"), max_length=20, choices=DueEvent.choices)
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2)
    days = models.PositiveSmallIntegerField(_("days"), default=0, help_text=_("After delivery."))

    class Meta:
        verbose_name = _("payment term")
        verbose_name_plural = _("payment schedule")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="orders_term_position_once"),
            models.CheckConstraint(condition=Q(percent__gt=0) & Q(percent__lte=100), name="orders_term_percent"),
        ]

    def __str__(self) -> str:
        texts = {
            DueEvent.BEFORE_PRODUCTION: gettext("%(percent)s%% in advance"),
            DueEvent.BEFORE_SHIPMENT: gettext("%(percent)s%% before shipment"),
            DueEvent.ON_DELIVERY: gettext("%(percent)s%% on delivery"),
            DueEvent.AFTER_DELIVERY: gettext("%(percent)s%% within %(days)s days of delivery"),
        }
        return texts[DueEvent(self.due_event)] % {
            "percent": f"{self.percent.normalize():f}",
            "days": self.days,
        }
