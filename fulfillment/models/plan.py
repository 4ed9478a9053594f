"""The production or stock-preparation plan of a line, step by step (生產備貨進度表, R4.8)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role
from accounts.querysets import HouseQuerySet
from catalog.models import ProductFamily
from fulfillment.querysets import PlanStepQuerySet
from orders.models import OrderLine


class StepTemplate(models.Model):
    """A step that goods of a family pass; without family: all that have no steps of their own."""

    family = models.ForeignKey(
        ProductFamily, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("family")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(pgettext_lazy("production", "step"), max_length=60)
    role = models.CharField(_("department"), max_length=20, choices=Role.choices)
    days = models.PositiveSmallIntegerField(_("working days"), default=1)
    is_inspected = models.BooleanField(_("passed by quality before it is finished"), default=False)
    is_active = models.BooleanField(_("in force"), default=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of production")
        verbose_name_plural = _("steps of production")
        ordering = ["family_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["family", "position"], nulls_distinct=False, name="fulfillment_template_position"
            ),
            models.CheckConstraint(condition=Q(days__gte=1), name="fulfillment_template_takes_a_day"),
        ]

    def __str__(self) -> str:
        return self.name


class PlanStep(models.Model):
    """One step of a line's plan; from the second on it is taken over from the one before it starts."""

    order_line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, related_name="plan_steps", verbose_name=_("line")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(pgettext_lazy("production", "step"), max_length=60)
    role = models.CharField(_("department"), max_length=20, choices=Role.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("responsible"),
    )  # fmt: skip
    is_inspected = models.BooleanField(_("passed by quality before it is finished"), default=False)
    planned_start = models.DateField(_("planned start"))
    planned_end = models.DateField(_("planned end"))
    taken_over_at = models.DateTimeField(pgettext_lazy("production", "taken over"), null=True, blank=True)
    taken_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("taken over by"),
    )  # fmt: skip
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = PlanStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of the plan")
        verbose_name_plural = _("steps of the plan")
        ordering = ["order_line_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order_line", "position"], name="fulfillment_step_position"),
            models.CheckConstraint(
                condition=Q(planned_end__gte=F("planned_start")), name="fulfillment_step_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                name="fulfillment_step_finished_after_start",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True) | Q(position=1) | Q(taken_over_at__isnull=False),
                name="fulfillment_step_taken_over_first",
            ),
            models.CheckConstraint(
                condition=Q(taken_over_at__isnull=True) | Q(taken_over_by__isnull=False),
                name="fulfillment_step_taken_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["planned_end"], name="fulfillment_step_open_by_day", condition=Q(finished_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:plan-detail", args=[self.order_line.order_id])

    @property
    def state(self) -> str:
        if self.finished_at:
            return "done"
        return "doing" if self.started_at else "waiting"

    @property
    def needs_taking_over(self) -> bool:
        return self.position > 1 and self.taken_over_at is None
