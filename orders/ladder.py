"""An order's approval case: the facts it is judged on, and the one that counts now."""

from typing import Any

from orders.choices import DueEvent
from orders.models import Order
from workflow.models import ApprovalCase
from workflow.services import cases_of

KIND = "order"


def facts_of(order: Order) -> dict[str, Any]:
    """What the ladder's rules look at (R3.5)."""
    return {
        "amount": order.amount,
        "currency": order.currency,
        "customer_id": order.customer_id,
        "salesperson_id": order.salesperson_id,
        "submitted_by_id": order.submitted_by_id,
        "special_terms": any(term.due_event == DueEvent.AFTER_DELIVERY for term in order.terms.all()),
    }


def current_case(order: Order) -> ApprovalCase | None:
    """The latest case; a later round opens a new one, so an older decision never counts again."""
    return cases_of(order).filter(kind=KIND).first()
