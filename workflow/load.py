"""How much work lies with whom (R4.1): a row per department and person, however many items there are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q

from accounts.choices import Role
from accounts.models import User
from workflow.models import WorkItem
from workflow.querysets import OVERSEERS


@dataclass(frozen=True)
class Share:
    role: str
    person_id: int | None
    name: str
    number: int
    overdue: int
    paused: int
    next_due: datetime | None

    @property
    def department(self) -> str:
        return str(Role(self.role).label) if self.role in Role.values else ""


def shares_of(user: User, now: datetime) -> list[Share]:
    """Overseers see the whole house, everybody else the departments they belong to. One query."""
    rows = WorkItem.objects.open()
    if not user.has_role(*OVERSEERS):
        rows = rows.for_roles(user.role_codes)
    counted = (
        rows.order_by()
        .values("owner_role", "owner", "owner__display_name", "owner__username")
        .annotate(
            number=Count("pk"),
            overdue=Count("pk", filter=Q(due_at__lt=now, paused_at__isnull=True)),
            paused=Count("pk", filter=Q(paused_at__isnull=False)),
            next_due=Min("due_at", filter=Q(paused_at__isnull=True)),
        )
    )
    return sorted(
        (_share(row) for row in counted), key=lambda share: (share.role, share.person_id is not None, -share.number)
    )


def _share(row: dict[str, Any]) -> Share:
    name = row["owner__display_name"] or row["owner__username"] or ""
    return Share(row["owner_role"], row["owner"], name, row["number"], row["overdue"], row["paused"], row["next_due"])
