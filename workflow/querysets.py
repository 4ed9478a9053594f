"""Reads, in words of the trade."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.choices import MANAGERS, Role
from workflow.choices import StepStatus, WaiverStatus, WorkKind

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
        """What is the person's own, what waits for anybody in one of the person's roles, and the approvals of those
        for whom the person stands in today."""
        mine = Q(owner=user) | Q(owner__isnull=True, owner_role__in=sorted(user.role_codes))
        if givers := user.acting_for:
            roles = {role for giver in givers for role in giver.role_codes}
            lent = Q(owner__in=givers) | Q(owner__isnull=True, owner_role__in=sorted(roles))
            mine |= Q(kind=WorkKind.APPROVAL) & lent
        return self.filter(mine)

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


def asked_about(subject_type: str, user: "User") -> Any:
    """Keys of what this person is or was asked by name to approve, or decides today in a colleague's place."""
    steps = apps.get_model("workflow", "ApprovalStep").objects.filter(case__subject_type=subject_type)
    asked = steps.filter(Q(person__in=[user, *user.acting_for]) | Q(decided_by=user))
    if roles := {role for giver in user.acting_for for role in giver.role_codes}:
        asked |= steps.filter(role__in=sorted(roles), status=StepStatus.WAITING)
    return asked.order_by().values("case__subject_id")


class CaseQuerySet(models.QuerySet[Any]):
    def open(self) -> "CaseQuerySet":
        return self.filter(status="open")

    def visible_to(self, user: "User") -> "CaseQuerySet":
        """Whoever brought it in or is asked about it, and who oversees the house."""
        if user.has_role(*OVERSEERS):
            return self.all()
        return self.filter(Q(submitted_by=user) | Q(pk__in=self._steps_of(user).values("case_id")))

    def waiting_for(self, user: "User") -> "CaseQuerySet":
        """Open ones whose turn has come to the person, or to somebody the person stands in for."""
        waiting = self.model.steps.rel.related_model.objects.filter(status=StepStatus.WAITING)
        first = waiting.filter(case=models.OuterRef("case")).order_by("stage").values("stage")[:1]
        turn = self._steps_of(user).filter(status=StepStatus.WAITING, stage=models.Subquery(first))
        return self.open().filter(pk__in=turn.values("case_id"))

    def _steps_of(self, user: "User") -> Any:
        steps = self.model.steps.rel.related_model.objects
        people = [user, *user.acting_for]
        roles = {role for person in people for role in person.role_codes}
        return steps.filter(Q(person__in=people) | Q(role__in=sorted(roles)) | Q(decided_by=user))


class WaiverQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> "WaiverQuerySet":
        """Special approvals are given and looked at by those who oversee the house, and finance."""
        return self.all() if user.has_role(*OVERSEERS, Role.FINANCE, Role.ORDER_CENTER) else self.none()

    def usable(self, now: datetime, amount: Decimal | None = None) -> "WaiverQuerySet":
        """Granted, not used, not expired, and large enough for `amount`; the tightest first."""
        rows = self.filter(status=WaiverStatus.GRANTED).filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        if amount is not None:
            rows = rows.filter(Q(cap__isnull=True) | Q(cap__gte=amount))
        return rows.order_by(models.F("cap").asc(nulls_last=True), "id")
