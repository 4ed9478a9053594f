"""Demand plans, change notices and outsourcing applications: written, signed in order, carried out (R4.5-R4.7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import MANAGERS, STAFF_ROLES, Role
from accounts.models import User
from core import audit
from core.canonical import digest
from core.errors import Conflict, DomainError, NotPermitted
from core.horizon import beyond, out_of_reach
from core.numbering import draw_number
from fulfillment.choices import RequisitionKind, RequisitionStatus
from fulfillment.documents import issue_requisition
from fulfillment.models import Requisition, RequisitionNode
from orders.choices import OrderStatus
from orders.models import Order
from orders.services.steps import lock_order
from workflow.choices import CaseStatus, WorkKind
from workflow.models import ApprovalCase
from workflow.notifications import notify
from workflow.services import (
    cancel_all_work,
    decide_locked,
    finish_work,
    latest_case,
    open_case,
    open_items,
    open_work,
    withdraw_case,
)

K, S = RequisitionKind, RequisitionStatus
WRITERS = frozenset(
    {Role.SALES, Role.INSIDE_SALES, Role.ORDER_CENTER, Role.ENGINEERING, Role.PRODUCTION, Role.PURCHASING, *MANAGERS}
)
# Whoever carries an approved form out.
EXECUTORS = frozenset(
    {Role.PRODUCTION, Role.ENGINEERING, Role.PURCHASING, Role.QUALITY, Role.WAREHOUSE, Role.LOGISTICS, *MANAGERS}
)
# Every field a kind asks for: none may be left empty (R4.7).
ASKED: dict[str, tuple[str, ...]] = {
    K.DEMAND_PLAN: ("title", "specification", "quantity", "unit", "wanted_date", "description", "reason"),
    K.CHANGE_NOTICE: ("order", "title", "description", "reason", "wanted_date"),
    K.OUTSOURCING: (
        "title", "specification", "quantity", "unit", "wanted_date", "supplier", "amount", "description", "reason",
    ),
}  # fmt: skip
# What an approved change of goods in production has to reach (R4.6).
TOLD_OF_CHANGES = (Role.PRODUCTION, Role.QUALITY, Role.WAREHOUSE, Role.ENGINEERING, Role.PURCHASING)
CHANGED = gettext_noop("Product change notice %(number)s for order %(order)s is in force: %(title)s")
ANSWERED = gettext_noop("Demand plan %(number)s: dispatch on %(date)s")


@dataclass(frozen=True)
class NodeSpec:
    """What a department has to have done by when."""

    role: str
    task: str
    due_date: date


@act("fulfillment.save_requisition", roles=WRITERS)
def save_requisition(
    *, kind: str, values: Mapping[str, Any], by: User, nodes: Iterable[NodeSpec] = (),
    requisition: Requisition | None = None, now: datetime | None = None,
) -> Requisition:  # fmt: skip
    """Write a form, or change one's draft. `values` by field name; what a kind asks for stands in ASKED.

    Raises DomainError("incomplete") by field, Conflict("status") once submitted, NotPermitted("not_yours").
    """
    now = now or timezone.now()
    if requisition is not None:
        requisition = _own_draft(requisition, by)
        kind = requisition.kind
    nodes = list(nodes)
    _check(kind, values, nodes, by=by, today=timezone.localdate(now))
    made = requisition is None
    requisition = requisition or Requisition(kind=kind, created_by=by, created_at=now)
    before = {} if made else _content(requisition)
    for name in ASKED[kind]:
        setattr(requisition, name, values[name])
    if made:
        requisition.number = draw_number(kind, now=now)
    requisition.save()
    requisition.nodes.all().delete()
    RequisitionNode.objects.bulk_create(RequisitionNode(requisition=requisition, **vars(node)) for node in nodes)
    changes = audit.differences(before, _content(requisition))
    audit.record("requisition.written" if made else "requisition.edited", requisition, by=by, changes=changes, now=now)
    return requisition


@act("fulfillment.submit_requisition", roles=WRITERS)
def submit_requisition(*, requisition: Requisition, by: User, now: datetime | None = None) -> Requisition:
    """Hand it to the ladder of its kind. Raises Conflict("status"), NotPermitted("not_yours")."""
    now = now or timezone.now()
    requisition = _own_draft(requisition, by)
    former = latest_case(requisition, requisition.kind)
    requisition.status, requisition.submitted_at = S.SUBMITTED, now
    requisition.save(update_fields=["status", "submitted_at"])
    finish_work(WorkKind.RETURNED_REQUISITION, requisition, by=by, now=now)
    audit.record("requisition.submitted", requisition, by=by, now=now)
    case = open_case(
        requisition.kind, requisition, facts=facts_of_requisition(requisition), former=former, by=by, now=now
    )
    if case.status == CaseStatus.APPROVED:
        _put_in_force(requisition, by=by, now=now)
    return requisition


@act("fulfillment.decide_requisition", roles=STAFF_ROLES)
def decide_requisition(
    *, requisition: Requisition, approve: bool, by: User, comment: str = "", step: int | None = None,
    now: datetime | None = None,
) -> ApprovalCase:  # fmt: skip
    """Sign one's own step, or refuse with a comment: then it is a draft again (R4.5-R4.7).

    Raises NotPermitted("four_eyes") for who wrote it, DomainError("comment_missing"), Conflict when not one's turn.
    """
    now = now or timezone.now()
    requisition = _lock(requisition)
    case = latest_case(requisition, requisition.kind, lock=True)
    if requisition.status != S.SUBMITTED or case is None or case.status != CaseStatus.OPEN:
        raise Conflict("no_case", _("Nothing is waiting for a decision on this form."))
    decide_locked(case, requisition, approve=approve, comment=comment, step=step, by=by, now=now)
    if case.status == CaseStatus.APPROVED:
        _put_in_force(requisition, by=by, now=now)
    elif case.status == CaseStatus.REFUSED:
        requisition.status = S.DRAFT
        requisition.save(update_fields=["status"])
        audit.record("requisition.returned", requisition, by=by, note=comment, now=now)
        writer = requisition.created_by
        open_work(
            WorkKind.RETURNED_REQUISITION, requisition, by=by, person=writer, title=comment[:120], now=now
        )  # fmt: skip
    return case


@act("fulfillment.cancel_requisition", roles=WRITERS)
def cancel_requisition(*, requisition: Requisition, reason: str, by: User, now: datetime | None = None) -> Requisition:
    """Take back one's form before it is in force. Raises DomainError("reason"), Conflict("status")."""
    now = now or timezone.now()
    requisition = _lock(requisition)
    require_own(requisition, by)
    require_status(requisition, S.DRAFT, S.SUBMITTED)
    if not reason.strip():
        raise DomainError("reason", _("Say why it is taken back."), fields={"reason": [_("Required.")]})
    case = latest_case(requisition, requisition.kind)
    if case is not None and case.status == CaseStatus.OPEN:
        withdraw_case(case, by=by, reason=reason, now=now)
    requisition.status = S.CANCELED
    requisition.save(update_fields=["status"])
    cancel_all_work(requisition, by=by, now=now)
    audit.record("requisition.canceled", requisition, by=by, note=reason, now=now)
    return requisition


@act("fulfillment.answer_dispatch_date", roles={Role.PRODUCTION, *MANAGERS})
def answer_dispatch_date(
    *, requisition: Requisition, dispatch_date: date, by: User, now: datetime | None = None
) -> Requisition:
    """When the new product can leave, told to whoever asked for it (R4.5).

    Raises DomainError("dispatch_date") for the past, Conflict("status") before approval.
    """
    now = now or timezone.now()
    requisition = _lock(requisition)
    require_status(requisition, S.APPROVED)
    if requisition.kind != K.DEMAND_PLAN:
        raise Conflict("kind", _("Only a demand plan is answered with a dispatch date."))
    if wrong := out_of_reach({"dispatch_date": dispatch_date}, timezone.localdate(now)):
        raise DomainError("dispatch_date", _("This day has passed, or lies too far ahead."), fields=wrong)
    before, requisition.dispatch_date = requisition.dispatch_date, dispatch_date
    requisition.save(update_fields=["dispatch_date"])
    finish_work(WorkKind.DISPATCH_DATE, requisition, by=by, outcome=dispatch_date.isoformat(), now=now)
    changes = {"dispatch_date": [before, dispatch_date]}
    audit.record("requisition.dispatch_date", requisition, by=by, changes=changes, now=now)
    params = {"number": requisition.number, "date": dispatch_date.isoformat()}
    notify([requisition.created_by], ANSWERED, params=params, subject=requisition, by=by, now=now)
    _finish_if_complete(requisition, by=by, now=now)
    return requisition


@act("fulfillment.finish_time_node", roles=EXECUTORS)
def finish_time_node(*, node: RequisitionNode, by: User, now: datetime | None = None) -> RequisitionNode:
    """Its department has done it. Raises NotPermitted("not_yours") for others, Conflict("done")."""
    now = now or timezone.now()
    requisition = _lock(node.requisition)
    require_status(requisition, S.APPROVED)
    node = requisition.nodes.select_for_update().get(pk=node.pk)
    require_node(node, by)
    node.done_at, node.done_by = now, by
    node.save(update_fields=["done_at", "done_by"])
    finish_work(WorkKind.TIME_NODE, requisition, by=by, key=str(node.pk), now=now)
    audit.record("requisition.node_done", requisition, by=by, note=node.task, now=now)
    _finish_if_complete(requisition, by=by, now=now)
    return node


@act("fulfillment.finish_outsourcing", roles={Role.PURCHASING, *MANAGERS})
def finish_outsourcing(*, requisition: Requisition, note: str, by: User, now: datetime | None = None) -> Requisition:
    """Purchasing has bought what was approved (R4.7); quality looks at what comes in (R4.9).

    `note` names the purchase. Raises DomainError("note"), Conflict("kind"), Conflict("status").
    """
    now = now or timezone.now()
    requisition = _lock(requisition)
    require_status(requisition, S.APPROVED)
    if requisition.kind != K.OUTSOURCING:
        raise Conflict("kind", _("Only an outsourcing application is bought in."))
    if not note.strip():
        raise DomainError("note", _("Name the purchase order."), fields={"note": [_("Required.")]})
    finish_work(WorkKind.OUTSOURCE, requisition, by=by, outcome=note.strip()[:60], now=now)
    audit.record("requisition.bought", requisition, by=by, note=note.strip(), now=now)
    _finish_if_complete(requisition, by=by, now=now)
    open_work(
        WorkKind.INCOMING_INSPECTION, requisition, by=by, role=Role.QUALITY, title=requisition.title[:120],
        url=reverse("fulfillment:requisition-inspection", args=[requisition.pk]), now=now,
    )  # fmt: skip
    return requisition


def facts_of_requisition(requisition: Requisition) -> dict[str, Any]:
    """What the ladder's rules look at; the digest lets a signature hold while nothing changes."""
    return {
        "amount": requisition.amount, "currency": requisition.currency,
        "customer_id": requisition.order.customer_id if requisition.order else None,
        "submitted_by_id": requisition.created_by_id, "author_ids": [requisition.created_by_id],
        "content": digest([_content(requisition), [node.role for node in requisition.nodes.all()]]),
    }  # fmt: skip


def _content(requisition: Requisition) -> dict[str, Any]:
    """As the trail and the digest see it."""
    own = {name: getattr(requisition, name) for name in ASKED[requisition.kind]}
    nodes = [f"{node.task} {node.due_date}" for node in requisition.nodes.all()] if requisition.pk else []
    return {**{name: "" if value is None else str(value) for name, value in own.items()}, "time nodes": nodes}


def _check(kind: str, values: Mapping[str, Any], nodes: list[NodeSpec], *, by: User, today: date) -> None:
    if kind not in K.values:
        raise DomainError("kind", _("Choose one."), fields={"kind": [_("Choose one.")]})
    empty = {name: [_("Required.")] for name in ASKED[kind] if values.get(name) in (None, "")}
    for name in ("quantity", "amount"):
        value = values.get(name)
        if name in ASKED[kind] and isinstance(value, Decimal) and value <= 0:
            empty[name] = [_("Above zero.")]
    reach = beyond if kind == K.CHANGE_NOTICE else out_of_reach  # a change may be in force already
    empty |= reach({"wanted_date": values.get("wanted_date")}, today)
    if any(out_of_reach({"due": node.due_date}, today) for node in nodes):
        empty["nodes"] = [_("A time node has passed, or lies more than three years ahead.")]
    order = values.get("order")
    if kind == K.CHANGE_NOTICE and isinstance(order, Order):
        order = lock_order(order, by=by)
        if order.status != OrderStatus.IN_PRODUCTION:
            empty["order"] = [_("The notice is for goods in production; this order is not.")]
    if empty:
        raise DomainError("incomplete", _("Every field is to be filled."), fields=empty)


def _put_in_force(requisition: Requisition, *, by: User, now: datetime) -> None:
    """Signed by all: the paper is issued and the work handed out. Goods can be changed only while they are made.

    Raises Conflict("order_ended") when the order has left production meanwhile: whoever signs last is told.
    """
    if requisition.kind == K.CHANGE_NOTICE and requisition.order is not None:
        order = lock_order(requisition.order, by=by)
        if order.status != OrderStatus.IN_PRODUCTION:
            text = _("Order %(order)s is “%(status)s” by now: refuse the notice, or let its writer take it back.")
            words = {"order": order, "status": order.get_status_display()}
            raise Conflict("order_ended", text % words)
    requisition.status, requisition.decided_at = S.APPROVED, now
    requisition.save(update_fields=["status", "decided_at"])
    audit.record("requisition.approved", requisition, by=by, now=now)
    issue_requisition(requisition, by=by, now=now)
    for node in requisition.nodes.all():
        evening = timezone.make_aware(datetime.combine(node.due_date, time(18)))
        open_work(
            WorkKind.TIME_NODE, requisition, by=by, role=node.role, key=str(node.pk), title=node.task,
            due_at=max(evening, now), now=now,
        )  # fmt: skip
    if requisition.kind == K.DEMAND_PLAN:
        open_work(WorkKind.DISPATCH_DATE, requisition, by=by, role=Role.PRODUCTION, now=now)
    elif requisition.kind == K.OUTSOURCING:
        open_work(WorkKind.OUTSOURCE, requisition, by=by, role=Role.PURCHASING, now=now)
    else:
        assert requisition.order is not None
        params = {"number": requisition.number, "order": str(requisition.order), "title": requisition.title}
        audit.record("order.change_noticed", requisition.order, by=by, note=requisition.number, now=now)
        notify(User.objects.with_role(*TOLD_OF_CHANGES), CHANGED, params=params, subject=requisition, by=by, now=now)
        _finish_if_complete(requisition, by=by, now=now)


def _finish_if_complete(requisition: Requisition, *, by: User, now: datetime) -> None:
    """Nothing left to do for anybody: it is done."""
    open_kinds = WorkKind.TIME_NODE, WorkKind.DISPATCH_DATE, WorkKind.OUTSOURCE
    if not open_items(requisition).filter(kind__in=open_kinds).exists():
        requisition.status = S.DONE
        requisition.save(update_fields=["status"])
        audit.record("requisition.done", requisition, by=by, now=now)


def require_node(node: RequisitionNode, by: User) -> None:
    """Raise why the person does not say that it is done."""
    if not by.has_role(node.role, *MANAGERS):
        raise NotPermitted("not_yours", _("Only the department itself, or a manager, says that it is done."))
    if node.done_at is not None:
        raise Conflict("done", _("This is already done."))


def _lock(requisition: Requisition) -> Requisition:
    """After its order, whose end takes it along."""
    list(Order.objects.select_for_update(of=("self",)).filter(pk=requisition.order_id))
    return (
        Requisition.objects.select_for_update(of=("self",)).select_related("order", "created_by").get(pk=requisition.pk)
    )


def _own_draft(requisition: Requisition, by: User) -> Requisition:
    requisition = _lock(requisition)
    require_own(requisition, by)
    require_status(requisition, S.DRAFT)
    return requisition


def require_own(requisition: Requisition, by: User) -> None:
    if requisition.created_by_id != by.pk:
        raise NotPermitted("not_yours", _("Only who wrote this form changes it."))


def require_status(requisition: Requisition, *statuses: str) -> None:
    if requisition.status not in statuses:
        raise Conflict(
            "status", _("The form is “%(status)s” by now; this step no longer fits.")
            % {"status": requisition.get_status_display()},
        )  # fmt: skip
