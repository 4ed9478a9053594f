"""Unclear data, and the talk with the customer that clears it up (R2.4, R2.5)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
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
    answer_due_at = models.DateTimeField(
        _("customer's answer due"),
        null=True,
        help_text=_("Agreed when asked, else set when the customer is contacted."),
    )
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
        constraints = [
            models.CheckConstraint(
                condition=Q(answer_due_at__isnull=True) | Q(answer_due_at__gt=F("asked_at")),
                name="orders_answer_due_after_question",
            )
        ]
        indexes = [
            models.Index(fields=["order"], condition=Q(resolved_at__isnull=True), name="orders_open_clarifications")
        ]

    def __str__(self) -> str:
        return self.question[:60]

    @property
    def is_with_customer(self) -> bool:
        return self.resolved_at is None and self.contacted_at is not None

    @property
    def is_silent(self) -> bool:
        """The customer was asked and has let the time pass (R2.5)."""
        return self.is_with_customer and self.answer_due_at is not None and self.answer_due_at < timezone.now()


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
