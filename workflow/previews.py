"""Working out what other rules would have done: at once where little is to be looked at, else by a worker (R14.13).

A worker may be killed and its task handed out again: it begins anew, and the last one to end writes the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import current_app
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from workflow.choices import PreviewStatus
from workflow.models import Preview

log = structlog.get_logger(__name__)
AT_ONCE = 100  # things looked at within the request
SILENCE = timedelta(seconds=90)
TASK = "workflow.tasks.work_out_preview"
# Called beat(done): a sign of life.
Beat = Callable[[int], None]


@dataclass(frozen=True)
class Kind:
    """`count` says how much there is to look at, `work` looks and answers plain data."""

    count: Callable[[Preview], int]
    work: Callable[[Preview, Beat], dict[str, Any]]


_KINDS: dict[str, Kind] = {}


def register(name: str, *, count: Callable[[Preview], int], work: Callable[[Preview, Beat], dict[str, Any]]) -> None:
    _KINDS[name] = Kind(count, work)


def ask(kind: str, about: str, asked: dict[str, Any], *, by: User, now: datetime | None = None) -> Preview:
    """Begin a preview; it comes back done when there was little to look at. Called by acts, in their transaction."""
    preview = Preview(kind=kind, about=about, asked=asked, asked_by=by, asked_at=now or timezone.now())
    preview.total = _KINDS[kind].count(preview)
    preview.save(force_insert=True)
    if preview.total <= AT_ONCE:
        work_out(preview.pk)
        preview.refresh_from_db()
    else:
        transaction.on_commit(lambda: _publish(preview.pk))
    return preview


def work_out(pk: int) -> None:
    preview = Preview.objects.select_related("asked_by").get(pk=pk)
    if preview.status != PreviewStatus.RUNNING:
        return
    rows = Preview.objects.filter(pk=pk, status=PreviewStatus.RUNNING)

    def beat(done: int) -> None:
        rows.update(done=min(done, preview.total), heartbeat=timezone.now())

    try:
        effect = _KINDS[preview.kind].work(preview, beat)
    except Exception:
        rows.update(status=PreviewStatus.FAILED)
        raise
    rows.update(status=PreviewStatus.DONE, effect=effect, done=preview.total)


def is_silent(preview: Preview, now: datetime | None = None) -> bool:
    """Nobody works on it though somebody should."""
    since = preview.heartbeat or preview.asked_at
    return preview.status == PreviewStatus.RUNNING and since < (now or timezone.now()) - SILENCE


def latest(kind: str, about: str) -> Preview | None:
    return Preview.objects.filter(kind=kind, about=about).order_by("-id").first()


def _publish(pk: int) -> None:
    """The broker may be down: the page then says that nobody works on it, and it is asked again."""
    try:
        current_app.send_task(TASK, (pk,), retry=False)
    except Exception as error:
        log.warning("preview_publish_failed", preview=pk, error=repr(error))
