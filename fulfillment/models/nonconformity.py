"""Goods that did not pass, and what becomes of them (R4.9)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fulfillment.choices import Disposition
from fulfillment.models.inspection import Inspection
from fulfillment.models.plan import PlanStep
from fulfillment.querysets import NonconformityQuerySet
from orders.models import Order, OrderLine


class Nonconformity(models.Model):
    """Found by one inspection, closed by a later one that passes; what came in, by scrap or the granted concession."""

    inspection = models.ForeignKey(
        Inspection, on_delete=models.PROTECT, related_name="nonconformities", verbose_name=_("inspection")
    )
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="nonconformities", verbose_name=_("order")
    )
    order_line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, null=True, blank=True, related_name="nonconformities",
        verbose_name=_("line"),
    )  # fmt: skip
    description = models.TextField(_("description"))
    opened_at = models.DateTimeField(_("opened"))
    decision = models.CharField(_("decision"), max_length=10, choices=Disposition.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("decided by"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    rework_step = models.OneToOneField(
        PlanStep, on_delete=models.PROTECT, null=True, blank=True, related_name="mends", verbose_name=_("rework")
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by_inspection = models.ForeignKey(
        Inspection, on_delete=models.PROTECT, null=True, blank=True, related_name="closes", verbose_name=_("closed by")
    )

    ended_with_order = models.BooleanField(_("ended with the order"), default=False)

    objects = NonconformityQuerySet.as_manager()

    class Meta:
        verbose_name = _("nonconformity")
        verbose_name_plural = _("nonconformities")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=["", *Disposition.values]), name="fulfillment_disposition_known"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="fulfillment_disposition_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True)
                | Q(closed_by_inspection__isnull=False)
                | Q(decision__in=[Disposition.SCRAP, Disposition.CONCESSION])
                | Q(ended_with_order=True),
                name="fulfillment_nonconformity_closed_by_inspection",
            ),
            models.UniqueConstraint(
                fields=["order_line"], condition=Q(closed_at__isnull=True), name="fulfillment_one_open_of_a_line"
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], name="fulfillment_nonconformity_open", condition=Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.inspection.about}: {self.description}"[:200]

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:nonconformity-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    # Nobody lets pass what they inspected or sell (workflow.services.waivers asks for these names).
    @property
    def submitted_by_id(self) -> int | None:
        return self.inspection.by_id

    @property
    def salesperson_id(self) -> int | None:
        return self.order.salesperson_id if self.order else None
