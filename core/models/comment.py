from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Comment(models.Model):
    """A word on a subject, shown in its timeline."""

    subject_type = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    text = models.TextField(_("comment"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [models.Index(fields=["subject_type", "subject_id", "-at"], name="core_comment_of_subject")]

    def __str__(self) -> str:
        return self.text[:60]
