"""What a person must do now, by due time (R13.3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import subjects
from core.keyset import Page, paginate
from workflow.choices import WorkKind
from workflow.clocks import Clock, clock_of
from workflow.models import WorkItem
from workflow.querysets import OVERSEERS, WorkItemQuerySet

PAGE = 50
PAUSED_SHOWN = 30


@dataclass(frozen=True)
class Line:
    item: WorkItem
    url: str
    clock: Clock
    may_take: bool
    caption: str = ""
    case_id: int = 0  # the approval that can be signed with others at once


@dataclass(frozen=True)
class Group:
    code: str
    title: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Wish:
    """What the address asks for: whose work, which kind, from where on."""

    whose: str = "mine"
    kind: str = ""
    cursor: str = ""
    person: int = 0  # among everybody's work, that of one person

    @classmethod
    def read(cls, query: Mapping[str, str], user: User) -> "Wish":
        whose = query.get("whose", "mine")
        if whose not in {"mine", "own", "roles"} | ({"team"} if sees_team(user) else set()):
            whose = "mine"
        kind = query.get("kind", "")
        person = query.get("person", "")
        chosen = int(person) if whose == "team" and person.isdecimal() and len(person) < 10 else 0
        return cls(whose, kind if kind in WorkKind.values else "", query.get("cursor", ""), chosen)


def sees_team(user: User) -> bool:
    return user.has_role(*OVERSEERS)


def load(user: User, wish: Wish, now: datetime) -> tuple[list[Group], Page]:
    """Groups of one page, and the page. Two queries, however much there is."""
    rows = _rows(user, wish)
    page = paginate(rows.running(), ordering=("due_at", "id"), cursor=wish.cursor, size=PAGE)
    paused = [] if wish.cursor else list(rows.paused().with_pause_reason().order_by("due_at", "id")[:PAUSED_SHOWN])
    groups = _group(user, page.items, now)
    groups.append(Group("paused", _("Paused"), _lines(user, paused, now)))
    return [group for group in groups if group.lines], page


def _rows(user: User, wish: Wish) -> WorkItemQuerySet:
    rows = WorkItem.objects.select_related("policy", "owner")
    if wish.whose == "own":
        rows = rows.filter(owner=user)
    elif wish.whose == "roles":
        rows = rows.filter(owner__isnull=True).for_roles(user.role_codes)
    elif wish.whose == "mine":
        rows = rows.for_person(user)
    elif wish.person:
        rows = rows.filter(owner=wish.person)
    return rows.filter(kind=wish.kind) if wish.kind else rows


def _group(user: User, items: Iterable[WorkItem], now: datetime) -> list[Group]:
    midnight = datetime.combine(timezone.localdate(now) + timedelta(days=1), time.min, timezone.get_current_timezone())
    overdue = Group("overdue", _("Overdue"))
    today = Group("today", _("Today"))
    later = Group("later", _("Later"))
    for line in _lines(user, items, now):
        group = overdue if line.item.due_at < now else today if line.item.due_at < midnight else later
        group.lines.append(line)
    return [overdue, today, later]


def _lines(user: User, items: Iterable[WorkItem], now: datetime) -> list[Line]:
    items = list(items)
    captions = subjects.captions_of((item.subject_type, item.subject_id) for item in items)
    return [
        Line(
            item,
            item.url or subjects.work_url_of(item),
            clock_of(item, now),
            _may_take(user, item),
            captions.get((item.subject_type, item.subject_id), ""),
            _case_of(item),
        )
        for item in items
    ]


def _case_of(item: WorkItem) -> int:
    case, dot, _position = item.key.partition(".")
    return int(case) if item.kind == WorkKind.APPROVAL and dot and case.isdecimal() else 0


def _may_take(user: User, item: WorkItem) -> bool:
    return item.owner_id is None and user.has_role(item.owner_role)


def tabs(user: User, wish: Wish) -> list[dict[str, Any]]:
    names = [("mine", _("For me")), ("own", _("Mine alone")), ("roles", _("My roles"))]
    if sees_team(user):
        names.append(("team", _("Everybody")))
    kind = f"&kind={wish.kind}" if wish.kind else ""
    return [{"label": label, "url": f"?whose={code}{kind}", "current": code == wish.whose} for code, label in names]
