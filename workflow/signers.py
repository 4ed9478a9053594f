"""From what the rules ask for to people who can sign: superiors, named persons, holders of a role.

Nobody found, or only people who are barred: the general manager is asked instead, never nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from accounts.choices import Kind, Role
from accounts.models import Delegation, RoleAssignment, User
from workflow.choices import Asks, StageMode

if TYPE_CHECKING:
    from workflow.ladder import PlannedStep, Stage

# Whose superior is meant: the fact that names the person.
JUNIOR = {Asks.SUBMITTER_SUPERIOR: "submitted_by_id", Asks.SELLER_SUPERIOR: "salesperson_id"}


def candidates(roles: Iterable[str], barred: set[int]) -> dict[str, list[str]]:
    """Names of active people per role who may decide."""
    found: dict[str, list[str]] = {}
    rows = RoleAssignment.objects.filter(role__in=sorted(set(roles) - {""}), user__is_active=True)
    for row in rows.exclude(user__in=sorted(barred)).select_related("user").order_by("user_id"):
        found.setdefault(row.role, []).append(str(row.user))
    return found


def can_sign(person: User | None, barred: Iterable[int]) -> bool:
    return bool(person and person.is_active and person.kind == Kind.STAFF and person.pk not in barred)


def people_to_tell(role: str, person_id: int | None, barred: Iterable[int]) -> Any:
    """Who can decide a step now, and who stands in for them today."""
    if person_id:
        named = Q(pk=person_id)
        absent = Q(giver=person_id)
    else:
        holders = RoleAssignment.objects.filter(role=role).values("user_id")
        named, absent = Q(pk__in=holders), Q(giver__in=holders)
    giver_may = Q(giver__is_active=True) & ~Q(giver__in=list(barred))
    stand_ins = Delegation.objects.running(timezone.localdate()).filter(absent & giver_may).values("receiver_id")
    rows = User.objects.filter(named | Q(pk__in=stand_ins), is_active=True, kind=Kind.STAFF)
    return rows.exclude(pk__in=list(barred)).order_by("pk")


def name_stand_ins(steps: Iterable["PlannedStep"], barred: Iterable[int], day: date) -> None:
    """Give each step the colleagues who decide on that day in the place of somebody absent. Two queries."""
    running = Delegation.objects.running(day).exclude(giver__in=list(barred)).exclude(receiver__in=list(barred))
    able = running.filter(giver__is_active=True, receiver__is_active=True, receiver__kind=Kind.STAFF)
    rows = list(able.select_related("giver", "receiver").prefetch_related("giver__role_assignments").order_by("pk"))
    for step in steps:
        step.stand_ins = [(str(row.receiver), str(row.giver)) for row in rows if _is_asked(row.giver, step)]


def _is_asked(person: User, step: "PlannedStep") -> bool:
    if step.person_id:
        return person.pk == step.person_id
    return any(held.role == step.role for held in person.role_assignments.all())


def find_people(stages: Sequence["Stage"], facts: Mapping[str, Any], barred: set[int]) -> list["PlannedStep"]:
    """The steps with the names of those who can sign, numbered in the order in which they are asked."""
    roles = {step.role for stage in stages for step in stage.steps}
    by_role = candidates({Role.GENERAL_MANAGER, *roles}, barred)
    persons = _persons(stages, facts)
    for stage in stages:
        for step in stage.steps:
            _name(step, by_role, persons, facts, barred)
        _fall_back(stage, by_role)
    return _numbered(_merged(stages))


def _persons(stages: Sequence["Stage"], facts: Mapping[str, Any]) -> dict[int, User]:
    wanted = {step.person_id for stage in stages for step in stage.steps if step.person_id}
    juniors = {facts.get(JUNIOR[Asks(step.asks)]) for stage in stages for step in stage.steps if step.asks in JUNIOR}
    keys = sorted(pk for pk in wanted | juniors if pk)
    return {user.pk: user for user in User.objects.filter(pk__in=keys).select_related("manager")} if keys else {}


def _name(
    step: "PlannedStep", by_role: Mapping[str, list[str]], persons: Mapping[int, User], facts: Mapping[str, Any],
    barred: set[int],
) -> None:  # fmt: skip
    if step.asks == Asks.ROLE:
        step.approvers = by_role.get(step.role, [])
        return
    person = persons.get(step.person_id or 0)
    if step.asks in JUNIOR:
        junior = persons.get(facts.get(JUNIOR[Asks(step.asks)]) or 0)
        person = junior.manager if junior else None
    if person is not None and can_sign(person, barred):
        step.person_id, step.approvers = person.pk, [str(person)]
    else:
        step.person_id, step.approvers = None, []


def _fall_back(stage: "Stage", by_role: Mapping[str, list[str]]) -> None:
    """The general manager for whoever cannot be found; where one of several suffices, the others suffice."""
    found = [step for step in stage.steps if step.approvers]
    if stage.mode == StageMode.ANY and found:
        stage.steps = found
        return
    for step in stage.steps:
        if not step.approvers:
            step.instead_of, step.role = step.role, Role.GENERAL_MANAGER
            step.approvers = by_role.get(Role.GENERAL_MANAGER, [])
    if stage.mode == StageMode.ANY:
        first, *others = stage.steps
        first.rules.extend(rule for step in others for rule in step.rules)
        stage.steps = [first]


def _merged(stages: Sequence["Stage"]) -> list[list["PlannedStep"]]:
    """Nobody signs twice, and the general manager, also standing in for somebody, comes last.

    A signature in a stage where another's would do is none: such stages stay as they are.
    """
    kept: dict[tuple[str, int | None], PlannedStep] = {}
    rows: list[list[PlannedStep]] = []
    for stage in stages:
        if stage.mode == StageMode.ANY and len(stage.steps) > 1:
            for step in stage.steps:
                step.mode = StageMode.ANY
            rows.append(stage.steps)
            continue
        rows.append([step for step in stage.steps if _first(kept, step)])
    last = kept.get((Role.GENERAL_MANAGER, None))
    rows = [[step for step in row if step is not last] for row in rows] + ([[last]] if last else [])
    return [row for row in rows if row]


def _first(kept: dict[tuple[str, int | None], "PlannedStep"], step: "PlannedStep") -> bool:
    first = kept.setdefault((step.role, step.person_id), step)
    if first is step:
        return True
    first.rules.extend(step.rules)
    # One signature for several roles is the general manager's alone.
    first.instead_of = ""
    return False


def _numbered(rows: Sequence[Sequence["PlannedStep"]]) -> list["PlannedStep"]:
    steps = [step for row in rows for step in row]
    for number, row in enumerate(rows, start=1):
        for step in row:
            step.stage = number
    for position, step in enumerate(steps, start=1):
        step.position = position
    return steps
