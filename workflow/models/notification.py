from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflow.models.subject import SubjectRow


class Notification(SubjectRow):
    """Kept as message and values, so that each reader has it in the own language."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    # What it is about, so that the same news never reaches the same person twice.
    key = models.CharField(max_length=100, null=True, blank=True)
    text = models.CharField(max_length=300)
    params = models.JSONField(default=dict, blank=True)
    url = models.CharField(max_length=200, blank=True)
    # A notification may be about nothing in particular.
    subject_type = models.CharField(max_length=64, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)  # type: ignore[assignment]
    created_at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="workflow_notification_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="workflow_notification_list"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="workflow_notification_unread"),
        ]

    def __str__(self) -> str:
        return self.text
