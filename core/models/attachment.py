import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.choices import AttachmentKind


def stored_path(attachment: "Attachment", name: str) -> str:
    """Nothing the sender chose reaches the disk."""
    return f"attachments/{attachment.uuid.hex[:2]}/{attachment.uuid.hex}"


class Attachment(models.Model):
    """A file put to a subject: drawing, contract, photo (R2.8)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject_type = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    kind = models.CharField(_("kind"), max_length=16, choices=AttachmentKind.choices)
    name = models.CharField(_("name"), max_length=200)
    size = models.PositiveBigIntegerField(pgettext_lazy("file", "size"))
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    file = models.FileField(upload_to=stored_path)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    at = models.DateTimeField(_("uploaded"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=AttachmentKind.values), name="core_attachment_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["subject_type", "subject_id", "-at"], name="core_attachment_of_subject")]

    def __str__(self) -> str:
        return self.name
