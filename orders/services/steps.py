"""The beats every act on an order shares: lock, check that it may be seen, transition, save, log, announce."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django_fsm import TransitionNotAllowed, can_proceed

from accounts.models import User
from core import audit
from core.bulk import insert_many
from core.errors import Conflict, NotPermitted
from core.models import AuditEntry
from core.outbox import enqueue
from credit.services.exposure import lock_account
from orders.ladder import is_own
from orders.models import Order, StatusChange

RELATED = ("customer", "partner", "salesperson")


def lock_order(order: Order, *, by: User, with_account: bool = False) -> Order:
    """The order as it stands now, locked until the act ends; after the customer's account where money moves.

    Raises NotPermitted("not_yours") when the person may not see it: knowing a key opens nothing.
    """
    account = lock_account(order.buyer) if with_account and order.customer_id else None
    rows = Order.objects.visible_to(by).select_related(*RELATED).filter(pk=order.pk)
    if connection.features.has_select_for_update_of:
        rows = rows.select_for_update(of=("self",))
    locked = rows.first()
    if locked is None:
        raise NotPermitted("not_yours", _("This order is not yours to work on."))
    if account and account.customer_id == locked.customer_id:
        account.customer = locked.buyer  # the guards of the locked order read the locked account
    return locked


def require_other_eyes(order: Order, by: User) -> None:
    """Raise NotPermitted("four_eyes") for whoever wrote on the order or submitted it (R13.7)."""
    if is_own(order, by):
        raise NotPermitted("four_eyes", _("You wrote or submitted this order yourself; a colleague reviews it."))


def require_status(order: Order, *statuses: str) -> None:
    """Raise Conflict("status") unless the order stands in one of the statuses."""
    if order.status not in statuses:
        raise Conflict(
            "status", _("The order is “%(status)s” by now; this step no longer fits.")
            % {"status": order.get_status_display()},
        )  # fmt: skip


def move(order: Order, verb: str, *, at: datetime) -> str:
    """Run the transition `verb` in memory and answer the former status. Raises Conflict("status")."""
    method = getattr(order, verb)
    if not can_proceed(method):
        raise Conflict(
            "status", _("The order is “%(status)s” by now; this step no longer fits.")
            % {"status": order.get_status_display()},
        )  # fmt: skip
    before = str(order.status)
    try:
        method(at)
    except TransitionNotAllowed as error:  # pragma: no cover - can_proceed asked the same question
        raise Conflict("status", _("This step no longer fits.")) from error
    return before


def transit(
    order: Order, verb: str, *, by: User, at: datetime, note: str = "", fields: Sequence[str] = (),
    on_time: bool | None = None, on_time_first: bool | None = None,
) -> Order:  # fmt: skip
    """Transition, save, log and announce; `fields` are saved with the status."""
    before = move(order, verb, at=at)
    order.save(update_fields=["status", f"{STAMPS.get(verb, order.status)}_at", *fields])
    log_changes([(order, before)], by=by, at=at, note=note, on_time=on_time, on_time_first=on_time_first)
    return order


STAMPS = {"return_to_sales": "returned", "reject": "rejected", "cancel": "canceled"}


def log_changes(
    changes: Iterable[tuple[Order, str]],
    *,
    by: User,
    at: datetime,
    note: str = "",
    on_time: bool | None = None,
    on_time_first: bool | None = None,
) -> None:
    """Enter transitions (order, former status) in the log and the audit trail, and tell the partners concerned."""
    changes = list(changes)
    rows = [
        StatusChange(
            order=order,
            from_status=before,
            to_status=order.status,
            at=at,
            amount=order.amount,
            currency=order.currency,
            on_time=on_time,
            on_time_first=on_time_first,
        )
        for order, before in changes
    ]
    insert_many(rows, keys=True)
    audit.record_many([_entry(order, before, by, at, note) for order, before in changes])
    for (order, before), row in zip(changes, rows, strict=True):
        announce(order, before, row.pk, at)


def _entry(order: Order, before: str, by: User, at: datetime, note: str) -> AuditEntry:
    changes = {"status": [before, order.status]}
    return audit.entry(f"order.{order.status}", order, by=by, changes=changes, note=note, now=at)


def announce(order: Order, before: str, change_id: int, at: datetime) -> None:
    """Put the partner's webhook into the outbox, once per transition."""
    if order.partner_id is None:
        return
    data = {"order": order.number, "reference": order.partner_reference, "from": before, "to": order.status}
    enqueue(
        "webhook",
        {"partner_id": order.partner_id, "event": "order.status_changed", "event_id": f"status-{change_id}",
         "at": at.isoformat(), "data": data},
        key=f"status-{change_id}",
    )  # fmt: skip
