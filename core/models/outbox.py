from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.choices import OutboxStatus


class OutboxMessage(models.Model):
    """Something to do outside the database once the act is committed: a mail, a PDF, a webhook."""

    kind = models.CharField(_("kind"), max_length=32)
    payload = models.JSONField(_("content"))
    key = models.CharField(_("key"), max_length=200, null=True, unique=True)
    status = models.CharField(_("status"), max_length=8, choices=OutboxStatus.choices, default=OutboxStatus.PENDING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    # The next try; while a worker holds the row, the end of its lease.
    available_at = models.DateTimeField(_("next try"))
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=OutboxStatus.values), name="core_outbox_status_known"),
        ]
        indexes = [
            models.Index(fields=["available_at"], condition=models.Q(status="pending"), name="core_outbox_due"),
            models.Index(fields=["-id"], condition=models.Q(status="failed"), name="core_outbox_failed"),
            models.Index(fields=["sent_at"], condition=models.Q(status="sent"), name="core_outbox_sent"),
        ]

    def __str__(self) -> str:
        return f"{pgettext('value', self.kind.replace('_', ' '))} {self.pk}"
