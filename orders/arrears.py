"""Overdue receivables: money for delivered goods that should have arrived (R3.2, R9.2)."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from core.money import quantize
from credit.models import Receipt
from customers.models import Customer
from orders.choices import DueEvent, OrderStatus
from orders.models import Order, PaymentTerm

DELIVERED = (OrderStatus.SHIPPED, OrderStatus.ACCEPTED)  # a closed order is paid


def overdue_receivables(customer: Customer, *, today: date) -> list[tuple[Order, Decimal]]:
    """The customer's delivered orders with what is due before `today` and has not been confirmed, the oldest first.

    Three queries. A part due on delivery counts from the day of acceptance, from that of shipping while nobody has
    signed; an order shipped in part is not delivered yet.
    """
    orders = list(
        Order.objects.filter(customer=customer, status__in=DELIVERED).prefetch_related("terms").order_by("shipped_at")
    )
    paid = _paid(customer, [order.number or "" for order in orders]) if orders else {}
    rows = ((order, _due(order, today) - paid.get((order.number, order.currency), Decimal(0))) for order in orders)
    return [(order, missing) for order, missing in rows if missing > 0]


def _paid(customer: Customer, numbers: list[str]) -> dict[tuple[str | None, str], Decimal]:
    rows = Receipt.objects.filter(customer=customer, reference__in=numbers).confirmed().order_by()
    sums = rows.values("reference", "currency").annotate(sum=Sum("amount"))
    return {(row["reference"], row["currency"]): row["sum"] for row in sums}


def _due(order: Order, today: date) -> Decimal:
    percent = sum(_percents(order, today), Decimal(0))
    return quantize(order.amount * percent / 100, order.currency)


def _percents(order: Order, today: date) -> Iterator[Decimal]:
    delivered = order.accepted_at or order.shipped_at
    assert delivered  # asked of delivered orders alone
    for term in order.terms.all():
        if timezone.localdate(delivered) + timedelta(days=_days(term)) < today:
            yield term.percent


def _days(term: PaymentTerm) -> int:
    return term.days if term.due_event == DueEvent.AFTER_DELIVERY else 0
