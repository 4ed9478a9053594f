"""What the house expects of its carriers, in versions (R5.7, R14.13)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

MOST_PENALTY = 1_000_000  # yuan


class CarrierRules(models.Model):
    """A version is never edited: a change adds the next one. Without any row the defaults below hold."""

    version = models.PositiveIntegerField(_("version"), default=0, unique=True)
    is_current = models.BooleanField(_("in force"), default=True)
    poor_below = models.PositiveSmallIntegerField(
        _("poor below"), default=70, help_text=_("A carrier rated below it is proposed for replacement.")
    )
    fewest_shipments = models.PositiveSmallIntegerField(
        _("fewest shipments"), default=5, help_text=_("With fewer, one bad day would decide: there is no rating.")
    )
    rated_days = models.PositiveSmallIntegerField(
        _("rated over days"), default=182, help_text=_("Shipments that left earlier no longer count.")
    )
    penalty_from = models.PositiveIntegerField(_("penalty from"), default=100, null=True, blank=True)
    penalty_to = models.PositiveIntegerField(_("penalty to"), default=300, null=True, blank=True)
    created_at = models.DateTimeField(_("in force since"), auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("reason for the change"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("carrier rules")
        verbose_name_plural = _("carrier rules")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="fulfillment_carrier_rules_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(poor_below__gte=1, poor_below__lte=100), name="fulfillment_carrier_rules_poor"
            ),
            models.CheckConstraint(
                condition=Q(fewest_shipments__gte=1, fewest_shipments__lte=1000),
                name="fulfillment_carrier_rules_fewest",
            ),
            models.CheckConstraint(
                condition=Q(rated_days__gte=30, rated_days__lte=731), name="fulfillment_carrier_rules_days"
            ),
            models.CheckConstraint(
                condition=Q(penalty_from__isnull=True, penalty_to__isnull=True)
                | Q(penalty_from__gte=1, penalty_to__gte=F("penalty_from"), penalty_to__lte=MOST_PENALTY),
                name="fulfillment_carrier_rules_penalty",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"

    def find_poor(self, rating: Decimal | None) -> bool:
        """Without a rating nobody is poor."""
        return rating is not None and rating < self.poor_below

    def allows_penalty(self, yuan: Decimal) -> bool:
        if self.penalty_from is None or self.penalty_to is None:
            return False
        return self.penalty_from <= yuan <= self.penalty_to
