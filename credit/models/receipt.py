"""Money that a customer says it paid (reported) and that finance has seen (confirmed)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credit.choices import PaymentMethod, ReceiptStatus
from credit.querysets import ReceiptQuerySet
from customers.models import Customer


class Receipt(models.Model):
    number = models.CharField(_("number"), max_length=30, unique=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("customer")
    )
    reference = models.CharField(_("order"), max_length=40)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    received_date = models.DateField(_("received on"))
    method = models.CharField(_("method"), max_length=20, choices=PaymentMethod.choices, default=PaymentMethod.TRANSFER)
    bank_reference = models.CharField(_("bank reference"), max_length=80, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ReceiptStatus.choices, default=ReceiptStatus.REPORTED)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    reported_at = models.DateTimeField(_("reported"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_receipt_positive"),
            models.CheckConstraint(condition=Q(status__in=ReceiptStatus.values), name="credit_receipt_status_known"),
        ]
        indexes = [
            models.Index(fields=["reference"], name="credit_receipt_reference"),
            models.Index(fields=["-id"], condition=Q(status="reported"), name="credit_receipts_to_confirm"),
        ]

    def __str__(self) -> str:
        return self.number
