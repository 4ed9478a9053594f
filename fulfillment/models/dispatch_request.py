"""What sales asks to have sent, before anybody writes a dispatch order (R5.2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fulfillment.choices import RequestStatus
from fulfillment.models.shipment import Shipment
from fulfillment.querysets import DispatchRequestQuerySet
from orders.models import Order, OrderLine

OPEN = (RequestStatus.REQUESTED, RequestStatus.RETURNED)


class DispatchRequest(models.Model):
    """發貨申請: asked by sales, checked by inside sales, turned into one dispatch order."""

    number = models.CharField(_("request number"), max_length=30, unique=True)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="dispatch_requests", verbose_name=_("order")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=RequestStatus.choices, default=RequestStatus.REQUESTED
    )
    wanted_date = models.DateField(_("wanted dispatch"))
    labels = models.CharField(_("labels"), max_length=300, blank=True)
    papers = models.CharField(_("accompanying papers"), max_length=300, blank=True)
    special_needs = models.TextField(_("special needs"), blank=True)
    receiver = models.CharField(_("receiver"), max_length=60)
    receiver_phone = models.CharField(_("receiver's telephone"), max_length=32)
    address = models.CharField(_("delivery address"), max_length=300)

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    requested_at = models.DateTimeField(_("asked"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("checked by"),
    )  # fmt: skip
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    reason = models.TextField(_("why it was sent back or withdrawn"), blank=True)
    shipment = models.OneToOneField(
        Shipment, on_delete=models.PROTECT, null=True, blank=True, related_name="request",
        verbose_name=_("dispatch order"),
    )  # fmt: skip

    objects = DispatchRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispatch request")
        verbose_name_plural = _("dispatch requests")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="fulfillment_request_known"),
            models.CheckConstraint(
                condition=~Q(status=RequestStatus.ORDERED) | Q(shipment__isnull=False, checked_by__isnull=False),
                name="fulfillment_request_ordered_as",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(RequestStatus.RETURNED, RequestStatus.WITHDRAWN)) | ~Q(reason=""),
                name="fulfillment_request_back_with_reason",
            ),
            # Four eyes: whoever asks does not check.
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=models.F("requested_by")),
                name="fulfillment_request_four_eyes",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="fulfillment_request_by_status"),
            models.Index(fields=["wanted_date", "id"], condition=Q(status__in=OPEN), name="fulfillment_request_open"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:request-detail", args=[self.pk])

    @property
    def is_requested(self) -> bool:
        return self.status == RequestStatus.REQUESTED

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class DispatchRequestLine(models.Model):
    request = models.ForeignKey(
        DispatchRequest, on_delete=models.CASCADE, related_name="lines", verbose_name=_("dispatch request")
    )
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+", verbose_name=_("order line"))
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)

    class Meta:
        verbose_name = _("line of a dispatch request")
        verbose_name_plural = _("lines of dispatch requests")
        ordering = ["order_line__position"]
        constraints = [
            models.UniqueConstraint(fields=["request", "order_line"], name="fulfillment_line_once_a_request"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="fulfillment_request_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.order_line}: {self.quantity}"
