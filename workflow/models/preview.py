from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workflow.choices import PreviewStatus


class Preview(models.Model):
    """What other rules would have done to what was submitted lately, looked at before they are in force (R14.13)."""

    kind = models.CharField(_("kind"), max_length=16)  # who works it out: workflow/previews.py
    about = models.CharField(_("about"), max_length=32)
    asked = models.JSONField(default=dict)  # months, and the values proposed
    status = models.CharField(max_length=8, choices=PreviewStatus.choices, default=PreviewStatus.RUNNING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    effect = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    heartbeat = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("preview of rules")
        verbose_name_plural = _("previews of rules")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PreviewStatus.values), name="workflow_preview_status_known"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="workflow_preview_done_within"),
        ]
        indexes = [models.Index(fields=["kind", "about", "-id"], name="workflow_preview_about")]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
