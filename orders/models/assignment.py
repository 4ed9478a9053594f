"""Who does what for which goods and where (R4.1)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from catalog.models import ProductFamily
from orders.choices import AssignableWork


class AssignmentRule(models.Model):
    """The first rule in force that fits family and region decides; an empty one fits all."""

    kind = models.CharField(_("work"), max_length=30, choices=AssignableWork.choices)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    family = models.ForeignKey(
        ProductFamily, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("family"),
        help_text=_("Empty: every family."),
    )  # fmt: skip
    region = models.CharField(_("region"), max_length=60, blank=True, help_text=_("Empty: every region."))
    role = models.CharField(_("department"), max_length=20, choices=Role.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("person"), help_text=_("Empty: the department, whoever takes it."),
    )  # fmt: skip
    requirement = models.CharField(_("requirement"), max_length=120, blank=True)
    is_active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("assignment rule")
        verbose_name_plural = _("assignment rules")
        ordering = ["kind", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AssignableWork.values), name="orders_assignment_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person or self.get_role_display()}"
