"""How long a kind of work may take, and who hears of it when it takes longer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from workflow.choices import Basis, WorkKind
from workflow.work_parts import parts_of


class WorkPolicy(models.Model):
    """A version is never edited: a change adds the next one, and running clocks keep theirs."""

    kind = models.CharField(_("kind"), max_length=32, choices=WorkKind.choices)
    # The department, where each has a time limit of its own (workflow/work_parts.py).
    part = models.CharField(_("department"), max_length=32, blank=True, default="", db_default="")
    version = models.PositiveIntegerField(_("version"))
    is_current = models.BooleanField(_("in force"), default=True)
    basis = models.CharField(_("basis"), max_length=16, choices=Basis.choices)
    amount = models.PositiveIntegerField(_("time limit"), help_text=_("minutes, or days where days are counted"))
    # Parts of the allowed time after which the owner is warned, as ["0.5", "0.8"].
    warn_at = models.JSONField(_("warnings"), default=list, blank=True)
    # [{"after_minutes": 60, "role": "sales_manager"}], counted in the policy's basis after the due time.
    escalation = models.JSONField(_("escalation"), default=list, blank=True)
    created_at = models.DateTimeField(_("in force since"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("reason for the change"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ["kind", "part", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "part", "version"], name="workflow_policy_version_once"),
            models.UniqueConstraint(
                fields=["kind", "part"], condition=Q(is_current=True), name="workflow_policy_one_in_force"
            ),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="workflow_policy_basis_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="workflow_policy_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def name(self) -> str:
        """The kind of work, and whose part of it."""
        part = parts_of(self.kind).get(self.part)
        kind = str(self.get_kind_display())
        return f"{kind} · {part.label}" if part else kind

    @property
    def address(self) -> str:
        """The page it is changed on."""
        if self.part:
            return reverse("workflow:clock-part-edit", args=[self.kind, self.part])
        return reverse("workflow:clock-edit", args=[self.kind])
