"""The customer's word on what arrived (R6.2-R6.4)."""

import base64

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fulfillment.choices import Criterion, LineResult, ProblemStatus, Severity, Via
from fulfillment.models.shipment import Shipment, ShipmentLine
from fulfillment.querysets import ProblemQuerySet


class Acceptance(models.Model):
    """One per shipment: who signed what, when and how."""

    shipment = models.OneToOneField(
        Shipment, on_delete=models.PROTECT, related_name="acceptance", verbose_name=_("shipment")
    )
    via = models.CharField(_("signed"), max_length=10, choices=Via.choices)
    signer_name = models.CharField(_("signed by"), max_length=60)
    signed_at = models.DateTimeField(_("signed at"))
    result = models.CharField(_("result"), max_length=12, choices=LineResult.choices)
    remarks = models.TextField(_("remarks"), blank=True)
    # A drawn name, shrunk to a few kilobytes; empty when the name was typed instead, or signed on paper.
    signature = models.BinaryField(null=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("recorded"))
    ip = models.GenericIPAddressField(_("network address"), null=True, blank=True)

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        constraints = [
            models.CheckConstraint(condition=Q(via__in=Via.values), name="fulfillment_acceptance_via_known"),
            models.CheckConstraint(condition=~Q(signer_name=""), name="fulfillment_acceptance_has_signer"),
            models.CheckConstraint(
                condition=Q(result__in=LineResult.values), name="fulfillment_acceptance_result_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment}: {self.signer_name}"

    @property
    def signature_url(self) -> str:
        """As a data URL for an <img>."""
        if not self.signature:
            return ""
        return "data:image/png;base64," + base64.b64encode(bytes(self.signature)).decode()


class AcceptanceLine(models.Model):
    acceptance = models.ForeignKey(
        Acceptance, on_delete=models.CASCADE, related_name="lines", verbose_name=_("acceptance")
    )
    shipment_line = models.OneToOneField(
        ShipmentLine, on_delete=models.PROTECT, related_name="acceptance_line", verbose_name=_("shipment line")
    )
    quantity_received = models.DecimalField(_("received"), max_digits=14, decimal_places=3)
    result = models.CharField(_("result"), max_length=12, choices=LineResult.choices)
    # Empty on what was accepted before each was asked about: the result alone was said then.
    of_quantity = models.CharField(_("quantity"), max_length=12, choices=LineResult.choices, blank=True)
    of_specification = models.CharField(_("specification"), max_length=12, choices=LineResult.choices, blank=True)
    of_quality = models.CharField(_("quality"), max_length=12, choices=LineResult.choices, blank=True)
    of_performance = models.CharField(_("performance"), max_length=12, choices=LineResult.choices, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("acceptance line")
        verbose_name_plural = _("acceptance lines")
        ordering = ["shipment_line__order_line__position"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity_received__gte=0), name="fulfillment_received_not_negative"),
            models.CheckConstraint(
                condition=Q(result__in=LineResult.values), name="fulfillment_acceptance_line_result_known"
            ),
            models.CheckConstraint(
                condition=Q(of_quantity="", of_specification="", of_quality="", of_performance="")
                | Q(
                    of_quantity__in=LineResult.values,
                    of_specification__in=LineResult.values,
                    of_quality__in=LineResult.values,
                    of_performance__in=LineResult.values,
                ),
                name="fulfillment_acceptance_line_judged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_line}: {self.get_result_display()}"

    @property
    def criteria(self) -> dict[str, str]:
        """By criterion what was said; nothing of old ones."""
        found = {name: getattr(self, f"of_{name}") for name in Criterion.values}
        return found if all(found.values()) else {}

    @property
    def complaints(self) -> list[tuple[str, str]]:
        """Criterion and result, in words, where it is not simply accepted."""
        return [
            (str(Criterion(name).label), str(LineResult(word).label))
            for name, word in self.criteria.items()
            if word != LineResult.ACCEPTED
        ]


class AcceptanceProblem(models.Model):
    """驗收問題記錄單 (R6.4)"""

    acceptance = models.ForeignKey(
        Acceptance, on_delete=models.PROTECT, related_name="problems", verbose_name=_("acceptance")
    )
    line = models.ForeignKey(
        AcceptanceLine, on_delete=models.PROTECT, null=True, related_name="problems", verbose_name=_("line")
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    status = models.CharField(_("status"), max_length=10, choices=ProblemStatus.choices, default=ProblemStatus.OPEN)
    description = models.CharField(_("what is wrong"), max_length=500)
    analysis = models.TextField(_("cause"), blank=True)
    solution = models.TextField(_("solution"), blank=True)
    compensation = models.CharField(_("compensation"), max_length=300, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("settled by"),
    )  # fmt: skip

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = _("acceptance problem")
        verbose_name_plural = _("acceptance problems")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values), name="fulfillment_problem_severity_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ProblemStatus.OPEN)
                | Q(status=ProblemStatus.SETTLED, settled_at__isnull=False, settled_by__isnull=False) & ~Q(solution=""),
                name="fulfillment_problem_settled_with_solution",
            ),
            models.CheckConstraint(
                condition=Q(status=ProblemStatus.OPEN)
                | Q(severity=Severity.GENERAL)
                | ~Q(analysis="") & ~Q(compensation=""),
                name="fulfillment_major_problem_analysed",
            ),
        ]

    def __str__(self) -> str:
        return self.description

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:problem-settle", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == ProblemStatus.OPEN
