"""The customer archive (R1.4): basics, contacts, delivery addresses."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.search import BigramIndex, searchable
from customers.choices import Frequency, Size, Tier
from customers.likeness import name_key, tax_key
from customers.querysets import CustomerQuerySet


class Customer(models.Model):
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=30, blank=True)
    industry = models.CharField(_("industry"), max_length=60, blank=True)
    region = models.CharField(_("region"), max_length=60, blank=True)
    size = models.CharField(_("size"), max_length=10, choices=Size.choices, blank=True)
    tier = models.CharField(_("class"), max_length=10, choices=Tier.choices, default=Tier.ORDINARY)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="customers",
        verbose_name=_("account manager"),
    )  # fmt: skip
    preferences = models.TextField(_("preferences"), blank=True)
    verified_date = models.DateField(_("verified on"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    # Counted every night from the orders (orders/services/frequency.py).
    frequency = models.CharField(
        _("purchase frequency"), max_length=12, choices=Frequency.choices, default=Frequency.NONE,
        db_default=Frequency.NONE, editable=False,
    )  # fmt: skip
    orders_in_year = models.PositiveIntegerField(
        _("orders in twelve months"), default=0, db_default=0, editable=False
    )  # fmt: skip
    last_order_date = models.DateField(_("last order"), null=True, editable=False)
    import_key = models.CharField(max_length=80, null=True, blank=True, unique=True, editable=False)
    # How likely twins are found (customers/likeness.py).
    name_key = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    tax_key = models.CharField(max_length=30, blank=True, default="", db_default="", editable=False)
    search_text = models.TextField(editable=False, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="customers_tier_known"),
            models.CheckConstraint(condition=Q(frequency__in=Frequency.values), name="customers_frequency_known"),
        ]
        indexes = [
            BigramIndex("search_text", name="customers_bigrams"),
            models.Index(fields=["name", "id"], name="customers_by_name"),
            models.Index(fields=["name_key"], condition=~Q(name_key=""), name="customers_by_name_key"),
            models.Index(fields=["tax_key"], condition=~Q(tax_key=""), name="customers_by_tax_key"),
            models.Index(fields=["orders_in_year", "id"], name="customers_by_orders"),
            models.Index(fields=["verified_date", "id"], condition=Q(is_active=True), name="customers_by_verified"),
        ]

    def __str__(self) -> str:
        return self.name

    def refresh_search_text(self) -> None:
        self.search_text = searchable(self.code, self.name, self.short_name, self.tax_number)
        self.name_key, self.tax_key = name_key(self.name), tax_key(self.tax_number)


class Contact(models.Model):
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("customer")
    )
    name = models.CharField(_("name"), max_length=60)
    title = models.CharField(_("position"), max_length=60, blank=True)
    phone = models.CharField(_("telephone"), max_length=32, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_primary = models.BooleanField(_("main contact"), default=False)
    phone_key = models.CharField(max_length=32, blank=True, default="", db_default="", editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-is_primary", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_primary=True), name="customers_one_main_contact"
            )
        ]
        indexes = [models.Index(fields=["phone_key"], condition=~Q(phone_key=""), name="customers_contact_by_phone")]

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="addresses", verbose_name=_("customer")
    )
    label = models.CharField(_("label"), max_length=40, blank=True)
    receiver = models.CharField(_("receiver"), max_length=60, blank=True)
    phone = models.CharField(_("telephone"), max_length=32, blank=True)
    text = models.CharField(_("address"), max_length=300)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        verbose_name = _("delivery address")
        verbose_name_plural = _("delivery addresses")
        ordering = ["-is_default", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_default=True), name="customers_one_default_address"
            )
        ]

    def __str__(self) -> str:
        return self.text
