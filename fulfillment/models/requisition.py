"""Demand plans, change notices and outsourcing applications: forms that are signed in order (R4.5-R4.7)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from fulfillment.choices import RequisitionKind, RequisitionStatus
from fulfillment.querysets import RequisitionQuerySet
from orders.models import Order


class Requisition(models.Model):
    """產品需求計劃單, 產品變更通知單 or 產品外購申請單; services/requisitions says which fields a kind asks for."""

    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=RequisitionKind.choices)
    status = models.CharField(
        _("status"), max_length=12, choices=RequisitionStatus.choices, default=RequisitionStatus.DRAFT
    )
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="requisitions", verbose_name=_("order")
    )
    title = models.CharField(_("product"), max_length=200)
    specification = models.CharField(_("specification"), max_length=200, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    wanted_date = models.DateField(_("wanted by"), null=True, blank=True)
    supplier = models.CharField(_("supplier"), max_length=120, blank=True)
    amount = models.DecimalField(_("estimated cost"), max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    description = models.TextField(_("what is asked for"), blank=True)
    reason = models.TextField(_("reason"), blank=True)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("applicant")
    )
    created_at = models.DateTimeField(_("created"))
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    dispatch_date = models.DateField(_("dispatch date answered"), null=True)

    objects = RequisitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("requisition")
        verbose_name_plural = _("requisitions")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=RequisitionKind.values), name="fulfillment_requisition_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=RequisitionStatus.values), name="fulfillment_requisition_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=RequisitionKind.CHANGE_NOTICE) | Q(order__isnull=False),
                name="fulfillment_change_notice_has_order",
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="fulfillment_requisition_status")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:requisition-detail", args=[self.pk])


class RequisitionNode(models.Model):
    """What a department has to have done by when, once the form is approved (R4.5)."""

    requisition = models.ForeignKey(
        Requisition, on_delete=models.CASCADE, related_name="nodes", verbose_name=_("requisition")
    )
    role = models.CharField(_("department"), max_length=20, choices=Role.choices)
    task = models.CharField(_("what is to be done"), max_length=200)
    due_date = models.DateField(_("until"))
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("done by")
    )

    class Meta:
        verbose_name = _("time node")
        verbose_name_plural = _("time nodes")
        ordering = ["due_date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_by__isnull=False), name="fulfillment_node_done_by_somebody"
            ),
            models.UniqueConstraint(F("requisition"), F("role"), F("task"), name="fulfillment_node_once"),
        ]

    def __str__(self) -> str:
        return self.task
