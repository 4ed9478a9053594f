"""The log of transitions, from which the dashboard's totals are folded."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models.order import Order


class StatusChange(models.Model):
    """One transition with what the figures need; insert-only, so that no act waits for a total."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="status_changes", verbose_name=_("order"))
    from_status = models.CharField(pgettext_lazy("status", "from"), max_length=20, blank=True)
    to_status = models.CharField(pgettext_lazy("status", "to"), max_length=20)
    at = models.DateTimeField(_("time"))
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    on_time = models.BooleanField(_("on time"), null=True, help_text=_("Set on shipment: not later than promised."))
    on_time_first = models.BooleanField(
        _("on time by the first promise"), null=True, help_text=_("Set on shipment: not later than promised at first.")
    )
    is_folded = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        indexes = [
            models.Index(fields=["id"], condition=Q(is_folded=False), name="orders_changes_to_fold"),
            # What the on-time rate counts, newest first.
            models.Index(fields=["-at", "-id"], condition=Q(to_status="shipped"), name="orders_shipments_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"
