"""The staged import: a job, its rows, and the things (orders, customers, products) that rows make up (R2.7)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.imports.choices import RUNNING, JobStatus, Outcome

ROLES = frozenset({"inside_sales", "order_center", "sales_manager", "admin"})


def stored_path(job: "ImportJob", name: str) -> str:
    """Nothing the sender chose reaches the disk."""
    key = uuid.uuid4().hex
    return f"imports/{key[:2]}/{key}"


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def visible_to(self, user: object) -> "ImportJobQuerySet":
        """Files hold other people's customers: only the roles that import see them."""
        allowed = getattr(user, "is_system", False) or user.has_role(*ROLES)  # type: ignore[attr-defined]
        return self if allowed else self.none()


class ImportJob(models.Model):
    number = models.CharField(_("number"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=20)
    status = models.CharField(_("status"), max_length=12, choices=JobStatus.choices, default=JobStatus.UPLOADED)
    file = models.FileField(upload_to=stored_path)
    original_name = models.CharField(_("file"), max_length=200)
    headers = models.JSONField(default=list)
    samples = models.JSONField(default=list)  # the first rows, for the mapping page
    format = models.CharField(_("format"), max_length=60, blank=True)
    mapping = models.JSONField(default=dict)  # {field: column index}
    options = models.JSONField(default=dict)
    total_rows = models.PositiveIntegerField(_("rows"), default=0)
    done_rows = models.PositiveIntegerField(_("rows done"), default=0)
    counts = models.JSONField(default=dict)  # {outcome: rows}
    summary = models.JSONField(default=dict)  # what will be created, reasons with their numbers
    problem = models.JSONField(default=list)  # [code, params] when the job failed
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("taken by")
    )
    created_at = models.DateTimeField(_("uploaded"))
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    # Who works on it: a worker that holds another claim has lost the job and writes nothing more.
    claim = models.CharField(max_length=64, blank=True)
    heartbeat = models.DateTimeField(null=True)
    stop_asked = models.BooleanField(default=False)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=JobStatus.values), name="core_import_status_known"),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(status__in=RUNNING), name="core_import_running"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING

    @property
    def taken_anything(self) -> bool:
        return bool(self.counts.get(Outcome.TAKEN))


class ImportGroup(models.Model):
    """The rows of a file that make up one thing: an order with its lines, a customer, a product."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="groups")
    key = models.CharField(_("key"), max_length=80)
    label = models.CharField(_("name"), max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    sound_rows = models.PositiveIntegerField(_("sound rows"), default=0)
    refused_rows = models.PositiveIntegerField(_("refused rows"), default=0)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    notes = models.JSONField(default=list)  # [[code, params], ...]
    target_id = models.BigIntegerField(null=True)
    target_label = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("thing to import")
        verbose_name_plural = _("things to import")
        constraints = [models.UniqueConstraint(fields=["job", "key"], name="core_import_group_once")]
        indexes = [models.Index(fields=["job", "outcome", "id"], name="core_import_group_outcome")]

    def __str__(self) -> str:
        return self.key


class ImportRow(models.Model):
    """One row of the file as it came, and what becomes of it."""

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows")
    group = models.ForeignKey(ImportGroup, on_delete=models.CASCADE, null=True, related_name="rows")
    row_no = models.PositiveIntegerField(_("row"))  # as a spreadsheet counts: the head is row 1
    raw = models.JSONField(default=list)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    reasons = models.JSONField(default=list)  # [[code, params], ...], translated when shown

    class Meta:
        verbose_name = _("row")
        verbose_name_plural = _("rows")
        constraints = [models.UniqueConstraint(fields=["job", "row_no"], name="core_import_row_once")]
        indexes = [models.Index(fields=["job", "outcome", "row_no"], name="core_import_row_outcome")]

    def __str__(self) -> str:
        return str(self.row_no)


class ImportMapping(models.Model):
    """How a person (or a command) read this head the last time."""

    kind = models.CharField(max_length=20)
    fingerprint = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        constraints = [models.UniqueConstraint(fields=["kind", "fingerprint", "user"], name="core_import_mapping_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.fingerprint[:8]}"
