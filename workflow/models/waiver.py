from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workflow.choices import Gate, WaiverStatus
from workflow.models.subject import SubjectRow
from workflow.querysets import WaiverQuerySet


class Waiver(SubjectRow):
    """Special approval (特批, R3.4, R14.4): opens one gate for one subject, once."""

    gate = models.CharField(_("gate"), max_length=20, choices=Gate.choices)
    status = models.CharField(_("status"), max_length=10, choices=WaiverStatus.choices)
    reason = models.CharField(_("reason"), max_length=500)
    cap = models.DecimalField(_("up to"), max_digits=16, decimal_places=2, null=True, blank=True)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField(_("requested"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("granted by"),
    )
    decided_at = models.DateTimeField(_("granted"), null=True, blank=True)
    decision_note = models.CharField(_("note"), max_length=500, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    used_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    used_reference = models.CharField(_("used for"), max_length=64, blank=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("special approval")
        verbose_name_plural = _("special approvals")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(gate__in=Gate.values), name="workflow_waiver_gate_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="workflow_waiver_has_reason"),
            models.CheckConstraint(condition=Q(cap__isnull=True) | Q(cap__gt=0), name="workflow_waiver_cap_positive"),
            models.CheckConstraint(
                condition=Q(cap__isnull=False)
                | ~Q(gate__in=["payment", "credit"])
                | Q(status__in=["used", "refused", "revoked"]),
                name="workflow_waiver_capped",
            ),
            models.CheckConstraint(
                condition=Q(requested_by__isnull=True) | Q(decided_by__isnull=True) | ~Q(requested_by=F("decided_by")),
                name="workflow_waiver_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(status="used") | Q(used_at__isnull=False, used_by__isnull=False),
                name="workflow_waiver_used_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(cap__isnull=True) | Q(used_amount__isnull=True) | Q(used_amount__lte=F("cap")),
                name="workflow_waiver_within_cap",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "gate"], name="workflow_waiver_subject"),
            models.Index(fields=["decided_at"], name="workflow_waiver_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.get_gate_display()}: {self.reason}"
