"""The acts on an import. Who may: the roles its importer names."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from celery import current_app
from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import audit
from core.attachments import clean_name
from core.errors import Conflict, DomainError, NotPermitted
from core.imports import mapping as columns
from core.imports import running
from core.imports.choices import TO_TAKE, JobStatus
from core.imports.importer import Importer
from core.imports.registry import importer_of, may_import
from core.imports.table import SAMPLE_ROWS, read
from core.models.imports import ImportJob
from core.numbering import draw_number
from core.virus_scan import scan

# What the audit trail says of the acts here.
PHRASES = (
    gettext_noop("Import uploaded"),
    gettext_noop("Import confirmed"),
    gettext_noop("Import stopped"),
    gettext_noop("Import done"),
    gettext_noop("Import failed"),
)
log = structlog.get_logger(__name__)
# By name: the tasks import the engine.
CHECK, COMMIT = "core.tasks.check_import", "core.tasks.commit_import"
S = JobStatus


def upload_import(*, kind: str, upload: Any, by: Any, now: datetime | None = None) -> ImportJob:
    """Keep the file and guess its columns. Raises DomainError when it is no table we can read."""
    importer = _allowed(kind, by)
    content = _content(upload)
    table = read(content, sample=True)
    samples = [[cell[:200] for cell in row.cells] for row, _n in zip(table.rows, range(SAMPLE_ROWS), strict=False)]
    mapping, options, _known = columns.suggested(importer, table.headers, by)
    job = ImportJob(
        kind=kind, original_name=clean_name(upload.name or ""), headers=table.headers, samples=samples,
        format=table.format, mapping=mapping, options=options, uploaded_by=by, created_at=now or timezone.now(),
    )  # fmt: skip
    with transaction.atomic():
        job.file.save("file", ContentFile(content), save=False)
        job.number = draw_number("import", now=now)
        job.save()
        audit.record("import.uploaded", job, by=by, note=job.original_name, now=now)
    return job


def map_import(
    *, job: ImportJob, mapping: Mapping[str, int], options: Mapping[str, Any], by: Any, publish_task: bool = True
) -> ImportJob:
    """Choose columns and options, remember them, and start the check (the dry run).

    `publish_task` off: the caller does the work itself (a command).
    """
    importer = _allowed(job.kind, by)
    columns.check_mapping(importer, job.headers, mapping)
    options = check_options(importer, options, by)
    with transaction.atomic():
        job = _locked(job)
        if job.is_running or job.taken_anything:
            raise Conflict("import_status", _("This import is past choosing columns. Upload the file again."))
        columns.remember(importer, job.headers, mapping, options, by)
        job.mapping, job.options = dict(mapping), options
        _start(job, S.CHECKING, CHECK if publish_task else "")
    return job


def check_options(importer: type[Importer], options: Mapping[str, Any], by: Any) -> dict[str, Any]:
    """Cleaned, with the defaults for what was not said. Raises DomainError with the errors by option."""
    unknown = set(options) - set(importer.form_class.base_fields)
    if unknown:
        raise DomainError("import_options", _("“%(name)s” is no option of this import.") % {"name": min(unknown)})
    form = importer.form_class(data=_as_posted(importer, {**importer.form_class.defaults(by), **options}, by), by=by)
    if not form.is_valid():
        raise DomainError("import_options", _("Please correct the options."), fields=dict(form.errors))
    return dict(form.cleaned_data)


def _as_posted(importer: type[Importer], values: Mapping[str, Any], by: Any) -> dict[str, Any]:
    """A checkbox that is off is not posted at all."""
    fields = importer.form_class(by=by).fields
    off = {"", "0", "no", "false", "False", False, None}
    return {
        name: value for name, value in values.items()
        if not (isinstance(fields[name], forms.BooleanField) and value in off)
    }  # fmt: skip


def commit_import(*, job: ImportJob, by: Any, publish_task: bool = True) -> ImportJob:
    """Take what the check found sound; a stopped or broken-off job goes on where it was."""
    _allowed(job.kind, by)
    with transaction.atomic():
        job = _locked(job)
        if job.status == S.COMMITTING and not running.is_silent(job):
            raise Conflict("import_running", _("A worker is busy with this import. Wait until it is done."))
        if job.status not in (S.CHECKED, S.STOPPED, S.FAILED, S.COMMITTING) or not job.counts:
            raise Conflict("import_status", _("This import has not been checked, or is done."))
        if not job.groups.filter(outcome__in=TO_TAKE).exists():
            raise DomainError("import_nothing", _("No row is left to take."))
        job.committed_by = by
        audit.record("import.confirmed", job, by=by, changes={"rows": [None, job.counts]}, note=job.original_name)
        _start(job, S.COMMITTING, COMMIT if publish_task else "")
    return job


def stop_import(*, job: ImportJob, by: Any) -> ImportJob:
    """Ask the worker to stop after the chunk it is at; a job nobody works on stops at once."""
    _allowed(job.kind, by)
    with transaction.atomic():
        job = _locked(job)
        if not job.is_running:
            raise Conflict("import_status", _("This import is not running."))
        if not job.claim or running.is_silent(job):
            job.status, job.claim, job.finished_at = S.STOPPED, "", timezone.now()
        else:
            job.stop_asked = True
        job.save(update_fields=["status", "claim", "finished_at", "stop_asked"])
        audit.record("import.stopped", job, by=by)
    return job


def continue_import(*, job: ImportJob, by: Any) -> ImportJob:
    """Go on with a job that was stopped or whose worker died: the check from the start, taking at the next chunk."""
    if job.status == S.CHECKING or not job.counts:
        return map_import(job=_freed(job), mapping=job.mapping, options=job.options, by=by)
    return commit_import(job=job, by=by)


def _freed(job: ImportJob) -> ImportJob:
    with transaction.atomic():
        job = _locked(job)
        if job.status == S.CHECKING and not running.is_silent(job):
            raise Conflict("import_running", _("A worker is busy with this import. Wait until it is done."))
        ImportJob.objects.filter(pk=job.pk).update(status=S.MAPPED, claim="", heartbeat=None)
    return ImportJob.objects.get(pk=job.pk)


def resume_silent() -> int:
    """Beat's part: jobs whose worker died, or whose task never reached the broker, are handed out again."""
    jobs = running.silent_jobs()
    for job in jobs:
        ImportJob.objects.filter(pk=job.pk, status=job.status).update(started_at=timezone.now())
        publish(job, CHECK if job.status == S.CHECKING else COMMIT)
    return len(jobs)


def _start(job: ImportJob, status: str, task: str) -> None:
    job.status, job.claim, job.heartbeat, job.stop_asked, job.problem = status, "", None, False, []
    job.started_at, job.finished_at = timezone.now(), None
    job.save()
    if task:
        transaction.on_commit(lambda: publish(job, task))


def publish(job: ImportJob, task: str) -> None:
    """The broker may be down: the job then waits, and the next beat hands it out."""
    try:
        current_app.send_task(task, (job.pk,), retry=False)
    except Exception as error:
        log.warning("import_publish_failed", job=job.number, error=repr(error))


def _allowed(kind: str, by: Any) -> type[Importer]:
    try:
        importer = importer_of(kind)
    except KeyError:
        raise DomainError("import_kind", _("Choose what the file holds.")) from None
    if not may_import(by, importer):
        raise NotPermitted("role", _("Your role does not allow this import. Ask a colleague who holds it."))
    return importer


def _locked(job: ImportJob) -> ImportJob:
    return ImportJob.objects.select_for_update().get(pk=job.pk)


def _content(upload: Any) -> bytes:
    """One byte above the limit is enough for `read` to refuse it."""
    content = bytes(upload.read(settings.MAX_UPLOAD_BYTES + 1))
    if len(content) <= settings.MAX_UPLOAD_BYTES:
        scan(content)
    return content
