"""Special approval (特批): a named person opens one gate once, up to an amount, until a time (R3.4, R14.4)."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import STAFF_ROLES, Role
from accounts.models import User
from core import audit, subjects
from core.errors import Conflict, DomainError, NotPermitted, Reason
from workflow.choices import Gate, WaiverStatus, WorkKind, message_id
from workflow.models import ApprovalCase, Waiver
from workflow.notifications import notify
from workflow.services.work import cancel_work, finish_work, open_work

ASKED = gettext_noop("%(by)s asks for special approval: %(subject)s, %(t_gate)s")
DIRECTORS = (Role.SALES_DIRECTOR, Role.GENERAL_MANAGER)
# Who may open which gate; the first is asked first. R5.1 keeps payment for the general manager.
GRANTERS: dict[str, tuple[str, ...]] = {
    Gate.PAYMENT: (Role.GENERAL_MANAGER,),
    Gate.CREDIT: DIRECTORS,
    Gate.PRICE_FLOOR: DIRECTORS,
    Gate.LEAD_TIME: DIRECTORS,
    Gate.PAYMENT_TERMS: DIRECTORS,
    Gate.REVIEW_CHECK: (Role.SALES_MANAGER, *DIRECTORS),
    Gate.DEPARTMENT_OPINION: DIRECTORS,
    Gate.IDENTITY: DIRECTORS,
    Gate.QUALIFICATION: DIRECTORS,
    Gate.PRICE_LIST: DIRECTORS,
    Gate.MARGIN: DIRECTORS,
    Gate.ARREARS: DIRECTORS,
    Gate.DUPLICATE: DIRECTORS,
    Gate.SMALL_ORDER: DIRECTORS,
    Gate.QUALITY: (Role.GENERAL_MANAGER,),
}
# Their rule is about an amount, so a special approval says up to how much (R14.4).
CAPPED = (Gate.PAYMENT, Gate.CREDIT)
# What rooms above call the people who brought a subject in: they never waive their own gate.
SUBMITTER_FIELDS = ("submitted_by_id", "salesperson_id", "received_by_id", "created_by_id")


@act("workflow.grant_waiver", roles={role for roles in GRANTERS.values() for role in roles})
def grant_waiver(
    subject: Model,
    *,
    gate: str,
    reason: str,
    cap: Decimal | None = None,
    expires_at: datetime | None = None,
    by: User,
    barred: Iterable[int] = (),
    now: datetime | None = None,
) -> Waiver:
    """Grant without a request before. `barred` names further people who may not (by primary key)."""
    now = now or timezone.now()
    waiver = _new_waiver(subject, gate=gate, reason=reason, cap=cap, expires_at=expires_at, now=now)
    _check_granter(waiver, subject, by, barred)
    waiver.status, waiver.decided_by, waiver.decided_at = WaiverStatus.GRANTED, by, now
    waiver.save(force_insert=True)
    audit.record("waiver.granted", subject, by=by, changes=_terms(waiver), note=waiver.reason, now=now)
    return waiver


@act("workflow.request_waiver", roles=STAFF_ROLES)
def request_waiver(
    subject: Model,
    *,
    gate: str,
    reason: str,
    cap: Decimal | None = None,
    expires_at: datetime | None = None,
    by: User,
    now: datetime | None = None,
) -> Waiver:
    """Ask those who may open the gate: becomes work in their inbox."""
    now = now or timezone.now()
    waiver = _new_waiver(subject, gate=gate, reason=reason, cap=cap, expires_at=expires_at, now=now)
    waiver.status, waiver.requested_by, waiver.requested_at = WaiverStatus.REQUESTED, by, now
    waiver.save(force_insert=True)
    item = open_work(WorkKind.WAIVER, subject, by=by, role=GRANTERS[gate][0], key=str(waiver.pk), now=now)
    audit.record("waiver.requested", subject, by=by, changes=_terms(waiver), note=waiver.reason, now=now)
    notify(
        User.objects.with_role(GRANTERS[gate][0]),
        ASKED,
        params={"by": str(by), "subject": waiver.subject_label, "t_gate": message_id(Gate(gate))},
        subject=subject,
        url=subjects.work_url_of(item),
        by=by,
        key=f"waiver:{waiver.pk}",
        now=now,
    )
    return waiver


@act("workflow.answer_waiver", roles={role for roles in GRANTERS.values() for role in roles})
def answer_waiver(waiver: Waiver, *, grant: bool, note: str = "", by: User, now: datetime | None = None) -> Waiver:
    """Grant or refuse a request; a refusal says why."""
    now = now or timezone.now()
    waiver = _lock(waiver, WaiverStatus.REQUESTED)
    subject = subjects.load(waiver.subject_type, waiver.subject_id)
    _check_granter(waiver, subject, by, ())
    if not grant and not note.strip():
        raise DomainError("note_missing", _("Say why it is refused."), fields={"note": [_("Required.")]})
    waiver.status = WaiverStatus.GRANTED if grant else WaiverStatus.REFUSED
    waiver.decided_by, waiver.decided_at, waiver.decision_note = by, now, note
    waiver.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])
    finish_work(WorkKind.WAIVER, subject, by=by, outcome=waiver.status, key=str(waiver.pk), now=now)
    audit.record(f"waiver.{waiver.status}", subject, by=by, changes=_terms(waiver), note=note, now=now)
    return waiver


@act("workflow.revoke_waiver", roles={role for roles in GRANTERS.values() for role in roles})
def revoke_waiver(waiver: Waiver, *, reason: str, by: User, now: datetime | None = None) -> Waiver:
    """Take back what was granted and not used yet. Raises DomainError("reason"), Conflict("waiver_status")."""
    if not reason.strip():
        raise DomainError("reason", _("Say why it is taken back."), fields={"reason": [_("Required.")]})
    waiver = _lock(waiver, WaiverStatus.GRANTED)
    if not (by.is_system or by.has_role(*GRANTERS[waiver.gate])):
        raise NotPermitted("not_granter", _("Your role cannot open this gate."))
    waiver.status = WaiverStatus.REVOKED
    waiver.save(update_fields=["status"])
    subject = subjects.load(waiver.subject_type, waiver.subject_id)
    audit.record("waiver.revoked", subject, by=by, changes={"gate": [waiver.gate, None]}, note=reason, now=now)
    return waiver


def lapse_waivers(subject: Model, *, by: User, now: datetime | None = None) -> int:
    """What was granted and not used falls, since it was granted for something else; whose content it was locks it."""
    subject_type, subject_id = subjects.key_of(subject)
    granted = Waiver.objects.filter(subject_type=subject_type, subject_id=subject_id, status=WaiverStatus.GRANTED)
    fallen = list(granted.select_for_update().order_by("pk"))
    for waiver in fallen:
        waiver.status = WaiverStatus.REVOKED
        waiver.save(update_fields=["status"])
        audit.record("waiver.revoked", subject, by=by, changes={"gate": [waiver.gate, None]}, now=now)
    return len(fallen)


def end_waivers(subject: Model, *, by: User, now: datetime | None = None) -> None:
    """Nothing is let through any more: what was granted falls, what was asked for is answered by nobody."""
    lapse_waivers(subject, by=by, now=now)
    for waiver in waivers_of(subject).filter(status=WaiverStatus.REQUESTED).select_for_update(of=("self",)):
        waiver.status = WaiverStatus.REVOKED
        waiver.save(update_fields=["status"])
        cancel_work(WorkKind.WAIVER, subject, by=by, key=str(waiver.pk), now=now)
        audit.record("waiver.revoked", subject, by=by, changes={"gate": [waiver.gate, None]}, now=now)


def valid_waiver(
    subject: Model, gate: str, amount: Decimal | None = None, *, now: datetime | None = None
) -> Waiver | None:
    """A waiver that would open the gate now. Only use_waiver may rely on it."""
    return _usable(subject, gate, amount, now or timezone.now()).select_related("decided_by").first()


@transaction.atomic
def use_waiver(
    subject: Model,
    gate: str,
    *,
    amount: Decimal | None = None,
    by: User,
    reference: str = "",
    now: datetime | None = None,
) -> Waiver:
    """Open the gate with a waiver and use it up.

    The second of two users waits for the row and then finds it used: one waiver lets one thing through. Raises
    Conflict("waiver_gone") when there is none: taken back, used or run out since the guard found it.
    """
    now = now or timezone.now()
    waiver = _usable(subject, gate, amount, now).select_for_update().first()
    if waiver is None:
        text = _("The special approval for “%(gate)s” was used or taken back in the meantime. Look at it again.")
        raise Conflict("waiver_gone", text % {"gate": Gate(gate).label})
    waiver.status, waiver.used_at, waiver.used_by = WaiverStatus.USED, now, by
    waiver.used_amount, waiver.used_reference = amount, reference
    waiver.save(update_fields=["status", "used_at", "used_by", "used_amount", "used_reference"])
    changes = {"gate": [gate, reference], "amount": [None, amount]}
    audit.record("waiver.used", subject, by=by, changes=changes, note=waiver.reason, now=now)
    return waiver


def waivers_of(subject: Model) -> QuerySet[Waiver]:
    """All of them, the newest first, for the page and the document."""
    subject_type, subject_id = subjects.key_of(subject)
    rows = Waiver.objects.filter(subject_type=subject_type, subject_id=subject_id)
    return rows.select_related("decided_by", "requested_by", "used_by")


def _new_waiver(
    subject: Model, *, gate: str, reason: str, cap: Decimal | None, expires_at: datetime | None, now: datetime
) -> Waiver:
    problems: dict[str, list[object]] = {}
    if not reason.strip():
        problems["reason"] = [_("Say why the rule is waived.")]
    if cap is not None and cap <= 0:
        problems["cap"] = [_("Must be more than nothing.")]
    if cap is None and gate in CAPPED:
        problems["cap"] = [_("Say up to what amount.")]
    if expires_at is not None and expires_at <= now:
        problems["expires_at"] = [_("Must lie in the future.")]
    if problems:
        raise DomainError("waiver_incomplete", _("The special approval is incomplete."), fields=problems)
    subject_type, subject_id = subjects.key_of(subject)
    label = subjects.label_of(subject)[:200]
    waiver = Waiver(subject_type=subject_type, subject_id=subject_id, subject_label=label, gate=Gate(gate))
    waiver.reason, waiver.cap, waiver.expires_at = reason.strip(), cap, expires_at
    return waiver


def _check_granter(waiver: Waiver, subject: Model, by: User, barred: Iterable[int]) -> None:
    roles = GRANTERS[waiver.gate]
    if not by.has_role(*roles):
        raise NotPermitted(
            "not_granter",
            _("Your role cannot open this gate."),
            reasons=[Reason("not_granter", _("Special approval is given by other roles."), roles=roles)],
        )
    if by.pk in _barred(waiver, subject, barred):
        raise NotPermitted("four_eyes", _("You asked for this or submitted it: somebody else has to decide."))


def _barred(waiver: Waiver, subject: Model, more: Iterable[int]) -> set[int | None]:
    people = {waiver.requested_by_id, *more, *(getattr(subject, name, None) for name in SUBMITTER_FIELDS)}
    subject_type, subject_id = subjects.key_of(subject)
    case = ApprovalCase.objects.filter(subject_type=subject_type, subject_id=subject_id).first()
    return people | set(case.barred_ids if case else ())


def _usable(subject: Model, gate: str, amount: Decimal | None, now: datetime) -> QuerySet[Waiver]:
    subject_type, subject_id = subjects.key_of(subject)
    rows = Waiver.objects.filter(subject_type=subject_type, subject_id=subject_id, gate=gate)
    return rows.usable(now, amount)  # type: ignore[attr-defined,no-any-return]


def _lock(waiver: Waiver, status: str) -> Waiver:
    locked = Waiver.objects.select_for_update().get(pk=waiver.pk)
    if locked.status != status:
        raise Conflict("waiver_status", _("Somebody else has already answered this."))
    return locked


def _terms(waiver: Waiver) -> dict[str, list[object]]:
    return {"gate": [None, waiver.gate], "cap": [None, waiver.cap], "expires_at": [None, waiver.expires_at]}
