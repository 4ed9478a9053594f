"""What quality looks at, what it found, and what becomes of goods that are not in order (R4.9)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.querysets import HouseQuerySet
from catalog.models import ProductFamily, StockLot
from fulfillment.choices import InspectionKind, InspectionResult
from fulfillment.models.plan import PlanStep
from fulfillment.models.requisition import Requisition
from fulfillment.querysets import InspectionQuerySet
from orders.models import Order

# Exactly one thing was looked at: a whole order, a step of a plan, a lot of the stock, or what was bought in.
SUBJECTS: dict[str, tuple[str, ...]] = {
    InspectionKind.FINAL: ("order",),
    InspectionKind.IN_PROCESS: ("order", "step"),
}


class InspectionTemplate(models.Model):
    """An item to look at; without family: of all goods that have no items of their own. Limits make it a measure."""

    family = models.ForeignKey(
        ProductFamily, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("family")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=InspectionKind.choices)
    position = models.PositiveSmallIntegerField(_("position"))
    item = models.CharField(pgettext_lazy("inspection", "item"), max_length=80)
    standard = models.CharField(pgettext_lazy("inspection", "standard"), max_length=200, blank=True)
    minimum = models.DecimalField(_("at least"), max_digits=12, decimal_places=3, null=True, blank=True)
    maximum = models.DecimalField(_("at most"), max_digits=12, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    is_active = models.BooleanField(_("in force"), default=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of inspection")
        verbose_name_plural = _("items of inspection")
        ordering = ["kind", "family_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "family", "position"], nulls_distinct=False, name="fulfillment_item_position"
            ),
            models.CheckConstraint(condition=Q(kind__in=InspectionKind.values), name="fulfillment_item_kind_known"),
            models.CheckConstraint(
                condition=Q(minimum__isnull=True) | Q(maximum__isnull=True) | Q(maximum__gte=F("minimum")),
                name="fulfillment_item_limits_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.item

    @property
    def is_measured(self) -> bool:
        return self.minimum is not None or self.maximum is not None


def _looked_at(kind: str) -> Q:
    """The columns that stand for a kind, and none of the others."""
    return Q(kind=kind) & Q(
        *((f"{name}__isnull", name not in SUBJECTS[kind]) for name in ("order", "step", "lot", "requisition"))
    )


class Inspection(models.Model):
    """R4.9. `items`, as it was found then: [{"line": key, "position", "description", "passed": bool, "remark",
    "checks": [{"item", "standard", "measured", "unit", "passed"}]}]. What was inspected before the items stood in
    templates has no "checks"."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name=_("order")
    )
    step = models.ForeignKey(
        PlanStep, on_delete=models.PROTECT, null=True, blank=True, related_name="inspections",
        verbose_name=_("step of the plan"),
    )  # fmt: skip
    lot = models.ForeignKey(
        StockLot, on_delete=models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name=_("lot")
    )
    requisition = models.ForeignKey(
        Requisition, on_delete=models.PROTECT, null=True, blank=True, related_name="inspections",
        verbose_name=_("outsourcing application"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=10, choices=InspectionKind.choices, default=InspectionKind.FINAL)
    result = models.CharField(_("result"), max_length=10, choices=InspectionResult.choices)
    items = models.JSONField(_("items"), default=list)
    remarks = models.TextField(_("remarks"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("inspector")
    )
    at = models.DateTimeField(_("time"))

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=InspectionResult.values), name="fulfillment_inspection_result_known"
            ),
            models.CheckConstraint(
                condition=_looked_at(InspectionKind.FINAL)
                | _looked_at(InspectionKind.IN_PROCESS)
                | Q(kind=InspectionKind.INCOMING, step__isnull=True, lot__isnull=False, requisition__isnull=True)
                | Q(kind=InspectionKind.INCOMING, step__isnull=True, lot__isnull=True, requisition__isnull=False),
                name="fulfillment_inspection_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "-id"], name="fulfillment_inspection_by_kind"),
            models.Index(
                fields=["-id"], name="fulfillment_inspection_failed", condition=Q(result=InspectionResult.FAILED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.get_result_display()}"

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:inspection-detail", args=[self.pk])

    @property
    def about(self) -> str:
        """What was looked at, in words; its rows are loaded where many are shown."""
        if self.step:
            return f"{self.order} · {self.step}"
        return str(self.lot or self.requisition or self.order)

    @property
    def failed_items(self) -> list[dict[str, Any]]:
        return [item for item in self.items if not item["passed"]]
