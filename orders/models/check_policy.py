"""The rule of one automatic check: what a failure does, and the figures it compares with (R3.2, R14.13)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.choices import CheckCode, Severity


class CheckPolicy(models.Model):
    """A version is never edited: a change adds the next one, and what was checked keeps the one it ran under."""

    code = models.CharField(_("check"), max_length=20, choices=CheckCode.choices)
    version = models.PositiveIntegerField(_("version"))
    is_current = models.BooleanField(_("in force"), default=True)
    severity = models.CharField(_("when it fails"), max_length=10, choices=Severity.choices)
    # {"window_days": "7"}; which there are of a check stands in orders/check_rules.py.
    limits = models.JSONField(_("limits"), default=dict, blank=True)
    created_at = models.DateTimeField(_("in force since"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("reason for the change"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("rule of a check")
        verbose_name_plural = _("rules of the checks")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="orders_check_policy_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(is_current=True), name="orders_check_policy_in_force"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="orders_check_policy_severity"),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} v{self.version}"

    def limit(self, name: str) -> Decimal:
        return Decimal(str(self.limits[name]))

    def days(self, name: str) -> int:
        return int(self.limit(name))
