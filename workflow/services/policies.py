"""Clock rules: a change is a new version, running clocks keep theirs (R13.2)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import STAFF_ROLES, Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from workflow.calendar import clocks_changed
from workflow.choices import Basis
from workflow.models import WorkPolicy

CHANGEABLE = ("basis", "amount", "warn_at", "escalation")


@act("workflow.change_policy", roles={Role.ADMIN})
def change_policy(
    policy: WorkPolicy,
    *,
    basis: str,
    amount: int,
    warn_at: Sequence[str],
    escalation: Sequence[dict[str, Any]],
    note: str = "",
    by: User,
    now: datetime | None = None,
) -> WorkPolicy:
    """Put the next version in force. Conflict when somebody else changed it since `policy` was read."""
    current = WorkPolicy.objects.select_for_update().get(pk=policy.pk)
    if not current.is_current:
        raise Conflict("policy_changed", _("Somebody else changed this clock. Look at it again."))
    following = WorkPolicy(
        kind=current.kind,
        part=current.part,
        version=current.version + 1,
        basis=basis,
        amount=amount,
        warn_at=list(warn_at),
        escalation=list(escalation),
        created_by=by,
        note=note,
    )
    check_policy(following)
    changes = audit.differences(_values(current), _values(following))
    if not changes:
        return current
    current.is_current = False
    current.save(update_fields=["is_current"])
    following.save(force_insert=True)
    clocks_changed()
    audit.record("policy.changed", following, by=by, changes=changes, note=note, now=now)
    return following


def check_policy(policy: WorkPolicy) -> None:
    """Refuse values no clock can run on, field by field."""
    problems: dict[str, list[Any]] = {}
    if policy.basis not in Basis.values:
        problems["basis"] = [_("Unknown basis.")]
    longest = 366 if policy.basis == Basis.WORKING_DAYS else 366 * 24 * 60
    if not 0 < policy.amount <= longest:
        problems["amount"] = [_("Must be between 1 and %(longest)s.") % {"longest": longest}]
    if not _are_parts(policy.warn_at):
        problems["warn_at"] = [_("Warnings are parts of the time between 0 and 1, in order.")]
    if not _is_ladder(policy.escalation):
        problems["escalation"] = [_("Each step needs a role and more minutes than the step before.")]
    if problems:
        raise DomainError("policy_invalid", _("These values cannot be put in force."), fields=problems)


def current_policies() -> QuerySet[WorkPolicy]:
    return WorkPolicy.objects.filter(is_current=True).select_related("created_by").order_by("id")


def versions(policy: WorkPolicy) -> QuerySet[WorkPolicy]:
    """All of one clock, the newest first."""
    return (
        WorkPolicy.objects.filter(kind=policy.kind, part=policy.part).select_related("created_by").order_by("-version")
    )


def _are_parts(parts: Sequence[Any]) -> bool:
    try:
        numbers = [Decimal(part) for part in parts]
    except (InvalidOperation, TypeError):
        return False
    return numbers == sorted(set(numbers)) and all(0 < number < 1 for number in numbers)


def _is_ladder(steps: Sequence[dict[str, Any]]) -> bool:
    minutes = [step["after_minutes"] for step in steps]
    rising = minutes == sorted(set(minutes)) and all(after >= 0 for after in minutes)
    return rising and all(step["role"] in STAFF_ROLES for step in steps)


def _values(policy: WorkPolicy) -> dict[str, Any]:
    return {name: getattr(policy, name) for name in CHANGEABLE}
