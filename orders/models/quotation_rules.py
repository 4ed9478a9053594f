"""What an administrator decides about quotations, in versions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class QuotationRules(models.Model):
    """A version is never edited: a change adds the next one. Without any row the default below holds."""

    version = models.PositiveIntegerField(_("version"), default=0, unique=True)
    is_current = models.BooleanField(_("in force"), default=True)
    valid_days = models.PositiveSmallIntegerField(
        _("days a quotation is valid"), default=30,
        help_text=_("What the form offers, counted from the day it is written; the seller may name another day."),
    )  # fmt: skip
    created_at = models.DateTimeField(_("in force since"), auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("reason for the change"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("quotation rules")
        verbose_name_plural = _("quotation rules")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="orders_quotation_rules_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(valid_days__gte=1, valid_days__lte=366), name="orders_quotation_rules_days"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"
