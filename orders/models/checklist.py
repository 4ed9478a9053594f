"""What a department goes through before it gives its opinion (R3.1), by product family where that matters."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.models import ProductFamily
from orders.choices import Department


class ReviewChecklistItem(models.Model):
    department = models.CharField(_("department"), max_length=20, choices=Department.choices)
    family = models.ForeignKey(
        ProductFamily, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("family"),
        help_text=_("Empty: for every order."),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    text = models.CharField(_("item"), max_length=200)
    text_en = models.CharField(_("English text"), max_length=200, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=True)
    is_active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["department", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="orders_checklist_item_has_text"),
            models.CheckConstraint(condition=Q(department__in=Department.values), name="orders_checklist_department"),
        ]

    def __str__(self) -> str:
        return self.local_text

    @property
    def local_text(self) -> str:
        """In the reader's language, the Chinese one where there is no English."""
        return (self.text_en or self.text) if get_language() == "en" else self.text
