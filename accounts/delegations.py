"""Superiors, and who decides approvals during an absence (R3.5).

Lock order: the people concerned by primary key.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import STAFF_ROLES, Kind, Role
from accounts.models import Delegation, User
from core import audit
from core.errors import Conflict, DomainError, NotPermitted

Problems = dict[str, list[object]]


@act("accounts.set_manager", roles={Role.ADMIN})
def set_manager(*, user: User, manager: User | None, by: User) -> User:
    """Say whose approvals this person's superior signs. Raises DomainError("circle") for somebody below them."""
    people = _locked(user, *([manager] if manager else []))
    user = people[user.pk]
    if manager is not None and (problem := _no_superior(user, people[manager.pk])):
        raise DomainError("manager", problem, fields={"manager": [problem]})
    before, user.manager = user.manager, manager
    user.save(update_fields=["manager"])
    changes = {"superior": [str(before) if before else None, str(manager) if manager else None]}
    audit.record("user.superior_set", user, by=by, changes=changes)
    return user


@act("accounts.delegate_approvals", roles=STAFF_ROLES)
def delegate_approvals(
    *, giver: User, receiver: User, start_date: date, end_date: date, reason: str, by: User,
    now: datetime | None = None,
) -> Delegation:  # fmt: skip
    """Let `receiver` decide the approvals of `giver` on these days, both included. The giver or an administrator does.

    Each signature says in whose place it stands. Nobody stands in for two at second hand: neither may the receiver be
    absent on one of the days, nor the giver stand in for somebody. Raises NotPermitted, DomainError, Conflict.
    """
    now = now or timezone.now()
    if giver.pk != by.pk and not by.is_system and not by.has_role(Role.ADMIN):
        raise NotPermitted("not_yours", _("Only the person concerned or an administrator can set this."))
    people = _locked(giver, receiver)
    problems = _problems(people[giver.pk], people[receiver.pk], start_date, end_date, reason, timezone.localdate(now))
    if problems:
        raise DomainError("delegation_invalid", _("This delegation cannot be set."), fields=problems)
    _require_free(giver, receiver, start_date, end_date)
    delegation = Delegation.objects.create(
        giver=giver, receiver=receiver, start_date=start_date, end_date=end_date, reason=reason.strip(),
        created_by=by, created_at=now,
    )  # fmt: skip
    changes = {"stand-in": [None, str(receiver)], "first day": [None, start_date], "last day": [None, end_date]}
    audit.record("user.approvals_delegated", giver, by=by, changes=changes, note=delegation.reason, now=now)
    return delegation


@act("accounts.end_delegation", roles=STAFF_ROLES)
def end_delegation(*, delegation: Delegation, by: User, now: datetime | None = None) -> Delegation:
    """End it before its last day; what was decided stays decided. By the giver, the receiver or an administrator."""
    delegation = (
        Delegation.objects.select_for_update(of=("self",)).select_related("giver", "receiver").get(pk=delegation.pk)
    )
    if by.pk not in (delegation.giver_id, delegation.receiver_id) and not by.has_role(Role.ADMIN):
        raise NotPermitted("not_yours", _("Only the person concerned or an administrator can end this."))
    if delegation.revoked_at is not None:
        raise Conflict("ended", _("This was already ended."))
    if delegation.end_date < timezone.localdate(now):
        raise Conflict("over", _("Its last day is over: it stays as it was."))
    delegation.revoked_by, delegation.revoked_at = by, now or timezone.now()
    delegation.save(update_fields=["revoked_by", "revoked_at"])
    changes = {"stand-in": [str(delegation.receiver), None]}
    audit.record("user.delegation_ended", delegation.giver, by=by, changes=changes, now=now)
    return delegation


def _locked(*people: User) -> dict[int, User]:
    keys = sorted({person.pk for person in people})
    return {user.pk: user for user in User.objects.select_for_update().filter(pk__in=keys).order_by("pk")}


def _no_superior(user: User, manager: User) -> object | None:
    if not manager.is_active or manager.kind != Kind.STAFF:
        return _("Choose a colleague who can sign in.")
    seen: set[int] = set()
    above: User | None = manager
    while above is not None and above.pk not in seen:
        if above.pk == user.pk:
            return _("%(manager)s reports to %(user)s, directly or through others.") % {
                "manager": manager,
                "user": user,
            }
        seen.add(above.pk)
        above = above.manager
    return None


def _problems(giver: User, receiver: User, start: date, end: date, reason: str, today: date) -> Problems:
    checks: Iterable[tuple[bool, str, object]] = (
        (giver.pk == receiver.pk, "receiver", _("Choose somebody else: nobody stands in for themselves.")),
        (not receiver.is_active or receiver.kind != Kind.STAFF, "receiver", _("Choose a colleague who can sign in.")),
        (end < start, "end_date", _("The last day lies before the first.")),
        (end < today, "end_date", _("The last day is over.")),
        (not reason.strip(), "reason", _("Say why.")),
    )
    found: Problems = {}
    for wrong, name, text in checks:
        if wrong:
            found.setdefault(name, []).append(text)
    return found


def _require_free(giver: User, receiver: User, start: date, end: date) -> None:
    rows = Delegation.objects.touching(start, end)
    if rows.filter(giver=giver).exists():
        raise Conflict("overlap", _("On one of these days somebody stands in already. End that first."))
    if rows.filter(giver=receiver).exists():
        text = _("%(person)s is absent on one of these days as well.") % {"person": receiver}
        raise Conflict("chain", text, fields={"receiver": [text]})
    if rows.filter(receiver=giver).exists():
        text = _("%(person)s stands in for somebody on one of these days; that cannot be handed on.") % {
            "person": giver
        }
        raise Conflict("chain", text)
