"""What the customer refused, missed or took with reservation becomes work for after-sales (R6.4)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acts import act, may
from accounts.choices import Role
from accounts.models import User, system_user
from core import audit
from core.errors import Conflict, DomainError
from fulfillment.choices import LineResult, ProblemStatus, Severity
from fulfillment.documents import issue_problem_record
from fulfillment.models import Acceptance, AcceptanceLine, AcceptanceProblem
from fulfillment.photos import photos_of
from orders.choices import OrderStatus
from orders.guards import refusals
from orders.models import Order
from orders.services import mark_accepted
from orders.services.steps import lock_order
from workflow.choices import WorkKind
from workflow.notifications import notify
from workflow.services import finish_work, open_work

TOLD = (Role.AFTERSALES, Role.SALES_MANAGER)
OCCURRED = gettext_noop("Acceptance problem on order %(order)s: %(description)s")


def open_problems(acceptance: Acceptance, rows: Iterable[AcceptanceLine], *, by: User, now: datetime) -> None:
    """One problem a line: major when refused, general when short or taken with reservation."""
    for row in rows:
        short = row.quantity_received < row.shipment_line.quantity
        if row.result == LineResult.ACCEPTED and not short:
            continue
        severity = Severity.MAJOR if row.result == LineResult.REFUSED else Severity.GENERAL
        problem = AcceptanceProblem.objects.create(
            acceptance=acceptance, line=row, severity=severity, description=_description(row), opened_at=now
        )
        _put_to_work(problem, by=by, now=now)


@act("fulfillment.settle_problem", roles={Role.AFTERSALES, Role.SALES_MANAGER, Role.SALES_DIRECTOR})
def settle_problem(
    *, problem: AcceptanceProblem, solution: str, by: User, analysis: str = "", compensation: str = "",
    now: datetime | None = None,
) -> AcceptanceProblem:  # fmt: skip
    """Settle with a solution; a major one also with its cause and what the customer gets for it (R6.4). The last one
    lets the order be accepted.

    Raises DomainError("incomplete") with the fields, Conflict("settled") when somebody else did it.
    """
    now = now or timezone.now()
    order = lock_order(problem.acceptance.shipment.order, by=by)
    problem = AcceptanceProblem.objects.select_for_update().get(pk=problem.pk)
    if not problem.is_open:
        raise Conflict("settled", _("This problem is already settled."))
    problem.solution, problem.analysis = solution.strip(), analysis.strip()
    problem.compensation = compensation.strip()
    _check(problem)
    problem.status, problem.settled_at, problem.settled_by = ProblemStatus.SETTLED, now, by
    problem.save()
    audit.record("problem.settled", problem, by=by, note=problem.solution, now=now)
    audit.record("order.problem_settled", order, by=by, note=problem.solution, now=now)
    finish_work(WorkKind.ACCEPTANCE_PROBLEM, order, by=by, outcome="settled", key=str(problem.pk), now=now)
    accept_order_if_complete(order, by=by, now=now)
    issue_problem_record(problem, photos=photos_of(problem.acceptance.shipment), by=by, now=now)
    return problem


def issue_records(acceptance: Acceptance, *, by: User, now: datetime) -> None:
    """The record of each problem, once the photos lie with the shipment."""
    problems = list(acceptance.problems.select_related("line__shipment_line__order_line__product"))
    photos = photos_of(acceptance.shipment) if problems else []
    for problem in problems:
        problem.acceptance = acceptance
        issue_problem_record(problem, photos=photos, by=by, now=now)


def accept_order_if_complete(order: Order, *, by: User, now: datetime) -> None:
    """The last acceptance or settled problem accepts the order (R6.3); the system does where the person may not."""
    order = lock_order(order, by=by)
    if order.status == OrderStatus.SHIPPED and not refusals(order, "accept"):
        mark_accepted(order=order, by=by if may(by, "orders.mark_accepted") else system_user(), now=now)


def _description(row: AcceptanceLine) -> str:
    """Words of the customer, with the numbers; kept as a text without language."""
    goods = row.shipment_line.order_line
    count = f"{row.quantity_received.normalize():f}/{row.shipment_line.quantity.normalize():f} {goods.unit}".strip()
    return f"{goods.description} ({count}): {row.remark}".rstrip(": ")[:500]


def _put_to_work(problem: AcceptanceProblem, *, by: User, now: datetime) -> None:
    order = problem.acceptance.shipment.order
    open_work(
        WorkKind.ACCEPTANCE_PROBLEM, order, by=by, role=Role.AFTERSALES, key=str(problem.pk), part=problem.severity,
        title=problem.description[:200], url=problem.get_absolute_url(), now=now,
    )  # fmt: skip
    params = {"order": order.number, "description": problem.description}
    audit.record("order.problem_opened", order, by=by, note=problem.description, now=now)
    notify(_to_tell(order), OCCURRED, params=params, subject=problem, by=by, key=f"problem:{problem.pk}", now=now)


def _to_tell(order: Order) -> list[User]:
    people = list(User.objects.with_role(*TOLD))
    return [*people, order.salesperson] if order.salesperson else people


def _check(problem: AcceptanceProblem) -> None:
    major = problem.severity == Severity.MAJOR
    needed = ("solution", "analysis", "compensation") if major else ("solution",)
    problems: dict[str, list[Any]] = {name: [_("Required.")] for name in needed if not getattr(problem, name)}
    if problems:
        text = (
            _("A major problem is settled with its cause, its solution and what the customer gets for it.")
            if major
            else _("Say how it was solved.")
        )
        raise DomainError("incomplete", text, fields=problems)
