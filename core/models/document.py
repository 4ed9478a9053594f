import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.choices import DocumentKind


def pdf_path(file: "DocumentFile", name: str) -> str:
    """Spread over folders; the random part keeps a path from being guessed or overwritten."""
    return f"documents/{file.document_id % 1000:03d}/{uuid.uuid4().hex}.pdf"


class Document(models.Model):
    """An issued paper: what it says is frozen here, and the PDF is drawn from that alone (R13.4)."""

    kind = models.CharField(_("kind"), max_length=32)
    number = models.CharField(_("number"), max_length=64)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    subject_type = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    subject_label = models.CharField(_("about"), max_length=200)
    context = models.JSONField()
    code = models.CharField(_("verification code"), max_length=32, unique=True)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    superseded_by = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="supersedes",
        verbose_name=_("superseded by"),
    )

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind", "revision"],
                name="core_document_one_per_revision",
            ),
            models.UniqueConstraint(fields=["kind", "number", "revision"], name="core_document_number_once"),
            models.CheckConstraint(condition=models.Q(revision__gte=1), name="core_document_revision_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    @property
    def title(self) -> str:
        kind = self.kind
        return str(DocumentKind(kind).label) if kind in DocumentKind.values else kind.replace("_", " ").capitalize()


class DocumentFile(models.Model):
    """The PDF in one language, drawn once; `masked` is the one for who may not read the customer's people (R1.6).

    In the file storage, not in the table: a million orders have several million PDFs, which would make every
    backup and vacuum of the database carry a terabyte that never changes. The hash here tells a swapped file.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="files")
    language = models.CharField(max_length=10)
    masked = models.BooleanField(default=False)
    file = models.FileField(upload_to=pdf_path)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    rendered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "language", "masked"], name="core_document_once_per_language"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.language}"
