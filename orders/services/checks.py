"""Running the automatic checks, and changing the rules they run under (R3.2, R14.13)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from orders import check_effect
from orders.check_rules import current_policies, default_policy, in_range
from orders.checks import CHECKS, Looked
from orders.choices import Severity
from orders.models import CheckPolicy, Order, ReviewCheck, ReviewRound
from workflow import previews
from workflow.models import Preview


def run_checks(round_: ReviewRound) -> list[ReviewCheck]:
    """Run every check for the round and keep what was found, with the rule it was found under."""
    looked, policies = Looked(round_), current_policies()
    checks = []
    for code, check in CHECKS.items():
        policy = policies.get(code) or default_policy(code)
        row = check(looked, policy)
        row.round, row.code, row.severity = round_, code, policy.severity
        row.policy = policy if policy.pk else None
        checks.append(row)
    return ReviewCheck.objects.bulk_create(checks)


def severity_of(order: Order, code: str) -> str:
    """What a failure of the check does to this order: by the round's own rule, before a round by the one in force."""
    known = ReviewCheck.objects.filter(round__order=order, round__number=order.round, code=code)
    current = CheckPolicy.objects.filter(code=code, is_current=True)
    first = known.values_list("severity", flat=True).first() or current.values_list("severity", flat=True).first()
    return str(first or default_policy(code).severity)


@act("orders.preview_check_policy", roles={Role.ADMIN})
def preview_check_policy(
    *, policy: CheckPolicy, severity: str, limits: Mapping[str, Decimal], months: int, by: User,
    now: datetime | None = None,
) -> Preview:  # fmt: skip
    """Look at what this rule would have done to the orders submitted in so many months (1–12), before it is in force.

    Few are looked at at once, many by a worker (workflow/previews.py). Raises DomainError by field.
    """
    _require_sound(policy.code, severity, limits)
    if months not in range(1, 13):
        raise DomainError("months", _("Choose 1 to 12 months."), fields={"months": [_("Choose 1 to 12 months.")]})
    asked = {"months": months, "severity": str(severity), "limits": _plain(limits)}
    return previews.ask(check_effect.KIND, policy.code, asked, by=by, now=now)


def _require_sound(code: str, severity: str, limits: Mapping[str, Decimal]) -> None:
    problems = in_range(code, dict(limits))
    if severity not in Severity.values:
        problems["severity"] = [_("Choose what a failure does.")]
    if problems:
        raise DomainError("policy_invalid", _("These values cannot be put in force."), fields=problems)


def _plain(limits: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: f"{Decimal(value).normalize():f}" for name, value in limits.items()}


@act("orders.change_check_policy", roles={Role.ADMIN})
def change_check_policy(
    *, policy: CheckPolicy, severity: str, limits: Mapping[str, Decimal], by: User, note: str = "",
    now: datetime | None = None,
) -> CheckPolicy:  # fmt: skip
    """Put the next version of a check's rule in force; rounds that were opened keep theirs.

    Raises Conflict("policy_changed") when somebody else changed it since `policy` was read, DomainError by field.
    """
    current = CheckPolicy.objects.select_for_update().get(pk=policy.pk)
    if not current.is_current:
        raise Conflict("policy_changed", _("Somebody else changed this rule. Look at it again."))
    _require_sound(current.code, severity, limits)
    following = CheckPolicy(
        code=current.code, version=current.version + 1, severity=severity, created_by=by, note=note,
        limits=_plain(limits),
    )  # fmt: skip
    changes = audit.differences(_values(current), _values(following))
    if not changes:
        return current
    current.is_current = False
    current.save(update_fields=["is_current"])
    following.save(force_insert=True)
    audit.record("check_policy.changed", following, by=by, changes=changes, note=note, now=now)
    return following


def _values(policy: CheckPolicy) -> dict[str, Any]:
    return {"severity": policy.severity, **policy.limits}
