from collections.abc import Iterator

from core.errors import Reason
from orders.completeness import missing
from orders.models import Order
from workflow.services import hold_reasons


def order_is_complete(order: Order) -> Iterator[Reason]:
    """R2.1"""
    yield from missing(order, list(order.lines.all()), list(order.terms.all()))


def no_hold(order: Order) -> Iterator[Reason]:
    """A hold stops every step until whoever may has released it."""
    yield from hold_reasons(order)
