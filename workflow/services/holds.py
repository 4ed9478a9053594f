"""Holds: placed and released by name, refused on by guards."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import STAFF_ROLES, Role
from accounts.models import User
from core import audit, subjects
from core.errors import Conflict, DomainError, NotPermitted, Reason
from workflow.choices import HoldKind
from workflow.models import Hold

RELEASERS: dict[str, frozenset[str]] = {
    HoldKind.CREDIT: frozenset({Role.FINANCE, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER}),
    HoldKind.PAYMENT: frozenset({Role.FINANCE, Role.GENERAL_MANAGER}),
    HoldKind.CLARIFICATION: frozenset({Role.INSIDE_SALES, Role.ORDER_CENTER, Role.SALES_MANAGER}),
    HoldKind.QUALITY: frozenset({Role.QUALITY, Role.GENERAL_MANAGER}),
    HoldKind.FORCE_MAJEURE: frozenset({Role.SALES_DIRECTOR, Role.GENERAL_MANAGER}),
    HoldKind.OTHER: frozenset({Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER}),
}


@act("workflow.place_hold", roles=STAFF_ROLES)
def place_hold(subject: Model, *, kind: str, reason: str, by: User, now: datetime | None = None) -> Hold:
    """Conflict("held") when a hold of that kind is already active."""
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why it is put on hold."), fields={"reason": [_("Required.")]})
    subject_type, subject_id = subjects.key_of(subject)
    hold = Hold(subject_type=subject_type, subject_id=subject_id, subject_label=subjects.label_of(subject)[:200])
    hold.kind, hold.reason, hold.placed_by, hold.placed_at = kind, reason.strip(), by, now or timezone.now()
    try:
        with transaction.atomic():
            hold.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("held", _("It is already on hold for this.")) from error
    audit.record("hold.placed", subject, by=by, changes={"hold": [None, kind]}, note=hold.reason, now=now)
    return hold


@act("workflow.release_hold", roles=STAFF_ROLES)
def release_hold(hold: Hold, *, note: str, by: User, now: datetime | None = None) -> Hold:
    """Only the roles of the hold's kind (and the system) release it."""
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    if hold.released_at is not None:
        raise Conflict("released", _("It was already released."))
    if not may_release(hold, by):
        raise NotPermitted("not_releaser", _("Your role cannot release this hold."), reasons=[reason_of(hold)])
    hold.released_by, hold.released_at, hold.release_note = by, now or timezone.now(), note
    hold.save(update_fields=["released_by", "released_at", "release_note"])
    subject = subjects.load(hold.subject_type, hold.subject_id)
    audit.record("hold.released", subject, by=by, changes={"hold": [hold.kind, None]}, note=note, now=now)
    return hold


def may_release(hold: Hold, by: User) -> bool:
    return by.is_system or by.has_role(*RELEASERS[hold.kind])


def active_holds(subject: Model) -> QuerySet[Hold]:
    subject_type, subject_id = subjects.key_of(subject)
    rows = Hold.objects.filter(subject_type=subject_type, subject_id=subject_id, released_at__isnull=True)
    return rows.select_related("placed_by")


def reason_of(hold: Hold) -> Reason:
    """The hold as a guard says it: why, who can release it, since when."""
    text = _("On hold (%(kind)s): %(reason)s") % {"kind": hold.get_kind_display(), "reason": hold.reason}
    return Reason("hold", text, roles=tuple(sorted(RELEASERS[hold.kind])), since=hold.placed_at)


def hold_reasons(subject: Model) -> list[Reason]:
    return [reason_of(hold) for hold in active_holds(subject).select_related(None)]
