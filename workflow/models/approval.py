"""The ladder as data, and the case that froze it."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from workflow.choices import Asks, CaseStatus, RuleSetStatus, StageMode, StepStatus
from workflow.models.subject import SubjectRow
from workflow.querysets import CaseQuerySet


class ApprovalRule(models.Model):
    """Asks somebody when every condition holds; several rules may ask the same one.

    Rules of one position form a stage. Written by putting a proposed set in force, and by nothing else.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=32, default="order")
    position = models.PositiveSmallIntegerField(_("stage"))
    asks = models.CharField(_("asks"), max_length=10, choices=Asks.choices, default=Asks.ROLE)
    role = models.CharField(_("approver"), max_length=20, choices=Role.choices, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("person"),
    )  # fmt: skip
    mode = models.CharField(_("signatures"), max_length=3, choices=StageMode.choices, default=StageMode.ALL)
    # [{"fact": "amount", "op": "gt", "value": "50000", "currency": "CNY"}]; none: always.
    conditions = models.JSONField(_("conditions"), default=list, blank=True)
    is_active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")
        ordering = ["kind", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(asks="role", person__isnull=True) & ~Q(role="")
                | Q(asks="person", role="", person__isnull=False)
                | Q(asks__in=["submitter", "seller"], role="", person__isnull=True),
                name="workflow_rule_asks_somebody",
            ),
            models.CheckConstraint(condition=Q(mode__in=StageMode.values), name="workflow_rule_mode_known"),
        ]

    def __str__(self) -> str:
        return self.code


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

    objects = CaseQuerySet.as_manager()

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


class CaseShare(models.Model):
    """What part of a case's amount is of one product or family: for rolling sums over them (R14.3)."""

    case = models.ForeignKey(ApprovalCase, on_delete=models.CASCADE, related_name="shares")
    dimension = models.CharField(max_length=10)  # "product" or "family"
    key = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("share of an approval")
        verbose_name_plural = _("shares of approvals")
        constraints = [
            models.UniqueConstraint(fields=["case", "dimension", "key"], name="workflow_share_once"),
        ]
        indexes = [models.Index(fields=["dimension", "key", "opened_at"], name="workflow_share_sum")]

    def __str__(self) -> str:
        return f"{self.dimension} {self.key}"


class ApprovalStep(models.Model):
    """One signature, with what it was asked for and what was answered.

    `position` names a step within its case and never changes; the stages run in order, the steps of one at once.
    """

    case = models.ForeignKey(ApprovalCase, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("step"))
    stage = models.PositiveSmallIntegerField(_("stage"), default=1)
    mode = models.CharField(_("signatures"), max_length=3, choices=StageMode.choices, default=StageMode.ALL)
    asks = models.CharField(_("asks"), max_length=10, choices=Asks.choices, default=Asks.ROLE)
    role = models.CharField(_("approver"), max_length=20, choices=Role.choices, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("person"),
    )  # fmt: skip
    # The role the rule names, where nobody could be found in it.
    instead_of = models.CharField(_("instead of"), max_length=20, choices=Role.choices, blank=True)
    # [{"code": …, "conditions": […], "facts": {…}}]: the rules and what they read, as it stood when it was asked.
    reasons = models.JSONField(_("reasons"), default=list, encoder=DjangoJSONEncoder)
    # Names of those who could have decided when the case was opened.
    approvers = models.JSONField(_("approvers"), default=list)
    # Asked by another approver, who says why.
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    word = models.CharField(_("question"), max_length=500, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=StepStatus.choices, default=StepStatus.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The absent person whose right `decided_by` used.
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=1000, blank=True)
    # The step of an earlier case whose signature still holds.
    carried_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ["case", "stage", "position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="workflow_step_position_once"),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "refused", "returned", "replaced"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="workflow_step_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["refused", "returned"]) | ~Q(comment=""),
                name="workflow_step_refusal_explained",
            ),
            models.CheckConstraint(condition=~Q(role="") | Q(person__isnull=False), name="workflow_step_asks_somebody"),
            models.CheckConstraint(
                condition=~Q(asks="added") | Q(added_by__isnull=False), name="workflow_step_added_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(on_behalf_of__isnull=True) | ~Q(on_behalf_of=F("decided_by")),
                name="workflow_step_for_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.asked_of}"

    @property
    def asked_of(self) -> str:
        """The person or the role, as pages name them."""
        return str(self.person) if self.person_id else str(self.get_role_display())


class RuleSet(models.Model):
    """One version of the ladder of a kind: proposed, previewed, put in force, followed by the next (R14.13)."""

    kind = models.CharField(_("kind"), max_length=32)
    version = models.PositiveIntegerField(_("version"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=RuleSetStatus.choices, default=RuleSetStatus.PROPOSED)
    # As in ApprovalRule, by field name.
    rules = models.JSONField(_("rules"), default=list)
    # Raised by every edit: whoever edits an older one is told, and a preview of an older one does not count.
    edits = models.PositiveIntegerField(default=0)
    previewed_edit = models.PositiveIntegerField(null=True, blank=True)
    effect = models.JSONField(_("effect"), default=dict)
    note = models.CharField(_("why"), max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("proposed by"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("proposed"))
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("put in force by"),
    )  # fmt: skip
    settled_at = models.DateTimeField(_("put in force"), null=True, blank=True)

    class Meta:
        verbose_name = _("version of the ladder")
        verbose_name_plural = _("versions of the ladder")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(status="proposed"), name="workflow_ruleset_one_proposal"
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(status="in_force"), name="workflow_ruleset_one_in_force"
            ),
            models.UniqueConstraint(fields=["kind", "version"], name="workflow_ruleset_version_once"),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "discarded"], version__isnull=True)
                | Q(status__in=["in_force", "former"], version__isnull=False),
                name="workflow_ruleset_numbered_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version or ''}".strip()
