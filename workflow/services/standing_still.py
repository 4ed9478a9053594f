"""While the customer decides, the clocks of those who wait for the answer stand still (R2.5, R13.2)."""

from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext_noop

from accounts.models import User
from workflow.choices import WorkKind
from workflow.services.work import open_items, pause_work, resume_work

WAITING = gettext_noop("Waiting for the customer's answer")
STANDING_STILL = (WorkKind.PRELIMINARY_REVIEW, WorkKind.REVIEW, WorkKind.APPROVAL, WorkKind.PRODUCTION_REPLY)


def pause_clocks(subject: Model, *, by: User, now: datetime) -> None:
    """Let the clocks of a locked subject stand still if one of its questions is with the customer."""
    if not _waits(subject):
        return
    for item in open_items(subject).running().filter(kind__in=STANDING_STILL):
        pause_work(item, reason=WAITING, by=by, now=now)


def resume_clocks(subject: Model, *, by: User, now: datetime) -> None:
    """Let them run on when no question is left with the customer."""
    if not _waits(subject):
        for item in open_items(subject).paused().filter(pauses__reason=WAITING, pauses__ended_at__isnull=True):
            resume_work(item, by=by, now=now)


def _waits(subject: Model) -> bool:
    return open_items(subject).filter(kind=WorkKind.CUSTOMER_ANSWER).exists()
