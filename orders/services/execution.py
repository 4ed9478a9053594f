"""From approval to closing. Fulfillment and after-sales call these downward; the facts are stamped on the order."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from core.horizon import out_of_reach
from orders import started
from orders.assignment import Assignee
from orders.choices import DueEvent, OrderStatus
from orders.ended import end_all
from orders.guards import require
from orders.guards.money import lacking
from orders.models import Order, OrderLine
from orders.services.assignment import ask_for_date, open_assigned
from orders.services.steps import lock_order, require_status, transit
from workflow.choices import Gate, WorkKind
from workflow.services import cancel_work, finish_work, open_work, use_waiver

OVER_ONCE_SHIPPED = (
    WorkKind.PLAN_STEP, WorkKind.IN_PROCESS_INSPECTION, WorkKind.FOLLOW_UP, WorkKind.PRODUCTION_REPLY,
    WorkKind.PROMISE_SETTLEMENT, WorkKind.DISPATCH_CHECK,
)  # fmt: skip


@act("orders.record_promise", roles={Role.PRODUCTION, Role.WAREHOUSE, Role.PURCHASING, Role.GENERAL_MANAGER})
def record_promise(*, order: Order, dates: Mapping[int, date], by: User, now: datetime | None = None) -> Order:
    """Days promised, by order line key (R4.2). The order is answered when every open line is; it is promised for the
    latest of them, and one later than asked becomes work for sales to settle with the customer.

    Raises DomainError("promise_date") by field for a day in the past, years away or of another order's line,
    Conflict("status").
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION)
    lines = list(order.lines.select_for_update().order_by("pk"))
    _check_days(lines, dates, timezone.localdate(now))
    for line in lines:
        line.promise_date = dates.get(line.pk, line.promise_date)
    OrderLine.objects.bulk_update([line for line in lines if line.pk in dates], ["promise_date"])
    _finish_replies(order, lines, by=by, now=now)
    if all(line.promise_date for line in lines if line.quantity_open):
        _promise(order, max(line.promise_date for line in lines if line.promise_date), by=by, now=now)
    return order


def _check_days(lines: list[OrderLine], dates: Mapping[int, date], today: date) -> None:
    fields = {f"promise_date_{key}": day for key, day in dates.items()}
    if wrong := out_of_reach(fields, today):
        raise DomainError("promise_date", _("This day has passed, or lies too far ahead."), fields=wrong)
    if not dates or set(dates) - {line.pk for line in lines}:
        raise DomainError("promise_date", _("Enter a date for a line of this order."))


def _finish_replies(order: Order, lines: list[OrderLine], *, by: User, now: datetime) -> None:
    """Stop the clock of everybody whose lines are all answered."""
    waiting = {line.assignee_key for line in lines if line.quantity_open and line.promise_date is None}
    for key in {line.assignee_key for line in lines} - waiting:
        days = [line.promise_date for line in lines if line.assignee_key == key and line.promise_date]
        outcome = max(days).isoformat() if days else "done"
        finish_work(WorkKind.PRODUCTION_REPLY, order, by=by, outcome=outcome, key=key, now=now)


def _promise(order: Order, day: date, *, by: User, now: datetime) -> None:
    before, order.promise_date = order.promise_date, day
    order.first_promise_date = order.first_promise_date or day
    order.production_replied_at = now
    order.promise_settled = order.requested_date is None or day <= order.requested_date
    order.save(
        update_fields=["status", "first_promise_date", "promise_date", "production_replied_at", "promise_settled"]
    )
    audit.record("order.promised", order, by=by, changes={"promise_date": [before, day]}, now=now)
    if not order.promise_settled:
        open_work(WorkKind.PROMISE_SETTLEMENT, order, by=by, role=Role.SALES, person=order.salesperson, now=now)
        return
    cancel_work(WorkKind.PROMISE_SETTLEMENT, order, by=by, outcome="in_time", now=now)
    if order.status == OrderStatus.APPROVED:
        open_assigned(WorkKind.START_PRODUCTION, order, by=by, now=now)


@act("orders.record_promise_settlement", roles={Role.SALES, Role.INSIDE_SALES, *MANAGERS})
def record_promise_settlement(*, order: Order, agreed: bool, note: str, by: User, now: datetime | None = None) -> Order:
    """The customer's answer to a later date (R4.2): agreed, or production is asked again.

    Raises DomainError("note") without the customer's words, Conflict when nothing is to be settled.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION)
    require_open_promise(order)
    if not note.strip():
        raise DomainError("note", _("Write down what the customer said."), fields={"note": [_("Required.")]})
    order.promise_settled = agreed
    if not agreed:
        order.production_replied_at = None
    order.save(update_fields=["status", "promise_settled", "production_replied_at"])
    finish_work(WorkKind.PROMISE_SETTLEMENT, order, by=by, outcome="agreed" if agreed else "declined", now=now)
    audit.record("order.promise_agreed" if agreed else "order.promise_declined", order, by=by, note=note, now=now)
    if not agreed:
        _ask_again(order, note, by=by, now=now)
    elif order.status == OrderStatus.APPROVED:
        open_assigned(WorkKind.START_PRODUCTION, order, by=by, now=now)
    return order


def require_open_promise(order: Order) -> None:
    """Raise Conflict("settled") unless the customer has to answer a later day."""
    if order.promise_settled or order.production_replied_at is None:
        raise Conflict("settled", _("There is no date to settle."))


def _ask_again(order: Order, note: str, *, by: User, now: datetime) -> None:
    """Only the lines that come too late are asked about again, each of whom it was."""
    late = list(order.lines.filter(promise_date__gt=order.requested_date).select_related("assigned_to"))
    asked = {line.assignee_key: Assignee(line.assigned_role or Role.PRODUCTION, line.assigned_to) for line in late}
    order.lines.filter(pk__in=[line.pk for line in late]).update(promise_date=None)
    for key, who in asked.items():
        ask_for_date(order, key, who, by=by, now=now, title=note[:120])


@act("orders.start_production", roles={Role.PRODUCTION, Role.WAREHOUSE})
def start_production(*, order: Order, by: User, now: datetime | None = None) -> Order:
    """Begin production or stock preparation. Raises DomainError("blocked") with every open gate (R5.1, R4.2)."""
    now = now or timezone.now()
    order = lock_order(order, by=by, with_account=True)
    require_status(order, OrderStatus.APPROVED)
    require(order, "start_production")
    use_waiver_for_payment(order, DueEvent.BEFORE_PRODUCTION, by=by, reference="start_production")
    transit(order, "start_production", by=by, at=now)
    finish_work(WorkKind.START_PRODUCTION, order, by=by, now=now)
    open_assigned(WorkKind.FINAL_INSPECTION, order, by=by, now=now)
    open_work(WorkKind.FOLLOW_UP, order, by=by, role=Role.SALES, person=order.salesperson, now=now)
    started.tell(order, by, now)
    return order


def use_waiver_for_payment(order: Order, event: str, *, by: User, reference: str) -> None:
    """Use up the special approval that let the order pass without the money due by the event (R5.1)."""
    if missing := lacking(order, event):
        use_waiver(order, Gate.PAYMENT, amount=missing, by=by, reference=reference)


@act("orders.record_final_inspection", roles={Role.QUALITY})
def record_final_inspection(
    *, order: Order, passed: bool, by: User, note: str = "", now: datetime | None = None
) -> Order:
    """The result of the final inspection (R4.9). Raises Conflict("status") outside production."""
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.IN_PRODUCTION)
    order.inspection_passed_at = now if passed else None
    order.save(update_fields=["status", "inspection_passed_at"])
    audit.record("order.inspection_passed" if passed else "order.inspection_failed", order, by=by, note=note, now=now)
    if passed:
        finish_work(WorkKind.FINAL_INSPECTION, order, by=by, outcome="passed", now=now)
        open_assigned(WorkKind.DISPATCH, order, by=by, now=now)
    return order


@act("orders.record_dispatch", roles={Role.WAREHOUSE, Role.LOGISTICS})
def record_dispatch(
    *,
    order: Order,
    quantities: Mapping[int, Decimal],
    by: User,
    reference: str = "",
    now: datetime | None = None,
) -> Order:
    """Goods leave: `quantities` by line key. The gates are asked here, whoever calls (R5.1, R4.9).

    Raises DomainError("blocked"), DomainError("quantity") above what is open. The last dispatch ships the order.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by, with_account=True)
    require_status(order, OrderStatus.IN_PRODUCTION)
    prefetch_related_objects([order], "terms")  # what the gate and the special approval look at, read once
    require(order, "dispatch")
    lines = {line.pk: line for line in order.lines.select_for_update().order_by("pk")}
    for line_id, quantity in quantities.items():
        line = lines.get(line_id)
        if line is None or quantity <= 0 or quantity > line.quantity_open:
            raise DomainError("quantity", _("More than is still to be shipped, or nothing at all."))
        line.quantity_shipped += quantity
    OrderLine.objects.bulk_update([lines[key] for key in quantities], ["quantity_shipped"])
    if not any(line.quantity_open for line in lines.values()):
        _ship(order, by=by, now=now)
    # Last, since it closes the gate again: the next part shipment needs money or a new special approval.
    use_waiver_for_payment(order, DueEvent.BEFORE_SHIPMENT, by=by, reference=reference)
    return order


def _ship(order: Order, *, by: User, now: datetime) -> None:
    """Every line has left (R5.5), through the gates that were asked under the same lock. On time means: not later
    than promised last, and first (R14.5)."""
    last = order.promise_date or order.requested_date
    on_time, on_time_first = (
        day is None or timezone.localdate(now) <= day for day in (last, order.first_promise_date or last)
    )
    transit(order, "ship", by=by, at=now, on_time=on_time, on_time_first=on_time_first)
    finish_work(WorkKind.DISPATCH, order, by=by, now=now)
    cancel_work(OVER_ONCE_SHIPPED, order, by=by, outcome="shipped", now=now)


@act("orders.record_acceptance", roles={Role.SALES, Role.INSIDE_SALES, Role.LOGISTICS, Role.WAREHOUSE})
def record_acceptance(
    *, order: Order, quantities: Mapping[int, Decimal], by: User, now: datetime | None = None
) -> Order:
    """What the customer took of a shipment: `quantities` by line key (R6.3).

    Raises DomainError("quantity") above what was shipped. The order itself is accepted by `mark_accepted`.
    """
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.IN_PRODUCTION, OrderStatus.SHIPPED)
    lines = {line.pk: line for line in order.lines.select_for_update().order_by("pk")}
    for line_id, quantity in quantities.items():
        line = lines.get(line_id)
        if line is None or quantity < 0 or line.quantity_accepted + quantity > line.quantity_shipped:
            raise DomainError("quantity", _("More than was shipped."))
        order.lines.filter(pk=line_id).update(quantity_accepted=F("quantity_accepted") + quantity)
    return order


@act("orders.mark_accepted", roles={Role.SALES, Role.INSIDE_SALES, Role.LOGISTICS, Role.WAREHOUSE})
def mark_accepted(*, order: Order, by: User, now: datetime | None = None) -> Order:
    """Every shipment is accepted or its problems settled (R6.3); asks for the follow-up visit (R7.1)."""
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.SHIPPED)
    require(order, "accept")
    transit(order, "accept", by=by, at=now)
    open_work(WorkKind.VISIT, order, by=by, role=Role.SALES, person=order.salesperson, now=now)
    return order


@act("orders.close_order", roles={Role.SALES, Role.INSIDE_SALES, Role.FINANCE, Role.AFTERSALES, *MANAGERS})
def close_order(*, order: Order, by: User, now: datetime | None = None) -> Order:
    """Close the loop (R7.5). Raises DomainError("blocked") while a visit, problem, question or balance is open."""
    now = now or timezone.now()
    order = lock_order(order, by=by, with_account=True)
    require_status(order, OrderStatus.ACCEPTED)
    require(order, "close")
    transit(order, "close", by=by, at=now)
    finish_work(WorkKind.CLOSE_ORDER, order, by=by, outcome="closed", now=now)
    end_all(order, by=by, now=now)
    return order
