"""What a driver takes along: vehicle, driver, and where what is unloaded (R5.5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fulfillment.models.load import Load
from fulfillment.models.shipment import Shipment
from fulfillment.querysets import ManifestQuerySet


class LoadManifest(models.Model):
    """裝車單 of a load, written again when its contents change."""

    load = models.OneToOneField(Load, on_delete=models.PROTECT, related_name="manifest", verbose_name=_("load"))
    vehicle = models.CharField(_("vehicle"), max_length=20)
    driver = models.CharField(_("driver"), max_length=60)
    driver_phone = models.CharField(_("driver's telephone"), max_length=32)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))

    objects = ManifestQuerySet.as_manager()

    class Meta:
        verbose_name = _("load manifest")
        verbose_name_plural = _("load manifests")
        constraints = [
            models.CheckConstraint(
                condition=~Q(vehicle="") & ~Q(driver="") & ~Q(driver_phone=""), name="fulfillment_manifest_complete"
            ),
        ]

    def __str__(self) -> str:
        return self.load.number

    def get_absolute_url(self) -> str:
        return self.load.get_absolute_url()


class ManifestStop(models.Model):
    """Where a shipment is unloaded, counted from the first; several may leave the vehicle at the same stop."""

    manifest = models.ForeignKey(
        LoadManifest, on_delete=models.CASCADE, related_name="stops", verbose_name=_("load manifest")
    )
    shipment = models.OneToOneField(
        Shipment, on_delete=models.PROTECT, related_name="manifest_stop", verbose_name=_("shipment")
    )
    position = models.PositiveSmallIntegerField(_("stop"))
    pieces = models.PositiveIntegerField(_("pieces"))

    class Meta:
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        ordering = ["position", "shipment_id"]
        constraints = [
            models.CheckConstraint(condition=Q(position__gt=0, pieces__gt=0), name="fulfillment_stop_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.shipment}"
