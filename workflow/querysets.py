"""Reads, in words of the trade."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from accounts.choices import MANAGERS, Role
from workflow.choices import WaiverStatus

if TYPE_CHECKING:
    from accounts.models import User

OVERSEERS = frozenset({*MANAGERS, Role.SUPERVISION, Role.ADMIN})


class WorkItemQuerySet(models.QuerySet[Any]):
    def open(self) -> "WorkItemQuerySet":
        return self.filter(done_at__isnull=True)

    def running(self) -> "WorkItemQuerySet":
        return self.open().filter(paused_at__isnull=True)

    def paused(self) -> "WorkItemQuerySet":
        return self.open().filter(paused_at__isnull=False)

    def overdue(self, now: datetime) -> "WorkItemQuerySet":
        return self.running().filter(due_at__lt=now)

    def about(self, subject_type: str, subject_id: int) -> "WorkItemQuerySet":
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def for_person(self, user: "User") -> "WorkItemQuerySet":
        """What is the person's own, and what waits for anybody in one of the person's roles."""
        return self.filter(Q(owner=user) | Q(owner__isnull=True, owner_role__in=sorted(user.role_codes)))

    def visible_to(self, user: "User") -> "WorkItemQuerySet":
        """The own and the roles' work; managers and supervision see everybody's."""
        return self.all() if user.has_role(*OVERSEERS) else self.for_person(user)

    def with_pause_reason(self) -> "WorkItemQuerySet":
        """As `pause_reason`: why the clock stands still."""
        pauses = self.model.pauses.rel.related_model.objects
        running = pauses.filter(item=models.OuterRef("pk"), ended_at__isnull=True)
        return self.annotate(pause_reason=models.Subquery(running.values("reason")[:1]))

    def for_roles(self, roles: Collection[str]) -> "WorkItemQuerySet":
        return self.filter(owner_role__in=sorted(roles))


class WaiverQuerySet(models.QuerySet[Any]):
    def usable(self, now: datetime, amount: Decimal | None = None) -> "WaiverQuerySet":
        """Granted, not used, not expired, and large enough for `amount`; the tightest first."""
        rows = self.filter(status=WaiverStatus.GRANTED).filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        if amount is not None:
            rows = rows.filter(Q(cap__isnull=True) | Q(cap__gte=amount))
        return rows.order_by(models.F("cap").asc(nulls_last=True), "id")
