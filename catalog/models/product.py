"""What can be ordered, at what price and how soon."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.querysets import ProductQuerySet
from core.search import BigramIndex, searchable


class ProductFamily(models.Model):
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("product family")
        verbose_name_plural = _("product families")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    family = models.ForeignKey(
        ProductFamily,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("family"),
    )
    specification = models.CharField(_("specification"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=20, default="台")
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    list_price = models.DecimalField(_("list price"), max_digits=14, decimal_places=4, default=Decimal(0))
    floor_price = models.DecimalField(_("floor price"), max_digits=14, decimal_places=4, default=Decimal(0))
    cost_price = models.DecimalField(
        _("cost price"), max_digits=14, decimal_places=4, null=True, blank=True,
        help_text=_("What a unit costs the company; empty where it is not known."),
    )  # fmt: skip
    lead_time_days = models.PositiveSmallIntegerField(
        _("lead time"),
        default=7,
        help_text=_("Calendar days from approval to dispatch when nothing is in stock."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    search_text = models.TextField(editable=False, blank=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.CheckConstraint(condition=Q(floor_price__gte=0), name="catalog_floor_not_negative"),
            models.CheckConstraint(condition=Q(cost_price__gte=0), name="catalog_cost_not_negative"),
            models.CheckConstraint(
                condition=Q(list_price__gte=models.F("floor_price")), name="catalog_list_above_floor"
            ),
        ]
        indexes = [BigramIndex("search_text", name="catalog_product_bigrams")]

    def __str__(self) -> str:
        return f"{self.code} {self.local_name}"

    @property
    def local_name(self) -> str:
        """The name in the reader's language, the Chinese one where there is no English."""
        return (self.name_en or self.name) if get_language() == "en" else self.name

    def refresh_search_text(self) -> None:
        self.search_text = searchable(self.code, self.name, self.name_en, self.specification)
