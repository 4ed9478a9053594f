"""Taking what the check found sound, in chunks. A chunk is one transaction: it writes the orders and marks their
rows together, so that a kill in the middle leaves neither half an order nor a doubt about what was taken.
"""

import time
from collections import Counter
from collections.abc import Sequence

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone, translation

from core import audit
from core.bulk import many_objects
from core.errors import DomainError
from core.imports import running, staging
from core.imports.choices import JobStatus, Outcome
from core.imports.importer import Group, Importer
from core.imports.registry import importer_of
from core.imports.table import RawRow
from core.models.imports import ImportJob

log = structlog.get_logger(__name__)
# A task ends well before the broker would deliver it again; the next one goes on.
SECONDS_A_TASK = 120
ATTEMPTS = 3


def commit_job(job_id: int, token: str, *, seconds: float = SECONDS_A_TASK) -> bool:
    """Take chunk after chunk. True when time ran out and there is more to do."""
    job = running.claim(job_id, token, JobStatus.COMMITTING)
    if job is None:
        return False
    try:
        with translation.override(job.uploaded_by.language):
            return _commit(job, time.monotonic() + seconds)
    except running.Lost:
        log.info("import_lost", job=job.number)
    except running.Stopped:
        _end(job, JobStatus.STOPPED)
    except DomainError as error:
        _end(job, JobStatus.FAILED, problem=["text", {"text": str(error.message)}])
    except Exception:
        _end(job, JobStatus.FAILED, problem=["crashed", {}])
        raise
    return False


def _commit(job: ImportJob, until: float) -> bool:
    while take_chunk(job):
        if time.monotonic() > until:
            running.release(job)
            return True
    _end(job, JobStatus.DONE)
    return False


def take_chunk(job: ImportJob) -> bool:
    """One transaction. False when nothing is left. Somebody else's row with the same key is met by trying again."""
    importer = importer_of(job.kind)(job.mapping, job.options, job.committed_by or job.uploaded_by)
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic(), many_objects():
                return _take_chunk(job, importer)
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    return False


def _take_chunk(job: ImportJob, importer: Importer) -> bool:
    """The job's row is locked first: two workers cannot be inside."""
    locked = ImportJob.objects.select_for_update().get(pk=job.pk)
    if locked.claim != job.claim or locked.status != JobStatus.COMMITTING:
        raise running.Lost
    if locked.stop_asked:
        raise running.Stopped
    groups = staging.next_groups(job, importer.chunk)
    if not groups:
        return False
    take_groups(job, importer, groups)
    done = locked.done_rows + sum(len(group.rows) for group in groups)
    ImportJob.objects.filter(pk=job.pk).update(done_rows=done, heartbeat=timezone.now())
    return True


def take_groups(job: ImportJob, importer: Importer, groups: Sequence[Group]) -> None:
    """Parse and look up anew, as the world may have changed since the check; then write and mark."""
    rows = []
    for group in groups:
        group.rows = [importer.parse(RawRow(row.number, row.raw)) for row in group.rows]
        rows += group.rows
    importer.lock(rows)
    again = {group.key: group for group in importer.check(rows)}
    to_take = []
    for group in groups:
        fresh = again[group.key]
        fresh.settle()
        group.rows, group.target_id, group.target_label = fresh.rows, fresh.target_id, fresh.target_label
        group.outcome = fresh.outcome
        if fresh.outcome not in (Outcome.REFUSED, Outcome.DUPLICATE):
            fresh.pk = group.pk
            to_take.append((group, fresh))
    importer.take([fresh for _group, fresh in to_take])
    for group, fresh in to_take:
        group.outcome, group.target_id, group.target_label = Outcome.TAKEN, fresh.target_id, fresh.target_label
    staging.refuse_rows(job, [row for group in groups for row in group.rows if row.refused])
    staging.write_taken(groups)


def _end(job: ImportJob, status: str, **values: object) -> None:
    """Count what came of it from the rows themselves, and enter it in the trail."""
    rows = job.rows.order_by().values_list("outcome").annotate(n=Count("pk"))
    groups = job.groups.order_by().values_list("outcome").annotate(n=Count("pk"))
    counts, summary = dict(rows), {**job.summary, "groups": dict(groups)}
    if counts.get(Outcome.REFUSED, 0) != job.counts.get(Outcome.REFUSED, 0):
        summary["refused"] = _refused(job)
    with transaction.atomic():
        if running.finish(job, status, counts=counts, summary=summary, **values):
            by = job.committed_by or job.uploaded_by
            changes = {"status": [job.status, status], "rows": [None, counts]}
            audit.record(f"import.{status}", job, by=by, changes=changes, note=job.original_name)


def _refused(job: ImportJob) -> dict[str, int]:
    reasons = job.rows.filter(outcome=Outcome.REFUSED).values_list("reasons", flat=True)
    return dict(Counter(found[0][0] for found in reasons if found).most_common())
