"""Carriers under contract, what they ask, and how well they served (R5.7)."""

from datetime import date

from django.core.validators import validate_slug
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.querysets import HouseQuerySet
from fulfillment.choices import Mode


class Carrier(models.Model):
    """`rating` is 0 to 100, drawn every night from the last half year's shipments; none before there are enough."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[validate_slug])
    name = models.CharField(_("name"), max_length=80)
    contract_number = models.CharField(_("contract number"), max_length=60)
    valid_until = models.DateField(_("contract valid until"))
    contact = models.CharField(_("contact"), max_length=60, blank=True)
    phone = models.CharField(_("telephone"), max_length=32, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    # Kept as it is: signatures are made with it. Empty: the carrier reports nothing by itself.
    callback_secret = models.CharField(_("signing secret"), max_length=80, blank=True, editable=False)
    rating = models.DecimalField(_("rating"), max_digits=4, decimal_places=1, null=True, editable=False)
    rated_shipments = models.PositiveIntegerField(_("rated shipments"), default=0, editable=False)
    late_shipments = models.PositiveIntegerField(_("late shipments"), default=0, editable=False)
    problem_shipments = models.PositiveIntegerField(_("shipments with problems"), default=0, editable=False)
    rated_at = models.DateTimeField(_("rated"), null=True, editable=False)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("carrier")
        verbose_name_plural = _("carriers")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=0, rating__lte=100),
                name="fulfillment_carrier_rating_in_range",
            ),
        ]
        indexes = [models.Index(fields=["valid_until"], condition=Q(is_active=True), name="fulfillment_carrier_ends")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:carrier-detail", args=[self.pk])

    @property
    def reports(self) -> bool:
        return self.is_active and bool(self.callback_secret)

    def has_expired(self, today: date) -> bool:
        return self.valid_until < today


class CarrierRate(models.Model):
    """What a carrier asks a unit of goods, by mode and region, and at least; in yuan."""

    carrier = models.ForeignKey(Carrier, on_delete=models.CASCADE, related_name="rates", verbose_name=_("carrier"))
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices)
    region = models.CharField(_("region"), max_length=40)
    per_unit = models.DecimalField(_("price per unit"), max_digits=14, decimal_places=2)
    minimum = models.DecimalField(_("at least"), max_digits=14, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        ordering = ["mode", "region"]
        constraints = [
            models.UniqueConstraint(fields=["carrier", "mode", "region"], name="fulfillment_rate_once"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="fulfillment_rate_mode_known"),
            models.CheckConstraint(condition=Q(per_unit__gte=0, minimum__gte=0), name="fulfillment_rate_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.region}"
