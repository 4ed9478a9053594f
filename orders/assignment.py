"""Which department or person gets the work on a line (R4.1): pure matching over loaded rules."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from accounts.models import User
from orders.choices import ABLE, AssignableWork
from orders.models import AssignmentRule, Order


class Rule(Protocol):
    """A stored rule, or one being typed."""

    family_id: int | None
    region: str
    role: str
    person: User | None
    requirement: str


@dataclass(frozen=True)
class Assignee:
    """`person` None: the department, whoever takes it."""

    role: str
    person: User | None = None
    requirement: str = ""

    def __str__(self) -> str:
        return str(self.person or "")


def rules_in_force(kind: str) -> list[AssignmentRule]:
    return list(AssignmentRule.objects.filter(kind=kind, is_active=True).select_related("person"))


def assignee(rules: Iterable[Rule], kind: str, *, family_id: int | None, region: str) -> Assignee:
    """Of the first rule that fits; the usual department where none does."""
    return _ruled(rules, family_id, region) or _usual(kind)


def assignee_of(order: Order, kind: str) -> Assignee:
    """For work that is one for the whole order: whom its first line with a rule of its own goes to."""
    rules, region = rules_in_force(kind), region_of(order)
    if not rules:
        return _usual(kind)
    families = order.lines.order_by("position").values_list("product__family", flat=True)
    found = (_ruled(rules, family, region) for family in families)
    return next((each for each in found if each), _usual(kind))


def _ruled(rules: Iterable[Rule], family_id: int | None, region: str) -> Assignee | None:
    """Whoever left house or department gets no work by name: it goes to the rule's department."""
    for rule in rules:
        if rule.family_id in (None, family_id) and rule.region in ("", region):
            able = rule.person is not None and rule.person.is_active and rule.person.has_role(rule.role)
            return Assignee(rule.role, rule.person if able else None, rule.requirement)
    return None


def _usual(kind: str) -> Assignee:
    return Assignee(ABLE[AssignableWork(kind)][0])


def region_of(order: Order) -> str:
    return order.customer.region if order.customer else ""


def shares(rules: Sequence[Rule], kind: str, wants: Iterable[tuple[int | None, str, int]]) -> Counter[tuple[str, str]]:
    """How many lines each would get: (role, name) by (family, region, number of lines)."""
    counted: Counter[tuple[str, str]] = Counter()
    for family_id, region, number in wants:
        found = assignee(rules, kind, family_id=family_id, region=region)
        counted[found.role, str(found)] += number
    return counted
