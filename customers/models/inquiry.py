"""Inquiries (R1.1–R1.3): what somebody asked for, who answers it, and what became of it."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from core.search import BigramIndex, searchable
from customers.choices import OPEN_INQUIRIES, Channel, Conversion, InquiryStatus
from customers.models.customer import Contact, Customer
from customers.querysets import InquiryQuerySet

S = InquiryStatus
ANSWERED = Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")


class Inquiry(models.Model):
    number = models.CharField(_("inquiry number"), max_length=30, unique=True)
    status = models.CharField(_("status"), max_length=12, choices=InquiryStatus.choices, default=S.NEW)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    # A known customer, or somebody new by name: nobody is entered in the archive before there is business.
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="inquiries", verbose_name=_("customer")
    )
    prospect_name = models.CharField(_("name of the prospect"), max_length=200, blank=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    contact_name = models.CharField(_("contact name"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=32, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    wanted_date = models.DateField(_("wanted by"), null=True, blank=True)
    service_needs = models.TextField(_("service needs"), blank=True)
    analysis = models.TextField(_("needs analysis"), blank=True)
    is_special = models.BooleanField(_("special or complex"), default=False)
    salesperson = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="inquiries",
        verbose_name=_("salesperson"),
    )  # fmt: skip
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    handed_over_at = models.DateTimeField(_("handed over"), null=True)
    answer = models.TextField(_("answer"), blank=True)
    answer_channel = models.CharField(_("answered by way of"), max_length=10, choices=Channel.choices, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    close_reason = models.CharField(_("reason for closing"), max_length=500, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    # What became of it, as a subject of a room above (core.subjects).
    conversion = models.CharField(_("became"), max_length=12, choices=Conversion.choices, blank=True)
    converted_type = models.CharField(max_length=64, blank=True, editable=False)
    converted_id = models.BigIntegerField(null=True, editable=False)
    converted_at = models.DateTimeField(_("converted"), null=True)
    search_text = models.TextField(editable=False, blank=True)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=InquiryStatus.values), name="customers_inquiry_status"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="customers_inquiry_channel"),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | ~Q(prospect_name=""), name="customers_inquiry_of_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(status=S.HANDED_OVER) | Q(salesperson__isnull=False, handed_over_at__isnull=False),
                name="customers_inquiry_handed_to_somebody",
            ),
            models.CheckConstraint(condition=~Q(status=S.ANSWERED) | ANSWERED, name="customers_inquiry_answer_stands"),
            models.CheckConstraint(
                condition=~Q(status=S.CLOSED) | (Q(closed_at__isnull=False) & ~Q(close_reason="")),
                name="customers_inquiry_closed_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(status=S.CONVERTED, converted_id__isnull=False, converted_at__isnull=False)
                | (~Q(status=S.CONVERTED) & Q(converted_id__isnull=True, converted_at__isnull=True)),
                name="customers_inquiry_became_something",
            ),
            # One thing comes of one inquiry.
            models.UniqueConstraint(
                fields=["converted_type", "converted_id"], condition=Q(converted_id__isnull=False),
                name="customers_inquiry_converted_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["-id"], condition=Q(status__in=OPEN_INQUIRIES), name="customers_inquiries_open"),
            models.Index(fields=["salesperson", "-id"], name="customers_inquiries_of_person"),
            models.Index(fields=["customer", "-id"], name="customers_inquiries_of_cust"),
            BigramIndex("search_text", name="customers_inquiry_bigrams"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("customers:inquiry-detail", args=[self.pk])

    @property
    def who(self) -> str:
        return self.customer.name if self.customer else self.prospect_name

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_INQUIRIES

    def refresh_search_text(self) -> None:
        self.search_text = searchable(self.number, self.who)


class InquiryLine(models.Model):
    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="lines", verbose_name=_("inquiry"))
    position = models.PositiveSmallIntegerField(_("line"))
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    description = models.CharField(_("goods or service"), max_length=200, blank=True)
    specification = models.CharField(_("specification"), max_length=200, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3, default=Decimal(0))
    unit = models.CharField(_("unit"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("inquiry line")
        verbose_name_plural = _("inquiry lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "position"], name="customers_inquiry_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="customers_inquiry_line_not_negative"),
            models.CheckConstraint(
                condition=Q(product__isnull=False) | ~Q(description=""), name="customers_inquiry_line_says_what"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"
