"""Unclear data, and the talk with the customer that clears it up (R2.4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.choices import CommunicationMeans
from orders.models.order import Order


class Clarification(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="clarifications", verbose_name=_("order"))
    question = models.TextField(_("what is unclear"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    contacted_at = models.DateTimeField(_("customer contacted"), null=True)
    answer = models.TextField(_("answer"), blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("resolved by"),
    )
    resolved_at = models.DateTimeField(_("resolved"), null=True)

    class Meta:
        verbose_name = _("clarification")
        verbose_name_plural = _("clarifications")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["order"], condition=Q(resolved_at__isnull=True), name="orders_open_clarifications")
        ]

    def __str__(self) -> str:
        return self.question[:60]


class Communication(models.Model):
    """Who spoke with the customer, when, by what means, with what result."""

    clarification = models.ForeignKey(
        Clarification,
        on_delete=models.CASCADE,
        related_name="communications",
        verbose_name=_("clarification"),
    )
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    means = models.CharField(_("means"), max_length=10, choices=CommunicationMeans.choices)
    spoke_with = models.CharField(_("spoke with"), max_length=60)
    result = models.TextField(_("result"))

    class Meta:
        verbose_name = _("communication")
        verbose_name_plural = _("communications")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.result[:60]
