"""Production's answer and how the date was settled."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fulfillment.choices import PromiseKind
from orders.models import Order, OrderLine


class ProductionReply(models.Model):
    """A delivery date in writing (R4.2); the newest one counts."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="production_replies", verbose_name=_("order")
    )
    promise_date = models.DateField(_("delivery date"))
    remarks = models.TextField(_("remarks"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("production reply")
        verbose_name_plural = _("production replies")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.order}: {self.promise_date}"


class PromiseStep(models.Model):
    """One step of the log asked, promised, countered, agreed; of one line where the lines differ."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="promise_steps", verbose_name=_("order"))
    line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, null=True, related_name="promise_steps", verbose_name=_("line")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PromiseKind.choices)
    date = models.DateField(_("date"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("step to the date")
        verbose_name_plural = _("steps to the date")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PromiseKind.values), name="fulfillment_promise_kind_known"),
            # A customer may refuse a date without naming another; every other step is a date.
            models.CheckConstraint(
                condition=Q(kind=PromiseKind.COUNTER) | Q(date__isnull=False), name="fulfillment_promise_has_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.date or ''}"
