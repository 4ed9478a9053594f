"""An order's approval case: whose order it is, and the case that counts now."""

from accounts.models import User
from orders.facts import KIND, authors_of, facts_of
from orders.models import Order
from workflow.models import ApprovalCase
from workflow.services import cases_of, latest_case

__all__ = ["KIND", "authors_of", "bare_case", "current_case", "facts_of", "is_own"]


def is_own(order: Order, person: User) -> bool:
    return person.pk == order.submitted_by_id or person.pk in authors_of(order)


def current_case(order: Order) -> ApprovalCase | None:
    """The latest case with all a page shows of it; a later round opens a new one, so an older decision never counts."""
    return cases_of(order).filter(kind=KIND).first()


def bare_case(order: Order, *, lock: bool = False) -> ApprovalCase | None:
    """The same without steps and people, for acts and guards."""
    return latest_case(order, KIND, lock=lock)
