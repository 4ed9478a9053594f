"""What an administrator decides about the archive, in versions."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.choices import Frequency


class ArchiveRules(models.Model):
    """A version is never edited: a change adds the next one. Without any row the defaults below hold."""

    version = models.PositiveIntegerField(_("version"), default=0, unique=True)
    is_current = models.BooleanField(_("in force"), default=True)
    verify_after_months = models.PositiveSmallIntegerField(
        _("verify archives after months"), default=12,
        help_text=_("An archive nobody has checked for so long becomes work for its account manager."),
    )  # fmt: skip
    paper_notice_days = models.PositiveSmallIntegerField(
        _("renew papers days ahead"), default=30,
        help_text=_("So long before a qualification paper ends, its renewal becomes work."),
    )  # fmt: skip
    regular_from = models.PositiveSmallIntegerField(
        _("regular from orders a year"), default=3, help_text=_("Below it a customer buys occasionally.")
    )
    frequent_from = models.PositiveSmallIntegerField(_("frequent from orders a year"), default=10)
    created_at = models.DateTimeField(_("in force since"), auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("reason for the change"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("archive rules")
        verbose_name_plural = _("archive rules")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="customers_rules_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(verify_after_months__gte=1, verify_after_months__lte=120),
                name="customers_rules_months",
            ),
            models.CheckConstraint(condition=Q(paper_notice_days__lte=366), name="customers_rules_notice"),
            models.CheckConstraint(
                condition=Q(regular_from__gte=2, frequent_from__gt=F("regular_from")),
                name="customers_rules_frequency",
            ),
        ]

    def frequency_of(self, orders: int) -> str:
        """By the number of orders in twelve months (R1.5)."""
        if orders == 0:
            return Frequency.NONE
        if orders < self.regular_from:
            return Frequency.OCCASIONAL
        return Frequency.FREQUENT if orders >= self.frequent_from else Frequency.REGULAR

    def __str__(self) -> str:
        return f"v{self.version}"
