"""The cast of the workflow tests. A person stands in for any subject: this room knows no orders."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from tests.core.factories import at_once, make_person
from workflow.choices import WorkKind
from workflow.models import ApprovalCase, ApprovalRule, WorkItem
from workflow.services import open_case, open_work

__all__ = ["at", "at_once", "make_case", "make_item", "make_person", "make_rule", "make_subject", "only_rules"]

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """Company time: at("2026-03-02 09:00"); 2 March 2026 is a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def make_subject() -> User:
    return make_person(display_name="202603-001")


def make_item(kind: str = WorkKind.PRODUCTION_REPLY, subject: Any = None, **over: Any) -> WorkItem:
    fields = {"by": over.pop("by", None) or make_person(), "role": "production", "now": at("2026-03-02 09:00")}
    return open_work(kind, subject or make_subject(), **{**fields, **over})


def make_case(subject: Any = None, *, by: User | None = None, **facts: Any) -> ApprovalCase:
    by = by or make_person("sales")
    facts = {"amount": 1000, "currency": "CNY", "customer_id": 1, "submitted_by_id": by.pk, **facts}
    return open_case("order", subject or make_subject(), facts=facts, by=by)


def make_rule(code: str = "", *, position: int = 1, **over: Any) -> ApprovalRule:
    """A rule in force of the order's ladder; asks the sales manager and holds always unless told otherwise."""
    over = {"asks": "person", "role": ""} | over if "person" in over else over
    over = {"role": ""} | over if over.get("asks", "role") != "role" else over
    values = {"kind": "order", "role": "sales_manager", "conditions": [], **over}
    code = code or f"rule-{ApprovalRule.objects.count() + 1}"
    return ApprovalRule.objects.create(code=code, position=position, **values)


def only_rules(*rules: dict[str, Any], kind: str = "order") -> None:
    """The ladder is these and nothing else."""
    ApprovalRule.objects.filter(kind=kind).delete()
    for rule in rules:
        make_rule(kind=kind, **rule)
