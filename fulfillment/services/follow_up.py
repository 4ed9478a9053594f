"""Following an order up, and what is done when it is at risk (R4.10, R4.11, R4.12)."""

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import MANAGERS, STAFF_ROLES, Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError, NotPermitted
from core.horizon import beyond, out_of_reach
from core.models import Document
from fulfillment.choices import ContingencyCause, FollowUpStage, NoticeReason
from fulfillment.documents import issue_progress
from fulfillment.models import ContingencyPlan, FollowUp
from fulfillment.services.notices import open_notice
from orders.choices import OrderStatus
from orders.models import Order
from orders.services.steps import lock_order, require_status
from workflow.choices import WorkKind
from workflow.notifications import notify
from workflow.services import finish_work, open_work

FOLLOWERS = frozenset({Role.SALES, Role.INSIDE_SALES, Role.SERVICE, Role.ORDER_CENTER, Role.PRODUCTION, *MANAGERS})
PLANNERS = FOLLOWERS | {Role.QUALITY, Role.PURCHASING, Role.LOGISTICS, Role.WAREHOUSE}
FOLLOWED = (OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION, OrderStatus.SHIPPED)
AT_RISK = gettext_noop("%(order)s may be late: %(text)s")
PLANNED = gettext_noop("Contingency plan for %(order)s: %(text)s")
END_OF_DAY = time(18)


@act("fulfillment.record_follow_up", roles=FOLLOWERS)
def record_follow_up(
    *, order: Order, stage: str, responsible: User, record: str, by: User, planned_date: date | None = None,
    actual_date: date | None = None, problem: str = "", measure: str = "", next_step: str = "",
    delay_risk: bool = False, plan_of_action: str = "", new_date: date | None = None, now: datetime | None = None,
) -> FollowUp:  # fmt: skip
    """Write down how the order stands; the next follow-up becomes due until it is shipped (R4.10).

    With `delay_risk` the sales manager hears of it at once, and the customer is to be told of `new_date` (R4.11).
    Raises DomainError("incomplete") by field, Conflict("status") before approval and after acceptance.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, *FOLLOWED)
    words = {"record": record.strip(), "problem": problem.strip(), "plan_of_action": plan_of_action.strip()}
    needed = ("record", "problem", "plan_of_action") if delay_risk else ("record",)
    today = timezone.localdate(now)
    problems = {name: [_("Required.")] for name in needed if not words[name]}
    problems |= beyond({"planned_date": planned_date, "actual_date": actual_date}, today)
    problems |= out_of_reach({"new_date": new_date}, today) if delay_risk else {}
    _check(problems, stage, actual_date, today)
    follow_up = FollowUp.objects.create(
        order=order, stage=stage, responsible=responsible, planned_date=planned_date, actual_date=actual_date,
        measure=measure.strip(), next_step=next_step.strip(), delay_risk=delay_risk, by=by, at=now, **words,
    )  # fmt: skip
    finish_work(WorkKind.FOLLOW_UP, order, by=by, outcome="recorded", now=now)
    if order.status == OrderStatus.IN_PRODUCTION:
        open_work(WorkKind.FOLLOW_UP, order, by=by, role=Role.SALES, person=order.salesperson, now=now)
    audit.record("order.followed_up", order, by=by, note=follow_up.record, now=now)
    if delay_risk:
        _warn(follow_up, new_date, by=by, now=now)
    return follow_up


def _check(problems: dict[str, list[str]], stage: str, actual_date: date | None, today: date) -> None:
    if stage not in FollowUpStage.values:
        problems["stage"] = [_("Choose one.")]
    if actual_date and actual_date > today:
        problems["actual_date"] = [_("This day has not come yet.")]
    if problems:
        raise DomainError("incomplete", _("The record is incomplete."), fields=problems)


def _warn(follow_up: FollowUp, new_date: date | None, *, by: User, now: datetime) -> None:
    order = follow_up.order
    text = {"order": str(order), "text": follow_up.problem[:200]}
    notify(User.objects.with_role(Role.SALES_MANAGER), AT_RISK, params=text, subject=order, by=by, now=now)
    open_notice(
        order, reason=NoticeReason.DELAY, text=follow_up.problem[:500], new_date=new_date, by=by, now=now
    )  # fmt: skip
    audit.record("order.delay_risk_reported", order, by=by, note=follow_up.plan_of_action, now=now)


@act("fulfillment.plan_contingency", roles=PLANNERS)
def plan_contingency(
    *, order: Order, cause: str, situation: str, measures: str, responsible: User, due_date: date, by: User,
    now: datetime | None = None,
) -> ContingencyPlan:  # fmt: skip
    """Say what is done for an order at risk, by whom and until which day (R4.12).

    Raises DomainError("incomplete") by field, Conflict("status") before approval and after acceptance.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, *FOLLOWED)
    words = {"situation": situation.strip(), "measures": measures.strip()}
    problems = {name: [_("Required.")] for name, text in words.items() if not text}
    if cause not in ContingencyCause.values:
        problems["cause"] = [_("Choose one.")]
    problems |= out_of_reach({"due_date": due_date}, timezone.localdate(now))
    if problems:
        raise DomainError("incomplete", _("The plan is incomplete."), fields=problems)
    plan = ContingencyPlan.objects.create(
        order=order, cause=cause, responsible=responsible, due_date=due_date, by=by, at=now, **words
    )
    due = timezone.make_aware(datetime.combine(due_date, END_OF_DAY))
    open_work(
        WorkKind.CONTINGENCY, order, by=by, person=responsible, key=str(plan.pk), title=plan.situation[:120],
        url=plan.get_absolute_url(), due_at=max(due, now), now=now,
    )  # fmt: skip
    people = {*User.objects.with_role(Role.SALES_MANAGER), responsible}
    text = {"order": str(order), "text": plan.measures[:200]}
    notify(people, PLANNED, params=text, subject=order, url=plan.get_absolute_url(), by=by, now=now)
    audit.record("order.contingency_planned", order, by=by, note=plan.measures, now=now)
    return plan


@act("fulfillment.end_contingency", roles=STAFF_ROLES)
def end_contingency(*, plan: ContingencyPlan, outcome: str, by: User, now: datetime | None = None) -> ContingencyPlan:
    """The plan is carried out or no longer needed: what came of it (R4.12).

    Raises NotPermitted("not_responsible"), DomainError("outcome"), Conflict("ended").
    """
    now = now or timezone.now()
    order = lock_order(plan.order, by=by)
    plan = ContingencyPlan.objects.select_for_update().get(pk=plan.pk)
    if not may_end(plan, by):
        raise NotPermitted("not_responsible", _("Only who is responsible, who wrote the plan, or a manager ends it."))
    if not plan.is_open:
        raise Conflict("ended", _("This plan has ended."))
    if not outcome.strip():
        raise DomainError("outcome", _("Say what came of it."), fields={"outcome": [_("Required.")]})
    plan.outcome, plan.ended_at, plan.ended_by = outcome.strip(), now, by
    plan.save(update_fields=["outcome", "ended_at", "ended_by"])
    finish_work(WorkKind.CONTINGENCY, order, by=by, key=str(plan.pk), now=now)
    audit.record("order.contingency_ended", order, by=by, note=plan.outcome, now=now)
    return plan


def may_end(plan: ContingencyPlan, by: User) -> bool:
    return by.is_system or by.pk in (plan.responsible_id, plan.by_id) or by.has_role(*MANAGERS)


@act("fulfillment.issue_progress_table", roles=FOLLOWERS)
def issue_progress_table(*, order: Order, by: User, now: datetime | None = None) -> Document:
    """The follow-up progress table of an order as a paper (R4.10, R13.4). Raises DomainError("nothing")."""
    order = lock_order(order, by=by)
    if not FollowUp.objects.filter(order=order).exists():
        raise DomainError("nothing", _("Nothing has been recorded yet: record the first follow-up."))
    document = issue_progress(order, by=by, now=now)
    audit.record("order.progress_table_issued", order, by=by, note=document.number, now=now)
    return document
