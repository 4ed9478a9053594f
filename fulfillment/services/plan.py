"""Plans of lines: drawn when production starts, then started, finished and taken over step by step (R4.8)."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from catalog.models import ProductFamily
from core import audit
from core.canonical import digest
from core.errors import Conflict, DomainError, NotPermitted
from core.horizon import FARTHEST, beyond
from fulfillment.choices import InspectionKind, InspectionResult
from fulfillment.models import Inspection, PlanStep, StepTemplate
from fulfillment.plan import IsWorking, Span, backwards, moved, working_days_between
from orders.choices import OrderStatus
from orders.models import Order, OrderLine
from orders.services.steps import lock_order, require_status
from workflow import calendar
from workflow.choices import WorkKind
from workflow.services import cancel_work, finish_work, open_work

MAKERS = frozenset({Role.PRODUCTION, Role.WAREHOUSE, Role.QUALITY, Role.PURCHASING, Role.ENGINEERING})
PLANNERS = frozenset({Role.PRODUCTION, Role.ORDER_CENTER, *MANAGERS})
EDITORS = PLANNERS | {Role.ADMIN}
END_OF_DAY = time(18)
FIELDS = ("family_id", "position", "name", "role", "days", "is_inspected", "is_active")


def draw_plans(order: Order, by: User, now: datetime) -> None:
    """A plan for each line with something to make, from the templates of its family. The order is locked."""
    steps = StepTemplate.objects.filter(is_active=True).order_by("position")
    by_family: dict[int | None, list[StepTemplate]] = {}
    for step in steps:
        by_family.setdefault(step.family_id, []).append(step)
    if not by_family:
        return
    drawn: list[PlanStep] = []
    for line in order.lines.select_related("product").order_by("pk"):
        family = line.product.family_id if line.product else None
        drawn += _draw(line, by_family.get(family) or by_family.get(None, []), order, timezone.localdate(now))
    PlanStep.objects.bulk_create(drawn)
    for first in (step for step in drawn if step.position == 1):
        _open_work(order, first, by=by, now=now)
    if drawn:
        lines = {step.order_line_id: str(step.order_line) for step in drawn}
        audit.record("order.plan_drawn", order, by=by, note="\n".join(lines.values()), now=now)


def _draw(line: OrderLine, templates: Sequence[StepTemplate], order: Order, today: date) -> list[PlanStep]:
    promise = line.promise_date or order.promise_date or order.requested_date or today
    spans = backwards([template.days for template in templates], promise, today, working_days())
    return [
        PlanStep(
            order_line=line, position=number, name=template.name, role=template.role, planned_start=span.start,
            planned_end=span.end, is_inspected=template.is_inspected,
        )
        for number, (template, span) in enumerate(zip(templates, spans, strict=True), 1)
    ]  # fmt: skip


def working_days() -> IsWorking:
    known = calendar.current_calendar()
    return lambda day: bool(known.intervals_on(day))


def _open_work(order: Order, step: PlanStep, *, by: User, now: datetime) -> None:
    due = timezone.make_aware(datetime.combine(step.planned_end, END_OF_DAY))
    open_work(
        WorkKind.PLAN_STEP, order, by=by, role=step.role, person=step.person, key=str(step.pk),
        title=f"{step.order_line.position}. {step.order_line.description}: {step.name}"[:120],
        url=step.get_absolute_url(), due_at=max(due, now), now=now,
    )  # fmt: skip


def lock_step(step: PlanStep, by: User) -> tuple[Order, PlanStep]:
    order = lock_order(step.order_line.order, by=by)
    require_status(order, OrderStatus.IN_PRODUCTION)
    return order, PlanStep.objects.select_related("order_line").select_for_update(of=("self",)).get(pk=step.pk)


def _ask_quality(order: Order, step: PlanStep, *, by: User, now: datetime) -> None:
    open_work(
        WorkKind.IN_PROCESS_INSPECTION, order, by=by, role=Role.QUALITY, key=str(step.pk),
        title=f"{step.order_line.position}. {step.order_line.description}: {step.name}"[:120],
        url=reverse("fulfillment:step-inspection", args=[step.pk]), now=now,
    )  # fmt: skip


def passed_steps(order: Order) -> set[int]:
    """The steps whose newest inspection passed, and those whose goods go on to a step of rework. Two queries."""
    rows = Inspection.objects.filter(order=order, kind=InspectionKind.IN_PROCESS).order_by("pk")
    newest = dict(rows.values_list("step_id", "result"))
    mended = PlanStep.objects.filter(inspections__nonconformities__rework_step__isnull=False, order_line__order=order)
    passed = {step for step, result in newest.items() if step and result == InspectionResult.PASSED}
    return passed | set(mended.values_list("pk", flat=True))


def may_work_on(step: PlanStep, by: User) -> bool:
    return by.is_system or step.person_id == by.pk or by.has_role(step.role)


def require_step(act: str, order: Order, step: PlanStep, by: User) -> None:
    """Raise why the person cannot `take_over`, `start`, `finish` or `replan` the step now; pages ask it beforehand."""
    if act != "replan" and not may_work_on(step, by):
        raise NotPermitted("not_yours", _("This step belongs to another department; ask one of them."))
    if act == "take_over":
        return _require_before(step)
    if step.finished_at:
        raise Conflict("finished", _("This step is finished."))
    if act == "start":
        _require_not_started(step)
    elif act == "finish":
        _require_passed(order, step)


def _require_before(step: PlanStep) -> None:
    rows = PlanStep.objects.filter(order_line=step.order_line_id, position__lt=step.position)
    before = rows.order_by("-position").first()
    if before is None or not step.needs_taking_over:
        raise Conflict("taken_over", _("There is nothing to take over."))
    if before.finished_at is None:
        raise Conflict("before", _("“%(step)s” is not finished yet.") % {"step": before.name})


def _require_not_started(step: PlanStep) -> None:
    if step.started_at:
        raise Conflict("started", _("This step has been started."))
    if step.needs_taking_over:
        raise Conflict("taken_over", _("Confirm first that you took over what the step before made."))


def _require_passed(order: Order, step: PlanStep) -> None:
    if step.started_at is None:
        raise Conflict("not_started", _("Start the step first."))
    if step.is_inspected and step.pk not in passed_steps(order):
        raise DomainError("inspection", _("Quality has not passed this step: ask for the in-process inspection."))


@act("fulfillment.take_over_step", roles=MAKERS)
def take_over_step(*, step: PlanStep, by: User, note: str = "", now: datetime | None = None) -> PlanStep:
    """Confirm that what the step before made is here and in order.

    Raises Conflict("before") while the one before is not finished, Conflict("taken_over"), NotPermitted("not_yours").
    """
    now = now or timezone.now()
    order, step = lock_step(step, by)
    require_step("take_over", order, step, by)
    step.taken_over_at, step.taken_over_by = now, by
    step.note = note.strip() or step.note
    step.save(update_fields=["taken_over_at", "taken_over_by", "note"])
    audit.record("order.step_taken_over", order, by=by, note=f"{step.order_line} {step}", now=now)
    return step


@act("fulfillment.start_step", roles=MAKERS)
def start_step(*, step: PlanStep, by: User, now: datetime | None = None) -> PlanStep:
    """Begin a step; whoever begins one that is nobody's answers for it, and quality is asked where it looks (R4.9).

    Raises Conflict("taken_over") before it is taken over, Conflict("started"), Conflict("finished"),
    NotPermitted("not_yours").
    """
    now = now or timezone.now()
    order, step = lock_step(step, by)
    require_step("start", order, step, by)
    step.started_at, step.person = now, step.person or by
    step.save(update_fields=["started_at", "person"])
    if step.is_inspected:
        _ask_quality(order, step, by=by, now=now)
    audit.record("order.step_started", order, by=by, note=f"{step.order_line} {step}", now=now)
    return step


@act("fulfillment.finish_step", roles=MAKERS)
def finish_step(*, step: PlanStep, by: User, note: str = "", now: datetime | None = None) -> PlanStep:
    """It is done; the next department is asked to take over.

    Raises Conflict("not_started"), Conflict("finished"), DomainError("inspection") before quality passed it (R4.9).
    """
    now = now or timezone.now()
    order, step = lock_step(step, by)
    require_step("finish", order, step, by)
    assert step.started_at
    step.finished_at = max(now, step.started_at)
    step.note = note.strip() or step.note
    step.save(update_fields=["finished_at", "note"])
    finish_work(WorkKind.PLAN_STEP, order, by=by, key=str(step.pk), now=now)
    rows = PlanStep.objects.filter(order_line=step.order_line_id, position__gt=step.position)
    following = rows.select_related("order_line", "person").order_by("position").first()
    if following:
        _open_work(order, following, by=by, now=now)
    audit.record("order.step_finished", order, by=by, note=f"{step.order_line} {step}", now=now)
    return step


def check_days(start: date, end: date, now: datetime) -> None:
    """Raises DomainError by field for days no step is planned on."""
    if problems := check_span(start, end, now):
        raise DomainError("invalid", _("Please correct the marked fields."), fields=problems)


def check_span(start: date, end: date, now: datetime) -> dict[str, list[str]]:
    """Plans are reckoned day by day: a year mistyped must not keep a process busy for ages."""
    if end < start:
        return {"planned_end": [_("It cannot end before it begins.")]}
    return beyond({"planned_start": start, "planned_end": end}, timezone.localdate(now))


def moves_of(step: PlanStep, planned_end: date) -> list[tuple[PlanStep, Span]]:
    """The steps after it that have not begun, with the days they get: as many working days later or earlier."""
    is_working = working_days()
    if abs(planned_end - step.planned_end) > 2 * FARTHEST:
        return []  # refused when it is carried out
    days = working_days_between(step.planned_end, planned_end, is_working)
    if not days:
        return []
    later = PlanStep.objects.filter(order_line=step.order_line_id, position__gt=step.position, started_at=None)
    return [
        (each, Span(moved(each.planned_start, days, is_working), moved(each.planned_end, days, is_working)))
        for each in later.select_related("order_line", "person").order_by("position")
    ]


def seal_of(moves: Sequence[tuple[PlanStep, Span]]) -> str:
    """What somebody saw of the moves, to be compared when they are carried out."""
    return digest([[each.pk, span.start.isoformat(), span.end.isoformat()] for each, span in moves]) if moves else ""


@act("fulfillment.replan_step", roles=PLANNERS)
def replan_step(
    *, step: PlanStep, planned_start: date, planned_end: date, reason: str, by: User, person: User | None = None,
    seen: str | None = None, now: datetime | None = None,
) -> PlanStep:  # fmt: skip
    """Other days, or somebody else, for a step that is not finished; the steps after it that have not begun move by as
    many working days as its end. `seen` is the seal of the moves somebody looked at.

    Raises DomainError by field, Conflict("finished"), Conflict("plan_changed") when other steps would move by now.
    """
    now = now or timezone.now()
    order, step = lock_step(step, by)
    problems = {} if reason.strip() else {"reason": [_("Required.")]}
    problems |= check_span(planned_start, planned_end, now)
    if person is not None and not person.has_role(step.role):
        problems["person"] = [_("This person does not belong to the department.")]
    if problems:
        raise DomainError("invalid", _("Please correct the marked fields."), fields=problems)
    require_step("replan", order, step, by)
    moves = moves_of(step, planned_end)
    if seen is not None and seen != seal_of(moves):
        raise Conflict("plan_changed", _("Somebody else changed the plan: look at what moves once more."))
    changes = {"planned_end": [step.planned_end, planned_end], "person": [str(step.person or ""), str(person or "")]}
    step.person = person
    for each, span in [(step, Span(planned_start, planned_end)), *moves]:
        each.planned_start, each.planned_end = span.start, span.end
        each.save(update_fields=["planned_start", "planned_end", "person"])
        if cancel_work(WorkKind.PLAN_STEP, order, by=by, outcome="replanned", key=str(each.pk), now=now):
            _open_work(order, each, by=by, now=now)
    audit.record("order.step_replanned", order, by=by, changes=changes, note=reason.strip(), now=now)
    return step


@act("fulfillment.add_step", roles=PLANNERS)
def add_step(
    *, line: OrderLine, name: str, role: str, planned_start: date, planned_end: date, by: User,
    now: datetime | None = None,
) -> PlanStep:  # fmt: skip
    """One more step at the end of a line's plan. Raises DomainError by field, Conflict("status")."""
    now = now or timezone.now()
    order = lock_order(line.order, by=by)
    require_status(order, OrderStatus.IN_PRODUCTION)
    problems = {} if name.strip() else {"name": [_("Required.")]}
    if role not in MAKERS:
        problems["role"] = [_("Choose one.")]
    problems |= check_span(planned_start, planned_end, now)
    if problems:
        raise DomainError("invalid", _("Please correct the marked fields."), fields=problems)
    line.order = order
    return insert_step(line, name.strip(), role, Span(planned_start, planned_end), by=by, now=now)


def insert_step(
    line: OrderLine, name: str, role: str, span: Span, *, by: User, now: datetime, after: PlanStep | None = None,
    is_inspected: bool = False,
) -> PlanStep:  # fmt: skip
    """A step after another, or at the end; it is somebody's work once nothing stands before it. The order is locked."""
    rows = PlanStep.objects.filter(order_line=line)
    if after is None:
        position = (rows.aggregate(last=Max("position"))["last"] or 0) + 1
    else:
        position = after.position + 1
        for later in rows.filter(position__gte=position).order_by("-position"):
            rows.filter(pk=later.pk).update(position=later.position + 1)
    step = PlanStep.objects.create(
        order_line=line, position=position, name=name, role=role, planned_start=span.start, planned_end=span.end,
        is_inspected=is_inspected,
    )  # fmt: skip
    if not rows.open().filter(position__lt=position).exists():
        _open_work(line.order, step, by=by, now=now)
    audit.record("order.step_added", line.order, by=by, note=f"{line} {step}", now=now)
    return step


@act("fulfillment.save_step_template", roles=EDITORS)
def save_step_template(
    *, position: int, name: str, role: str, days: int, by: User, family: ProductFamily | None = None,
    is_inspected: bool = False, is_active: bool = True, template: StepTemplate | None = None,
    now: datetime | None = None,
) -> StepTemplate:  # fmt: skip
    """Add a step that plans are drawn from, or change one; plans already drawn stay. Raises DomainError by field."""
    if template is not None:
        template = StepTemplate.objects.select_for_update().get(pk=template.pk)
    others = StepTemplate.objects.filter(family=family, position=position)
    problems = {} if name.strip() else {"name": [_("Required.")]}
    if role not in MAKERS:
        problems["role"] = [_("Choose one.")]
    if days < 1:
        problems["days"] = [_("At least one day.")]
    if any(other != template for other in others):
        problems["position"] = [_("Another step stands at this position.")]
    if problems:
        raise DomainError("invalid", _("Please correct the marked fields."), fields=problems)
    before = {each: getattr(template, each) for each in FIELDS} if template else {}
    template = template or StepTemplate()
    template.family, template.position, template.name = family, position, name.strip()
    template.role, template.days = role, days
    template.is_inspected, template.is_active = is_inspected, is_active
    template.save()
    changes = audit.differences(before, {each: getattr(template, each) for each in FIELDS})
    audit.record("step_template.saved", template, by=by, changes=changes, now=now)
    return template
