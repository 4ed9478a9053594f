"""The cast of the workflow tests. A person stands in for any subject: this room knows no orders."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from tests.core.factories import at_once, make_person
from workflow.choices import WorkKind
from workflow.models import ApprovalCase, WorkItem
from workflow.services import open_case, open_work

__all__ = ["at", "at_once", "make_case", "make_item", "make_person", "make_subject"]

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
