"""Who works on a job, how far it is, and whether it was asked to stop.

A worker claims a job by one conditional update. It loses the claim when it gives no sign of life for a while and
somebody continues the job; what it then still tries to write is refused, because every write asks for the claim.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from core.imports.choices import RUNNING
from core.models.imports import ImportJob

SILENCE = timedelta(seconds=90)


class Lost(Exception):
    """Another worker has the job, or it is no longer running."""


class Stopped(Exception):
    """A person asked for it."""


def claim(job_id: int, token: str, status: str, *, now: datetime | None = None) -> ImportJob | None:
    """The job, now ours; None while another worker shows signs of life or there is nothing to do."""
    now = now or timezone.now()
    free = Q(claim="") | Q(claim=token) | Q(heartbeat__isnull=True) | Q(heartbeat__lt=now - SILENCE)
    jobs = ImportJob.objects.filter(free, pk=job_id, status=status)
    if not jobs.update(claim=token, heartbeat=now):
        return None
    return ImportJob.objects.select_related("uploaded_by", "committed_by").get(pk=job_id)


def beat(job: ImportJob, **progress: Any) -> None:
    """A sign of life with the progress. Raises Lost or Stopped."""
    mine = ImportJob.objects.filter(pk=job.pk, claim=job.claim, status__in=RUNNING)
    if mine.filter(stop_asked=False).update(heartbeat=timezone.now(), **progress):
        return
    raise Stopped if mine.exists() else Lost


def release(job: ImportJob) -> None:
    """Leave the job to the next worker at once."""
    ImportJob.objects.filter(pk=job.pk, claim=job.claim).update(claim="", heartbeat=None)


def finish(job: ImportJob, status: str, **values: Any) -> bool:
    """The job's end, unless somebody else has it."""
    mine = ImportJob.objects.filter(pk=job.pk, claim=job.claim, status__in=RUNNING)
    values = {"claim": "", "heartbeat": None, "stop_asked": False, "finished_at": timezone.now(), **values}
    return bool(mine.update(status=status, **values))


def is_silent(job: ImportJob, *, now: datetime | None = None) -> bool:
    """Nobody works on it though somebody should: it may be continued."""
    since = job.heartbeat or job.started_at
    return job.status in RUNNING and since is not None and since < (now or timezone.now()) - SILENCE


def silent_jobs(*, now: datetime | None = None) -> list[ImportJob]:
    return [job for job in ImportJob.objects.filter(status__in=RUNNING) if is_silent(job, now=now)]
