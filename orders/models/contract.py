"""The contract (R3.8): its number, its signed file, its terms, and the orders made under it.

A framework agreement is a contract whose lines orders call off (R14.11).
"""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.search import BigramIndex, searchable
from customers.models import Customer
from orders.choices import ContractKind, ContractStatus
from orders.models.order import Order
from orders.models.quotation import Quotation
from orders.querysets_contract import ContractQuerySet


class Contract(models.Model):
    number = models.CharField(_("contract number"), max_length=30, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=ContractKind.choices, default=ContractKind.SINGLE)
    status = models.CharField(_("status"), max_length=10, choices=ContractStatus.choices, default=ContractStatus.DRAFT)
    edition = models.PositiveIntegerField(default=0, editable=False)  # raised by every edit, to see conflicts
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="contracts", verbose_name=_("customer")
    )
    quotation = models.ForeignKey(
        Quotation, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts",
        verbose_name=_("quotation"),
    )  # fmt: skip
    orders = models.ManyToManyField(Order, blank=True, related_name="contracts", verbose_name=_("orders"))
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="contracts",
        verbose_name=_("salesperson"),
    )  # fmt: skip
    effective_date = models.DateField(_("in force from"))
    expiry_date = models.DateField(_("in force until"), null=True, blank=True)
    signed_date = models.DateField(_("signed on"), null=True)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, default=Decimal(0))
    terms = models.TextField(_("terms"), blank=True)
    end_note = models.TextField(_("why it ended"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    signed_at = models.DateTimeField(_("signature recorded"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    search_text = models.TextField(editable=False, blank=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ContractStatus.values), name="orders_contract_status_known"),
            models.CheckConstraint(condition=Q(kind__in=ContractKind.values), name="orders_contract_kind_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="orders_contract_not_negative"),
            models.CheckConstraint(
                condition=Q(expiry_date__isnull=True) | Q(expiry_date__gte=F("effective_date")),
                name="orders_contract_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(signed_date__isnull=False, signed_at__isnull=False),
                name="orders_contract_signed_on_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="orders_contracts_by_status"),
            models.Index(fields=["customer", "-id"], name="orders_contracts_by_customer"),
            models.Index(
                fields=["expiry_date", "id"], condition=Q(status="signed"), name="orders_contracts_running_out"
            ),
            BigramIndex("search_text", name="orders_contracts_bigrams"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("orders:contract-detail", args=[self.pk])

    def in_force_on(self, day: date) -> bool:
        """Of this one what the queryset's `in_force` finds among many."""
        begun = self.status == ContractStatus.SIGNED and self.effective_date <= day
        return begun and (self.expiry_date is None or self.expiry_date >= day)

    def refresh_search_text(self) -> None:
        self.search_text = searchable(self.number, self.title, self.customer.name)
