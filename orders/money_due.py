"""What must have arrived before work starts and before goods leave, as everybody concerned sees it (R5.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from credit.choices import ReceiptStatus
from credit.models import Receipt
from orders.choices import DueEvent, OrderStatus
from orders.guards.money import due_by
from orders.models import Order
from workflow.choices import Gate
from workflow.models import Waiver
from workflow.services import valid_waiver

S = OrderStatus
BEFORE_START = (S.DRAFT, S.RETURNED, S.RECEIVED, S.REVIEWED, S.APPROVED)
AHEAD = {DueEvent.BEFORE_PRODUCTION: BEFORE_START, DueEvent.BEFORE_SHIPMENT: (*BEFORE_START, S.IN_PRODUCTION)}


@dataclass(frozen=True)
class MoneyDue:
    """In the order's currency: what is due by the event, what finance confirmed of it, what it has still to confirm."""

    event: DueEvent
    due: Decimal
    confirmed: Decimal
    reported: Decimal
    waiver: Waiver | None

    @property
    def missing(self) -> Decimal:
        return self.due - self.confirmed


def money_due(order: Order, receipts: Sequence[Receipt], *, waived: bool) -> list[MoneyDue]:
    """One for each gate that is still ahead and asks for money. `waived`: the order has special approvals to look at.

    Counted as the gates do: the buyer's own money, in the order's currency.
    """
    own = [r for r in receipts if (r.customer_id, r.currency) == (order.customer_id, order.currency)]
    confirmed, reported = (_total(own, status) for status in (ReceiptStatus.CONFIRMED, ReceiptStatus.REPORTED))
    parts = []
    for event, statuses in AHEAD.items():
        due = due_by(order, event)
        if not due or order.status not in statuses:
            continue
        missing = max(due - confirmed, Decimal(0))
        waiver = valid_waiver(order, Gate.PAYMENT, amount=missing) if missing and waived else None
        parts.append(MoneyDue(event, due, due - missing, min(reported, missing), waiver))
    return parts


def _total(receipts: Sequence[Receipt], status: str) -> Decimal:
    return sum((r.amount for r in receipts if r.status == status), Decimal(0))
