"""Overdue receivables: money for delivered goods that should have arrived (R3.2, R9.2)."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, Sum
from django.utils import timezone

from core.money import quantize
from credit.models import Receipt
from customers.models import Customer
from orders.choices import DueEvent, OrderStatus
from orders.models import Order, OrderLine, PaymentTerm

DELIVERED = (OrderStatus.SHIPPED, OrderStatus.ACCEPTED)  # a closed order is paid
BEFORE = (DueEvent.BEFORE_PRODUCTION, DueEvent.BEFORE_SHIPMENT)


def overdue_receivables(customer: Customer, *, today: date) -> list[tuple[Order, Decimal]]:
    """The customer's orders with what is due for delivered goods before `today` and has not been confirmed, the oldest
    first.

    A part due on delivery counts from the day of acceptance, from that of shipping while nobody has signed. Of an order
    shipped in part each shipment counts for itself, and what was to be paid before shipment is due whole. Six queries.
    """
    orders = list(
        Order.objects.filter(Q(status__in=DELIVERED) | _shipped_in_part(), customer=customer)
        .prefetch_related("terms", "shipments__lines__order_line")
        .order_by("received_at", "pk")
    )
    paid = _paid(customer, [order.number or "" for order in orders]) if orders else {}
    rows = ((order, _due(order, today) - paid.get((order.number, order.currency), Decimal(0))) for order in orders)
    return [(order, missing) for order, missing in rows if missing > 0]


def _shipped_in_part() -> Q:
    left = OrderLine.objects.filter(order=OuterRef("pk"), quantity_shipped__gt=0)
    return Q(Exists(left), status=OrderStatus.IN_PRODUCTION)


def _paid(customer: Customer, numbers: list[str]) -> dict[tuple[str | None, str], Decimal]:
    rows = Receipt.objects.filter(customer=customer, reference__in=numbers).confirmed().order_by()
    sums = rows.values("reference", "currency").annotate(sum=Sum("amount"))
    return {(row["reference"], row["currency"]): row["sum"] for row in sums}


def _due(order: Order, today: date) -> Decimal:
    delivered = list(_delivered(order))
    due = sum((_due_of(order, term, delivered, today) for term in order.terms.all()), Decimal(0))
    return quantize(due, order.currency)


def _due_of(order: Order, term: PaymentTerm, delivered: list[tuple[Decimal, date]], today: date) -> Decimal:
    goods = [value for value, day in delivered if day + timedelta(days=_days(term)) < today]
    if goods and term.due_event in BEFORE:
        goods = [order.amount]
    return sum(goods, Decimal(0)) * term.percent / 100


def _delivered(order: Order) -> Iterator[tuple[Decimal, date]]:
    """What the goods are worth, and the day they were delivered."""
    if order.status in DELIVERED:
        at = order.accepted_at or order.shipped_at
        assert at  # asked of delivered orders alone
        yield order.amount, timezone.localdate(at)
        return
    for shipment in order.shipments.all():
        if shipment.shipped_at and not shipment.canceled_at:
            value = sum((_value(line) for line in shipment.lines.all()), Decimal(0))
            yield value, timezone.localdate(shipment.accepted_at or shipment.shipped_at)


def _value(line: Any) -> Decimal:
    ordered: OrderLine = line.order_line
    return ordered.amount * line.quantity / ordered.quantity


def _days(term: PaymentTerm) -> int:
    return term.days if term.due_event == DueEvent.AFTER_DELIVERY else 0
