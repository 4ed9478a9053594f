"""Asking for an order's dossier, fetching it, clearing it away (R14.7)."""

from datetime import datetime
from typing import Any

import structlog
from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.choices import STAFF_ROLES
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError, NotPermitted, StoredFileMissing
from orders.choices import DossierStatus
from orders.dossier.rights import rights_of, still_hold
from orders.models import Dossier, Order
from orders.models.dossier import SILENCE
from orders.services.steps import lock_order

log = structlog.get_logger(__name__)
TASK = "orders.tasks.pack_dossier"
BATCH = 100


@act("orders.ask_dossier", roles=STAFF_ROLES)
def ask_dossier(*, order: Order, by: User, language: str = "", now: datetime | None = None) -> Dossier:
    """Have everything of the order that `by` may see packed by a worker, in the person's language unless another is
    asked for. Asked again while one is being packed it answers with that one.

    Raises DomainError("language"), NotPermitted("not_yours").
    """
    now, language = now or timezone.now(), language or by.language
    names = dict(settings.LANGUAGES)
    if language not in names:
        raise DomainError("language", _("Choose one."), fields={"language": [_("Choose one.")]})
    order = lock_order(order, by=by)
    dossier = Dossier(order=order, asked_by=by, language=language, asked_at=now)
    try:
        with transaction.atomic():
            dossier.save(force_insert=True)
    except IntegrityError:
        return Dossier.objects.get(order=order, asked_by=by, language=language, status=DossierStatus.RUNNING)
    audit.record("order.dossier_asked", order, by=by, note=names[language], now=now)
    transaction.on_commit(lambda: _publish(dossier.pk))
    return dossier


@act("orders.take_dossier", roles=STAFF_ROLES)
def take_dossier(*, dossier: Dossier, by: User, now: datetime | None = None) -> Any:
    """The opened file, and the taking in the trail.

    Raises NotPermitted("not_yours") for anybody else's, NotPermitted("rights") when the person may see less by now,
    Conflict("expired") when it is no longer kept or not ready, StoredFileMissing.
    """
    if dossier.asked_by_id != by.pk:
        raise NotPermitted("not_yours", _("This dossier was packed for somebody else."))
    if not dossier.is_open(now):
        raise Conflict("expired", _("This dossier is not kept any more. Have it packed again."))
    if not still_hold(dossier.rights, rights_of(by, dossier.order)):
        raise NotPermitted("rights", _("You may see less of this order by now. Have the dossier packed again."))
    try:
        stored = dossier.file.open("rb")
    except FileNotFoundError as error:
        raise StoredFileMissing from error
    audit.record("order.dossier_taken", dossier.order, by=by, now=now)
    return stored


def resume_silent(now: datetime | None = None) -> int:
    """Have packed again what a killed worker or a missing broker left behind."""
    before = (now or timezone.now()) - SILENCE
    rows = Dossier.objects.filter(status=DossierStatus.RUNNING, asked_at__lt=before)
    silent = rows.exclude(heartbeat__gte=before).order_by("pk").values_list("pk", flat=True)
    keys = list(silent[:BATCH])
    for key in keys:
        _publish(key)
    return len(keys)


def clear_expired(now: datetime | None = None) -> int:
    """The files of those no longer kept; the rows say that they were."""
    now = now or timezone.now()
    rows = list(Dossier.objects.filter(status=DossierStatus.DONE, expires_at__lte=now).order_by("pk")[:BATCH])
    for dossier in rows:
        dossier.file.delete(save=False)
        Dossier.objects.filter(pk=dossier.pk).update(status=DossierStatus.EXPIRED, file="")
    return len(rows)


def _publish(key: int) -> None:
    """The broker may be down: the sweep asks again."""
    try:
        current_app.send_task(TASK, (key,), retry=False)
    except Exception as error:
        log.warning("dossier_publish_failed", dossier=key, error=repr(error))
