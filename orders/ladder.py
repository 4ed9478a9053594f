"""An order's approval case: the facts it is judged on, and the one that counts now."""

from typing import Any

from accounts.models import User
from core.models import AuditEntry
from orders.choices import DueEvent
from orders.models import Order
from workflow.models import ApprovalCase
from workflow.services import cases_of, latest_case

KIND = "order"


def facts_of(order: Order) -> dict[str, Any]:
    """What the ladder's rules look at (R3.5)."""
    return {
        "amount": order.amount,
        "currency": order.currency,
        "customer_id": order.customer_id,
        "salesperson_id": order.salesperson_id,
        "submitted_by_id": order.submitted_by_id,
        "author_ids": authors_of(order),
        "special_terms": any(term.due_event == DueEvent.AFTER_DELIVERY for term in order.terms.all()),
    }


def authors_of(order: Order) -> list[int]:
    """Whoever wrote on it: handing the pen to a colleague who submits it does not open the way to approve it."""
    edits = AuditEntry.objects.filter(subject_type="orders.order", subject_id=order.pk, action="order.edited")
    writers = {order.created_by_id, *edits.order_by().values_list("by_id", flat=True)}
    return sorted(pk for pk in writers if pk)


def is_own(order: Order, person: User) -> bool:
    return person.pk == order.submitted_by_id or person.pk in authors_of(order)


def current_case(order: Order) -> ApprovalCase | None:
    """The latest case with all a page shows of it; a later round opens a new one, so an older decision never counts."""
    return cases_of(order).filter(kind=KIND).first()


def bare_case(order: Order, *, lock: bool = False) -> ApprovalCase | None:
    """The same without steps and people, for acts and guards."""
    return latest_case(order, KIND, lock=lock)
