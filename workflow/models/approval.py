"""The ladder as data, and the case that froze it (architecture §6)."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from workflow.choices import CaseKind, CaseStatus, StepStatus
from workflow.models.subject import SubjectRow


class ApprovalRule(models.Model):
    """Asks one role when every condition holds; several rules may ask the same role."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=32, default="order")
    position = models.PositiveSmallIntegerField(_("order"))
    role = models.CharField(_("approver"), max_length=20, choices=Role.choices)
    # [{"fact": "amount", "op": "gt", "value": "50000", "currency": "CNY"}]; none: always.
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    is_active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")
        ordering = ["kind", "position", "id"]

    def __str__(self) -> str:
        return self.code

    @property
    def kind_name(self) -> str:
        return str(CaseKind(self.kind).label) if self.kind in CaseKind.values else self.kind


class ApprovalCase(SubjectRow):
    kind = models.CharField(_("kind"), max_length=32)
    status = models.CharField(_("status"), max_length=10, choices=CaseStatus.choices, default=CaseStatus.OPEN)
    facts = models.JSONField(_("facts"), encoder=DjangoJSONEncoder)
    # Copies of facts that rolling sums read.
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    customer_id = models.BigIntegerField(null=True, blank=True)
    salesperson_id = models.BigIntegerField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # People who may not decide: who submitted, who sells.
    barred_ids = models.JSONField(default=list)
    opened_at = models.DateTimeField(_("submitted"))
    closed_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind"],
                condition=Q(status="open"),
                name="workflow_case_open_once",
            ),
            models.CheckConstraint(condition=Q(status__in=CaseStatus.values), name="workflow_case_status_known"),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="workflow_case_subject"),
            models.Index(fields=["kind", "customer_id", "opened_at"], name="workflow_case_customer_sum"),
            models.Index(fields=["kind", "salesperson_id", "opened_at"], name="workflow_case_seller_sum"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_label} ({self.get_status_display()})"


class ApprovalStep(models.Model):
    """One signature, with what it was asked for and what was answered."""

    case = models.ForeignKey(ApprovalCase, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("step"))
    role = models.CharField(_("approver"), max_length=20, choices=Role.choices)
    # The role the rule names, where nobody could be found in it.
    instead_of = models.CharField(_("instead of"), max_length=20, choices=Role.choices, blank=True)
    # [{"rule": id, "code": …, "conditions": […]}] as they stood when the case was opened.
    reasons = models.JSONField(_("reasons"), default=list)
    # Names of those who could have decided when the case was opened.
    approvers = models.JSONField(_("approvers"), default=list)
    status = models.CharField(_("status"), max_length=10, choices=StepStatus.choices, default=StepStatus.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ["case", "position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="workflow_step_position_once"),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "refused"]) | Q(decided_by__isnull=False),
                name="workflow_step_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(comment=""), name="workflow_step_refusal_explained"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.get_role_display()}"
