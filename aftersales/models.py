"""What is done for the customer after the goods have arrived."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from aftersales.choices import Satisfaction
from aftersales.querysets import VisitQuerySet
from orders.models import Order


class Visit(models.Model):
    """客戶滿意度回訪表 (R7.1). The first one fulfils the duty; there may be more."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="visits", verbose_name=_("order"))
    use = models.TextField(_("how the goods are used"))
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction"), choices=Satisfaction.choices, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    needs = models.TextField(_("further needs"), blank=True)
    remarks = models.TextField(_("remarks"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("visited"))

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(satisfaction__range=(1, 5)), name="aftersales_satisfaction_1_to_5"),
        ]
        indexes = [models.Index(fields=["satisfaction", "-id"], name="aftersales_by_satisfaction")]

    def __str__(self) -> str:
        return f"{self.order}: {self.satisfaction}/5"

    def get_absolute_url(self) -> str:
        return reverse("aftersales:visit-detail", args=[self.pk])

    @property
    def is_unhappy(self) -> bool:
        return self.satisfaction <= Satisfaction.UNHAPPY
