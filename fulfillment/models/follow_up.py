"""How an order is followed from the start of production on, and what is prepared for the worst (R4.10 to R4.12)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fulfillment.choices import ContingencyCause, FollowUpStage
from fulfillment.querysets import FollowUpQuerySet, OfOrderQuerySet
from orders.models import Order


class FollowUp(models.Model):
    """A row of the follow-up progress table (訂單跟進進度表): how it stands, what is wrong, what comes next."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="follow_ups", verbose_name=_("order"))
    stage = models.CharField(pgettext_lazy("order", "stage"), max_length=12, choices=FollowUpStage.choices)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("responsible")
    )
    planned_date = models.DateField(_("planned"), null=True, blank=True)
    actual_date = models.DateField(_("done"), null=True, blank=True)
    record = models.TextField(_("record"))
    problem = models.TextField(_("problem"), blank=True)
    measure = models.TextField(_("measures"), blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    delay_risk = models.BooleanField(_("delay risk"), default=False)
    plan_of_action = models.TextField(_("plan of action"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up record")
        verbose_name_plural = _("follow-up records")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=FollowUpStage.values), name="fulfillment_follow_up_stage"),
            models.CheckConstraint(condition=~Q(record=""), name="fulfillment_follow_up_says_something"),
            models.CheckConstraint(
                condition=Q(delay_risk=False) | ~Q(plan_of_action=""), name="fulfillment_delay_risk_has_plan"
            ),
        ]
        indexes = [
            models.Index(fields=["order", "-id"], name="fulfillment_follow_up_newest"),
            models.Index(fields=["-id"], name="fulfillment_follow_up_at_risk", condition=Q(delay_risk=True)),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.get_stage_display()}"

    def get_absolute_url(self) -> str:
        return f"{self.order.get_absolute_url()}#follow-up"


class ContingencyPlan(models.Model):
    """What is done when an order is at risk, by whom until when (R4.12)."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="contingencies", verbose_name=_("order"))
    cause = models.CharField(_("cause"), max_length=15, choices=ContingencyCause.choices)
    situation = models.TextField(_("situation"))
    measures = models.TextField(_("measures"))
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("responsible")
    )
    due_date = models.DateField(_("until"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("time"))
    outcome = models.TextField(_("outcome"), blank=True)
    ended_at = models.DateTimeField(pgettext_lazy("contingency plan", "ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("ended by"),
    )  # fmt: skip

    objects = OfOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("contingency plan")
        verbose_name_plural = _("contingency plans")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cause__in=ContingencyCause.values), name="fulfillment_contingency_cause_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_by__isnull=False) & ~Q(outcome=""),
                name="fulfillment_contingency_ended_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.situation[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:contingency-end", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.ended_at is None
