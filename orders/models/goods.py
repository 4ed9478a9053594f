"""What orders and quotations say of goods and money, a row each."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from orders.choices import DueEvent


class GoodsRow(models.Model):
    """A product or a free description, with quantity and price."""

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

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"


class TermRow(models.Model):
    """One part of a payment schedule, e.g. 30 % before production."""

    position = models.PositiveSmallIntegerField(_("part"))
    due_event = models.CharField(_("due"), max_length=20, choices=DueEvent.choices)
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2)
    days = models.PositiveSmallIntegerField(_("days"), default=0, help_text=_("After delivery."))

    class Meta:
        abstract = True

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
