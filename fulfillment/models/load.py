"""Shipments of several orders or customers that leave in one vehicle (R5.5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fulfillment.choices import LoadStatus, Mode
from fulfillment.models.carrier import Carrier
from fulfillment.querysets import LoadQuerySet


class Load(models.Model):
    """One carrier, one waybill, one day: what the shipments in it share."""

    number = models.CharField(_("load number"), max_length=30, unique=True)
    status = models.CharField(_("status"), max_length=12, choices=LoadStatus.choices, default=LoadStatus.PREPARED)
    carrier = models.CharField(_("carrier"), max_length=80)
    carrier_ref = models.ForeignKey(
        Carrier, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("carrier under contract"),
    )  # fmt: skip
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices, default=Mode.ROAD)
    waybill = models.CharField(_("waybill number"), max_length=60, blank=True)
    expected_arrival = models.DateField(_("expected arrival"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"))
    shipped_at = models.DateTimeField(_("dispatched"), null=True, blank=True)
    dissolved_at = models.DateTimeField(_("dissolved"), null=True, blank=True)

    objects = LoadQuerySet.as_manager()

    class Meta:
        verbose_name = _("load")
        verbose_name_plural = _("loads")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=LoadStatus.values), name="fulfillment_load_status_known"),
            models.CheckConstraint(condition=~Q(carrier=""), name="fulfillment_load_has_carrier"),
            models.CheckConstraint(
                condition=~Q(status=LoadStatus.DISPATCHED) | Q(shipped_at__isnull=False) & ~Q(waybill=""),
                name="fulfillment_load_left_with_waybill",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:load-detail", args=[self.pk])

    @property
    def is_prepared(self) -> bool:
        return self.status == LoadStatus.PREPARED
