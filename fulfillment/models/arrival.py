"""That a shipment's arrival was told of a day ahead (R5.5)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fulfillment.models.shipment import Shipment


class ArrivalNotice(models.Model):
    """The account manager was told, and the customer where an address is known; again when the day changed."""

    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, related_name="arrival_notices", verbose_name=_("shipment")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    expected_arrival = models.DateField(_("expected arrival"))
    mailed_to = models.EmailField(_("mailed to"), blank=True)
    at = models.DateTimeField(_("told"))

    class Meta:
        verbose_name = _("arrival notice")
        verbose_name_plural = _("arrival notices")
        ordering = ["number"]
        constraints = [
            # Two sweeps that read the same: the second meets this.
            models.UniqueConstraint(fields=["shipment", "number"], name="fulfillment_arrival_told_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="fulfillment_arrival_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment}: {self.expected_arrival}"
