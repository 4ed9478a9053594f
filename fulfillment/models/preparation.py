"""What the warehouse lays out, what is looked at before goods leave, what is missing (R5.3, R5.4, R6.1)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fulfillment.models.shipment import Shipment
from fulfillment.querysets import OfOrderQuerySet
from orders.models import Order


class Preparation(models.Model):
    """發貨準備單. `batches`: [{"line": key, "batch", "quantity"}], as reserved when it was written."""

    shipment = models.OneToOneField(
        Shipment, on_delete=models.PROTECT, related_name="preparation", verbose_name=_("shipment")
    )
    batches = models.JSONField(_("batches"), default=list)
    inspection_report = models.CharField(_("inspection report"), max_length=120)
    packaging = models.CharField(_("packaging check"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("preparation sheet")
        verbose_name_plural = _("preparation sheets")
        constraints = [
            models.CheckConstraint(
                condition=~Q(inspection_report="") & ~Q(packaging=""), name="fulfillment_preparation_complete"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment}: {self.inspection_report}"


class DeliveryCheck(models.Model):
    """The five things looked at before goods leave (R6.1); the newest word counts."""

    ITEMS = ("packaging", "quality", "vehicle", "customer_told", "papers")

    shipment = models.OneToOneField(
        Shipment, on_delete=models.PROTECT, related_name="delivery_check", verbose_name=_("shipment")
    )
    packaging = models.BooleanField(_("Packaging is whole and labeled"))
    quality = models.BooleanField(_("Goods are those inspected, and undamaged"))
    vehicle = models.BooleanField(_("Vehicle is fit for the goods"))
    customer_told = models.BooleanField(_("Customer knows time and place"))
    papers = models.BooleanField(_("Manual, inspection report and service record lie with the goods"))
    note = models.CharField(_("what is not in order"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("delivery check")
        verbose_name_plural = _("delivery checks")
        constraints = [
            models.CheckConstraint(
                condition=~Q(note="") | Q(packaging=True, quality=True, vehicle=True, customer_told=True, papers=True),
                name="fulfillment_failed_check_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment}: {self.note or self.at}"

    @property
    def failed(self) -> list[str]:
        """The labels of what is not in order."""
        return [self.label_of(name) for name in self.ITEMS if not getattr(self, name)]

    @classmethod
    def label_of(cls, item: str) -> str:
        return str(getattr(cls._meta.get_field(item), "verbose_name", item))

    @property
    def has_passed(self) -> bool:
        return not self.failed


class Shortage(models.Model):
    """Goods that are missing (R5.4): of a dispatch order when it is prepared, or of an order that was promised goods
    which can no longer be used (R4.9). Of these, who settles it says the new date."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shortages", verbose_name=_("order"))
    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, null=True, blank=True, related_name="shortages", verbose_name=_("shipment")
    )
    reason = models.CharField(_("reason"), max_length=300)
    new_date = models.DateField(_("new date"), null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    reported_at = models.DateTimeField(_("reported"))
    measure = models.CharField(pgettext_lazy("remedy", "measure"), max_length=500, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("settled by"),
    )  # fmt: skip
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = OfOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("shortage")
        verbose_name_plural = _("shortages")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="fulfillment_shortage_has_reason"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | Q(settled_by__isnull=False) & ~Q(measure=""),
                name="fulfillment_shortage_settled_with_measure",
            ),
            models.CheckConstraint(
                condition=Q(shipment__isnull=True) | Q(new_date__isnull=False),
                name="fulfillment_shipment_short_until_a_day",
            ),
            models.UniqueConstraint(
                fields=["shipment"], condition=Q(settled_at__isnull=True), name="fulfillment_one_open_shortage"
            ),
        ]
        indexes = [
            models.Index(fields=["order"], name="fulfillment_short_order", condition=Q(settled_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.reason

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:shortage-settle", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.settled_at is None
