from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflow.choices import HoldKind
from workflow.models.subject import SubjectRow


class Hold(SubjectRow):
    """Not a status: a row that guards refuse on until somebody releases it."""

    kind = models.CharField(_("kind"), max_length=20, choices=HoldKind.choices)
    reason = models.CharField(_("reason"), max_length=500)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(_("on hold since"))
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    release_note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["placed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind"],
                condition=Q(released_at__isnull=True),
                name="workflow_hold_active_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=HoldKind.values), name="workflow_hold_kind_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="workflow_hold_has_reason"),
        ]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="workflow_hold_subject")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}"
