"""The approval ladder as data: rules are added, changed and switched off by an administrator (R3.5).

Running cases are not touched: they froze what asked them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import STAFF_ROLES, Role
from accounts.models import User
from core import audit
from core.errors import DomainError
from workflow.ladder import COMPARE, SUMS
from workflow.models import ApprovalRule

FIELDS = ("position", "role", "conditions", "is_active")


@act("workflow.change_rule", roles={Role.ADMIN})
def change_rule(
    code: str,
    *,
    kind: str = "order",
    position: int,
    role: str,
    conditions: Sequence[Mapping[str, Any]],
    is_active: bool = True,
    by: User,
    now: datetime | None = None,
) -> ApprovalRule:
    """Add the rule `code`, or give it these values."""
    _check(role, conditions)
    rule = ApprovalRule.objects.select_for_update().filter(code=code).first()
    before = {name: getattr(rule, name) for name in FIELDS} if rule else {}
    rule = rule or ApprovalRule(code=code, kind=kind)
    rule.position, rule.role, rule.is_active = position, role, is_active
    rule.conditions = [dict(condition) for condition in conditions]
    rule.save()
    changes = audit.differences(before, {name: getattr(rule, name) for name in FIELDS})
    audit.record("rule.changed", rule, by=by, changes=changes, now=now)
    return rule


def _check(role: str, conditions: Sequence[Mapping[str, Any]]) -> None:
    problems: dict[str, list[Any]] = {}
    if role not in STAFF_ROLES:
        problems["role"] = [_("Unknown role.")]
    if not all(_can_be_asked(condition) for condition in conditions):
        problems["conditions"] = [_("A condition needs a fact, a comparison and a value that fits it.")]
    if problems:
        raise DomainError("rule_invalid", _("This rule cannot be put in force."), fields=problems)


def _can_be_asked(condition: Mapping[str, Any]) -> bool:
    if not condition.get("fact") or "value" not in condition:
        return False
    if condition["fact"] in SUMS and not isinstance(condition.get("days"), int):
        return False
    if condition.get("op") in {"is", "in"}:
        return True
    try:
        Decimal(str(condition["value"]))
    except InvalidOperation:
        return False
    return condition.get("op") in COMPARE
