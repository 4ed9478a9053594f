"""Handing out work by product family and region (R4.1)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from catalog.models import ProductFamily
from core import audit
from core.errors import DomainError
from orders.assignment import Assignee, assignee, assignee_of, region_of, rules_in_force
from orders.choices import ABLE, AssignableWork
from orders.documents import lines_with_products
from orders.models import AssignmentRule, Order, OrderLine
from workflow.choices import WorkKind
from workflow.models import WorkItem
from workflow.services import open_work

FIELDS = ("kind", "position", "family_id", "region", "role", "person_id", "requirement", "is_active")
EDITORS = frozenset({Role.ADMIN, Role.ORDER_CENTER, *MANAGERS})


@act("orders.save_assignment_rule", roles=EDITORS)
def save_assignment_rule(
    *, kind: str, role: str, by: User, family: ProductFamily | None = None, region: str = "",
    person: User | None = None, requirement: str = "", position: int = 1, is_active: bool = True,
    rule: AssignmentRule | None = None, now: datetime | None = None,
) -> AssignmentRule:  # fmt: skip
    """Add a rule or change one; work under way stays with whom it has. Raises DomainError by field."""
    problems: dict[str, list[Any]] = {}
    if kind not in AssignableWork.values:
        problems["kind"] = [_("Choose one.")]
    elif role not in ABLE[AssignableWork(kind)]:
        names = ", ".join(str(Role(able).label) for able in ABLE[AssignableWork(kind)])
        problems["role"] = [_("This work can be done by: %(names)s.") % {"names": names}]
    if person is not None and not person.has_role(role):
        problems["person"] = [_("This person does not belong to the department.")]
    if problems:
        raise DomainError("invalid", _("Please correct the marked fields."), fields=problems)
    if rule is not None:
        rule = AssignmentRule.objects.select_for_update().get(pk=rule.pk)
    before = {name: getattr(rule, name) for name in FIELDS} if rule else {}
    rule = rule or AssignmentRule()
    rule.kind, rule.role, rule.family, rule.person = kind, role, family, person
    rule.region, rule.requirement = region.strip(), requirement.strip()
    rule.position, rule.is_active = position, is_active
    rule.save()
    changes = audit.differences(before, {name: getattr(rule, name) for name in FIELDS})
    audit.record("assignment_rule.saved", rule, by=by, changes=changes, now=now)
    return rule


def assign_lines(order: Order, *, by: User, now: datetime) -> list[WorkItem]:
    """Hand every line to whom the rules name, and ask each of them once for a date (R4.1, R4.2)."""
    kind = AssignableWork.PRODUCTION_REPLY
    rules, region = rules_in_force(kind), region_of(order)
    lines = lines_with_products(order)
    asked: dict[str, Assignee] = {}
    for line in lines:
        found = assignee(rules, kind, family_id=line.product.family_id if line.product else None, region=region)
        line.assigned_role, line.assigned_to = (found.role, found.person) if rules else ("", None)
        asked.setdefault(line.assignee_key, found)
    if rules:
        OrderLine.objects.bulk_update(lines, ["assigned_role", "assigned_to"])
    return [ask_for_date(order, key, who, by=by, now=now) for key, who in asked.items()]


def ask_for_date(order: Order, key: str, who: Assignee, *, by: User, now: datetime, title: str = "") -> WorkItem:
    return open_work(
        WorkKind.PRODUCTION_REPLY, order, by=by, role=who.role, person=who.person, key=key,
        title=title or who.requirement, now=now,
    )  # fmt: skip


def open_assigned(kind: WorkKind, order: Order, *, by: User, now: datetime) -> WorkItem:
    """Open work of the whole order with whom the rules name (R4.1)."""
    who = assignee_of(order, kind)
    return open_work(kind, order, by=by, role=who.role, person=who.person, title=who.requirement, now=now)
