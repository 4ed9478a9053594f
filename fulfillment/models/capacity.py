"""What can be made of a product family in a week, and the decision where more was promised (R4.4)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.querysets import HouseQuerySet
from catalog.models import ProductFamily


class Capacity(models.Model):
    """Pieces a week; a row without a week is the standard, one with its Monday stands for that week."""

    family = models.ForeignKey(
        ProductFamily, on_delete=models.PROTECT, related_name="capacities", verbose_name=_("family")
    )
    week = models.DateField(_("week"), null=True, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)

    class Meta:
        verbose_name = _("capacity")
        verbose_name_plural = _("capacities")
        ordering = ["family", "week"]
        constraints = [
            models.UniqueConstraint(fields=["family", "week"], nulls_distinct=False, name="fulfillment_capacity_once"),
            models.CheckConstraint(condition=Q(quantity__gte=Decimal(0)), name="fulfillment_capacity_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.week or ''}"


class CapacityConflict(models.Model):
    """More promised of a family in a week than can be made: the general manager ranks and decides."""

    family = models.ForeignKey(ProductFamily, on_delete=models.PROTECT, related_name="+", verbose_name=_("family"))
    week = models.DateField(_("week"))
    opened_at = models.DateTimeField(_("opened"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    note = models.TextField(_("note"), blank=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("capacity conflict")
        verbose_name_plural = _("capacity conflicts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["family", "week"], condition=Q(decided_at__isnull=True), name="fulfillment_conflict_open_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(decided_by__isnull=False),
                name="fulfillment_conflict_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        # Kept with the work it makes, for readers of both languages: the day as both write it.
        return f"{self.family} · {self.week:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:conflict-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.decided_at is None
