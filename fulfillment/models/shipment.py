"""What leaves the house, with which carrier, from which batch."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.search import BigramIndex, searchable
from fulfillment.choices import Mode, ShipmentStatus
from fulfillment.models.carrier import Carrier
from fulfillment.models.load import Load
from fulfillment.querysets import ShipmentLineQuerySet, ShipmentQuerySet
from orders.models import Order, OrderLine

GONE = (ShipmentStatus.DISPATCHED, ShipmentStatus.ACCEPTED)


class Shipment(models.Model):
    """The dispatch order (發貨單) and what became of it (R5.2, R5.5). An order may have several."""

    number = models.CharField(_("shipment number"), max_length=30, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments", verbose_name=_("order"))
    status = models.CharField(
        _("status"), max_length=12, choices=ShipmentStatus.choices, default=ShipmentStatus.PREPARED
    )
    load = models.ForeignKey(
        Load, on_delete=models.PROTECT, null=True, blank=True, related_name="shipments", verbose_name=_("load")
    )
    carrier = models.CharField(_("carrier"), max_length=80, blank=True)
    carrier_ref = models.ForeignKey(
        Carrier, on_delete=models.PROTECT, null=True, blank=True, related_name="shipments",
        verbose_name=_("carrier under contract"),
    )  # fmt: skip
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices, default=Mode.ROAD)
    waybill = models.CharField(_("waybill number"), max_length=60, blank=True)
    planned_date = models.DateField(_("planned dispatch"), null=True, blank=True)
    expected_arrival = models.DateField(_("expected arrival"), null=True, blank=True)
    # As it was said when it left: later days do not make the carrier punctual.
    first_expected_arrival = models.DateField(_("first expected arrival"), null=True, blank=True, editable=False)
    receiver = models.CharField(_("receiver"), max_length=60, blank=True)
    receiver_phone = models.CharField(_("receiver's telephone"), max_length=32, blank=True)
    address = models.CharField(_("delivery address"), max_length=300)
    labels = models.CharField(_("labels"), max_length=300, blank=True)
    papers = models.CharField(_("accompanying papers"), max_length=300, blank=True)
    remarks = models.TextField(_("special needs"), blank=True)

    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    prepared_at = models.DateTimeField(_("prepared"))
    dispatched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("dispatched by"),
    )  # fmt: skip
    shipped_at = models.DateTimeField(_("dispatched"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    canceled_at = models.DateTimeField(_("canceled"), null=True, blank=True)

    # The link itself is nowhere in the database: it is made from the seed and the secret key (fulfillment/signing.py).
    signing_seed = models.CharField(max_length=32, blank=True, editable=False)
    signing_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)
    signing_expires_at = models.DateTimeField(_("signing link valid until"), null=True, editable=False)

    search_text = models.TextField(editable=False, blank=True)

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ShipmentStatus.values), name="fulfillment_shipment_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=GONE) | Q(shipped_at__isnull=False, dispatched_by__isnull=False),
                name="fulfillment_dispatched_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status=ShipmentStatus.ACCEPTED) | Q(accepted_at__isnull=False),
                name="fulfillment_accepted_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["carrier_ref", "waybill"], name="fulfillment_shipment_waybill"),
            models.Index(fields=["status", "-id"], name="fulfillment_shipment_by_status"),
            BigramIndex("search_text", name="fulfillment_shipment_bigrams"),
            # Whose arrival is near.
            models.Index(
                fields=["expected_arrival", "id"],
                condition=Q(status=ShipmentStatus.DISPATCHED),
                name="fulfillment_arriving",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:shipment-detail", args=[self.pk])

    @property
    def event_url(self) -> str:
        """Where is said what became of the goods on their way."""
        return reverse("fulfillment:event-new", args=[self.pk])

    @property
    def is_prepared(self) -> bool:
        return self.status == ShipmentStatus.PREPARED

    @property
    def is_under_way(self) -> bool:
        return self.status == ShipmentStatus.DISPATCHED

    def is_overdue(self, today: date) -> bool:
        """As the queryset's `overdue` says of many."""
        late = self.expected_arrival is not None and self.expected_arrival < today
        return late and self.is_under_way and self.arrived_at is None

    @property
    def is_undated(self) -> bool:
        """As the queryset's `undated` says of many."""
        awaited = self.is_under_way and self.arrived_at is None
        return awaited and self.expected_arrival is None and self.mode != Mode.PICKUP

    def signing_has_expired(self, now: datetime | None = None) -> bool:
        return self.signing_expires_at is None or self.signing_expires_at <= (now or timezone.now())

    def refresh_search_text(self) -> None:
        self.search_text = searchable(self.number, self.waybill, self.carrier)


class ShipmentLine(models.Model):
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines", verbose_name=_("shipment"))
    order_line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, related_name="shipment_lines", verbose_name=_("order line")
    )
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)

    objects = ShipmentLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        ordering = ["order_line__position"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "order_line"], name="fulfillment_line_once_per_shipment"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="fulfillment_line_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.order_line}: {self.quantity}"


class ShipmentBatch(models.Model):
    """From which batch a line was taken; a line may come from several (R5.3, R5.5)."""

    line = models.ForeignKey(ShipmentLine, on_delete=models.CASCADE, related_name="batches", verbose_name=_("line"))
    batch = models.CharField(_("batch"), max_length=40)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["batch"]
        constraints = [
            models.UniqueConstraint(fields=["line", "batch"], name="fulfillment_batch_once_per_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="fulfillment_batch_quantity_positive"),
        ]
        # A recall asks who got the batch.
        indexes = [models.Index(fields=["batch"], name="fulfillment_by_batch")]

    def __str__(self) -> str:
        return f"{self.batch}: {self.quantity}"
