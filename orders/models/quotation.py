"""The quotation (評審報價單, R3.7): one row a version, under one number.

Its status is checked by `orders.services.quotation_steps`, without the state machine of orders: every act holds the
row's lock and comes through one function, and no other room reports facts to it.
"""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Language
from core.search import BigramIndex
from customers.models import Customer, Inquiry
from orders.choices import LossReason, QuotationStatus, Source
from orders.models.goods import GoodsRow, TermRow
from orders.querysets_quotation import QuotationQuerySet

S = QuotationStatus


class Quotation(models.Model):
    number = models.CharField(_("quotation number"), max_length=30, editable=False)
    version = models.PositiveSmallIntegerField(pgettext_lazy("of a paper", "version"), default=1, editable=False)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by", verbose_name=_("supersedes")
    )
    # One quotation at most comes of an inquiry; its later versions supersede it.
    inquiry = models.OneToOneField(
        Inquiry, on_delete=models.PROTECT, null=True, editable=False, related_name="quotation",
        verbose_name=_("inquiry"),
    )  # fmt: skip
    status = models.CharField(_("status"), max_length=12, choices=S.choices, default=S.DRAFT)
    edition = models.PositiveIntegerField(default=0, editable=False)  # raised by every edit, to see conflicts

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="quotations", verbose_name=_("customer")
    )
    contact_name = models.CharField(_("contact name"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=32, blank=True)
    contact_email = models.EmailField(_("contact's e-mail"), blank=True)
    salesperson = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="quotations_sold",
        verbose_name=_("salesperson"),
    )  # fmt: skip
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.PHONE)
    language = models.CharField(
        _("language of the paper"), max_length=10, choices=Language.choices, default=Language.CHINESE
    )
    valid_until = models.DateField(_("valid until"), null=True)
    lead_time_days = models.PositiveSmallIntegerField(_("lead time in days"), null=True)
    delivery_address = models.CharField(_("delivery address"), max_length=300, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, default=Decimal(0))
    packaging = models.CharField(_("packaging"), max_length=300, blank=True)
    customization = models.CharField(_("customisation"), max_length=300, blank=True)
    labels = models.CharField(_("labels"), max_length=300, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)

    loss_reason = models.CharField(_("reason of the loss"), max_length=16, choices=LossReason.choices, blank=True)
    outcome_note = models.TextField(_("what the customer said"), blank=True)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("submitted by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    approved_at = models.DateTimeField(_("approved"), null=True)
    sent_at = models.DateTimeField(pgettext_lazy("quotation", "sent"), null=True)
    closed_at = models.DateTimeField(_("decided"), null=True)  # accepted, lost, expired or superseded
    search_text = models.TextField(editable=False, blank=True)

    objects = QuotationQuerySet.as_manager()

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="orders_quotation_version_once"),
            models.CheckConstraint(condition=Q(status__in=S.values), name="orders_quotation_status_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="orders_quotation_not_negative"),
            models.CheckConstraint(
                condition=~Q(status=S.LOST) | ~Q(loss_reason=""), name="orders_quotation_lost_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(version=1, supersedes__isnull=True) | Q(version__gt=1, supersedes__isnull=False),
                name="orders_quotation_versions_follow",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="orders_quotes_by_status"),
            models.Index(fields=["salesperson", "-id"], name="orders_quotes_by_seller"),
            models.Index(fields=["customer", "-id"], name="orders_quotes_by_customer"),
            models.Index(fields=["-closed_at"], name="orders_quotes_by_outcome"),
            models.Index(
                fields=["valid_until", "id"], condition=Q(status__in=["approved", "sent"]),
                name="orders_quotes_running_out",
            ),
            BigramIndex("search_text", name="orders_quotes_bigrams"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number if self.version == 1 else f"{self.number}-V{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("orders:quotation-detail", args=[self.pk])

    @property
    def buyer(self) -> Customer:
        """The customer; a draft alone may lack one."""
        assert self.customer is not None
        return self.customer


class QuotationLine(GoodsRow):
    quotation = models.ForeignKey(
        Quotation, on_delete=models.CASCADE, related_name="lines", verbose_name=_("quotation")
    )

    class Meta:
        verbose_name = _("quotation line")
        verbose_name_plural = _("quotation lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["quotation", "position"], name="orders_quotation_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=0) & Q(unit_price__gte=0), name="orders_quotation_line_positive"
            ),
        ]


class QuotationTerm(TermRow):
    quotation = models.ForeignKey(
        Quotation, on_delete=models.CASCADE, related_name="terms", verbose_name=_("quotation")
    )

    class Meta:
        verbose_name = _("payment term")
        verbose_name_plural = _("payment schedule")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["quotation", "position"], name="orders_quotation_term_once"),
            models.CheckConstraint(
                condition=Q(percent__gt=0) & Q(percent__lte=100), name="orders_quotation_term_percent"
            ),
        ]
