"""The dry run: every row's outcome, before anything is written (R2.7)."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import structlog
from django.utils import translation

from core.bulk import many_objects
from core.errors import DomainError
from core.imports import running, staging
from core.imports.choices import JobStatus, Outcome
from core.imports.importer import Group, Importer, Row
from core.imports.registry import importer_of
from core.imports.table import read
from core.models.imports import ImportJob

log = structlog.get_logger(__name__)
STEP = 5_000


def check_job(job_id: int, token: str) -> None:
    """Read, judge and stage the whole file. Killed in the middle, it simply starts again."""
    job = running.claim(job_id, token, JobStatus.CHECKING)
    if job is None:
        return
    try:
        with translation.override(job.uploaded_by.language), many_objects():
            _check(job)
    except running.Lost:
        log.info("import_lost", job=job.number)
    except running.Stopped:
        running.finish(job, JobStatus.STOPPED)
    except DomainError as error:
        running.finish(job, JobStatus.FAILED, problem=["text", {"text": str(error.message)}])
    except Exception:
        running.finish(job, JobStatus.FAILED, problem=["crashed", {}])
        raise


def _check(job: ImportJob) -> None:
    forget(job)
    importer = importer_of(job.kind)(job.mapping, job.options, job.uploaded_by)
    rows = _parsed(job, importer)
    if not rows:
        running.finish(job, JobStatus.FAILED, problem=["file_empty", {}])
        return
    groups = judge(importer, rows)
    running.beat(job)
    staging.add_groups(job, groups)
    for start in range(0, len(rows), STEP):
        staging.add_rows(job, rows[start : start + STEP])
        running.beat(job, done_rows=min(len(rows), start + STEP))
    running.finish(
        job, JobStatus.CHECKED, total_rows=len(rows), done_rows=0, finished_at=None,
        counts=counts_of(rows), summary=summary_of(importer, rows, groups),
    )  # fmt: skip


def forget(job: ImportJob) -> None:
    """What an earlier check staged. Nothing of it was taken: a job is checked only before."""
    job.rows.all().delete()
    job.groups.all().delete()
    ImportJob.objects.filter(pk=job.pk).update(counts={}, summary={}, done_rows=0, problem=[])


def _parsed(job: ImportJob, importer: Importer) -> list[Row]:
    with job.file.open("rb") as file:
        content = file.read()
    rows = []
    for raw in read(content).rows:
        rows.append(importer.parse(raw))
        if len(rows) % STEP == 0:
            running.beat(job, total_rows=len(rows))
    running.beat(job, total_rows=len(rows))
    return rows


def judge(importer: Importer, rows: list[Row]) -> list[Group]:
    """Group and settle; a row that came into no group is refused."""
    groups = importer.check(rows)
    for group in groups:
        group.settle()
    for row in rows:
        row.outcome = row.outcome or Outcome.REFUSED
    return groups


def counts_of(rows: Iterable[Row]) -> dict[str, int]:
    return dict(Counter(str(row.outcome) for row in rows))


def summary_of(importer: Importer, rows: Iterable[Row], groups: Iterable[Group]) -> dict[str, Any]:
    """`refused` and `mended` by their first reason, so that each adds up to the rows concerned."""
    refused: Counter[str] = Counter()
    mended: Counter[str] = Counter()
    for row in rows:
        if row.refused:
            refused[row.refused[0][0]] += 1
        elif row.mended:
            mended[row.mended[0][0]] += 1
    groups = list(groups)
    notes = Counter(code for group in groups if group.outcome != Outcome.REFUSED for code, _params in group.notes)
    return {
        "groups": dict(Counter(str(group.outcome) for group in groups)),
        "refused": dict(refused.most_common()),
        "mended": dict(mended.most_common()),
        "notes": dict(notes.most_common()),
        "creates": importer.summary(groups),
    }
