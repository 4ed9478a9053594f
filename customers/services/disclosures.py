"""Reading a customer's contacts on application, for a purpose and a time (R1.6)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import STAFF_ROLES, Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError, NotPermitted
from customers.choices import DisclosureStatus
from customers.models import Customer, DisclosureRequest
from customers.privacy import may_read_contacts
from workflow.choices import WorkKind
from workflow.notifications import notify
from workflow.services import finish_work, open_work

LONGEST = timedelta(days=366)
DECIDERS = {Role.SALES, Role.SALES_MANAGER}
GRANTED = gettext_noop("You may read the contacts of %(customer)s until %(until)s")
REFUSED = gettext_noop("Your application to read the contacts of %(customer)s was refused: %(note)s")
REVOKED = gettext_noop("You may no longer read the contacts of %(customer)s: %(note)s")
S = DisclosureStatus


@act("customers.apply_disclosure", roles=STAFF_ROLES)
def apply_disclosure(
    *, customer: Customer, purpose: str, until_date: date, by: User, from_date: date | None = None,
    now: datetime | None = None,
) -> DisclosureRequest:  # fmt: skip
    """Apply to read the contacts from one day until another, both included. The account manager decides, or the
    sales manager.

    Raises DomainError("disclosure") with the fields, Conflict("readable") for who reads them anyway,
    Conflict("requested") while an application of the same person waits.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    if may_read_contacts(by, customer):
        raise Conflict("readable", _("You read the contacts of this customer already."))
    request = DisclosureRequest(
        customer=customer, applicant=by, purpose=purpose.strip(), from_date=from_date or today, until_date=until_date,
        requested_at=now,
    )  # fmt: skip
    _check(request, today)
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError:
        raise Conflict("requested", _("Your application for this customer is still waiting.")) from None
    owner = customer.owner if customer.owner and customer.owner.is_active else None
    open_work(
        WorkKind.DISCLOSURE, request, by=by, role="" if owner else Role.SALES_MANAGER, person=owner, now=now
    )  # fmt: skip
    audit.record("disclosure.requested", customer, by=by, changes=_told(request), note=request.purpose, now=now)
    return request


@act("customers.grant_disclosure", roles=DECIDERS)
def grant_disclosure(
    *, disclosure: DisclosureRequest, by: User, note: str = "", now: datetime | None = None
) -> DisclosureRequest:
    """Let the applicant read them in the period asked for (R1.6).

    Raises NotPermitted("four_eyes") for the applicant, NotPermitted("owner") for who neither looks after the customer
    nor leads sales, Conflict("decided"), Conflict("past") when the period is over.
    """
    disclosure = _decide(disclosure, S.GRANTED, by=by, note=note, now=now)
    if disclosure.until_date < timezone.localdate(now):
        raise Conflict("past", _("The period asked for is over. A new application is needed."))
    _tell(disclosure, GRANTED, {"until": str(disclosure.until_date)}, by=by, now=now)
    return disclosure


@act("customers.refuse_disclosure", roles=DECIDERS)
def refuse_disclosure(
    *, disclosure: DisclosureRequest, reason: str, by: User, now: datetime | None = None
) -> DisclosureRequest:
    """Raises DomainError("reason") without one; else as `grant_disclosure`."""
    _require_reason(reason)
    disclosure = _decide(disclosure, S.REFUSED, by=by, note=reason, now=now)
    _tell(disclosure, REFUSED, {"note": disclosure.decision_note}, by=by, now=now)
    return disclosure


@act("customers.revoke_disclosure", roles=DECIDERS | {Role.SUPERVISION})
def revoke_disclosure(
    *, disclosure: DisclosureRequest, reason: str, by: User, now: datetime | None = None
) -> DisclosureRequest:
    """End a grant before its time. Raises Conflict("not_granted") when there is none, DomainError("reason")."""
    _require_reason(reason)
    disclosure = _lock(disclosure)
    if not by.has_role(Role.SUPERVISION):
        require_decider(disclosure, by)
    if disclosure.status != S.GRANTED:
        raise Conflict("not_granted", _("There is no grant to revoke."))
    disclosure.status, disclosure.revoked_by, disclosure.revoked_at = S.REVOKED, by, now or timezone.now()
    disclosure.save(update_fields=["status", "revoked_by", "revoked_at"])
    audit.record("disclosure.revoked", disclosure.customer, by=by, changes=_told(disclosure), note=reason, now=now)
    _tell(disclosure, REVOKED, {"note": reason}, by=by, now=now)
    return disclosure


def require_decider(disclosure: DisclosureRequest, by: User) -> None:
    """Raise NotPermitted unless the person looks after the customer or leads sales, and did not apply."""
    if disclosure.applicant_id == by.pk:
        raise NotPermitted("four_eyes", _("You applied for this yourself; somebody else decides."))
    if not (by.is_system or disclosure.customer.owner_id == by.pk or by.has_role(Role.SALES_MANAGER)):
        raise NotPermitted("owner", _("The customer's account manager decides, or the sales manager."))


def _decide(
    disclosure: DisclosureRequest, status: str, *, by: User, note: str, now: datetime | None
) -> DisclosureRequest:
    disclosure = _lock(disclosure)
    require_decider(disclosure, by)
    if disclosure.status != S.REQUESTED:
        raise Conflict("decided", _("This was already decided by %(by)s.") % {"by": disclosure.decided_by})
    disclosure.status, disclosure.decided_by, disclosure.decided_at = status, by, now or timezone.now()
    disclosure.decision_note = note.strip()[:500]
    disclosure.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])
    finish_work(WorkKind.DISCLOSURE, disclosure, by=by, outcome=status, now=now)
    changes = _told(disclosure)
    audit.record(f"disclosure.{status}", disclosure.customer, by=by, changes=changes, note=note, now=now)
    return disclosure


def _lock(disclosure: DisclosureRequest) -> DisclosureRequest:
    rows = DisclosureRequest.objects.select_for_update(of=("self",))
    return rows.select_related("customer", "applicant", "decided_by").get(pk=disclosure.pk)


def _check(request: DisclosureRequest, today: date) -> None:
    problems: dict[str, list[Any]] = {}
    if not request.purpose:
        problems["purpose"] = [_("Say what you need them for.")]
    elif len(request.purpose) > 500:
        problems["purpose"] = [_("At most 500 characters.")]
    if request.until_date < max(today, request.from_date):
        problems["until_date"] = [_("The period is over before it begins.")]
    elif request.until_date - max(today, request.from_date) > LONGEST:
        problems["until_date"] = [_("A year at most.")]
    if problems:
        raise DomainError("disclosure", _("The application is incomplete."), fields=problems)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError("reason", _("Say why."), fields={"reason": [_("Required.")]})


def _told(request: DisclosureRequest) -> dict[str, list[str | None]]:
    return {
        "applicant": [None, str(request.applicant)],
        "period": [None, f"{request.from_date} – {request.until_date}"],
    }


def _tell(request: DisclosureRequest, text: str, params: dict[str, Any], *, by: User, now: datetime | None) -> None:
    params = {"customer": request.customer.name, **params}
    notify([request.applicant], text, params=params, subject=request.customer, by=by, now=now)
