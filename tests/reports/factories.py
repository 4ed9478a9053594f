"""Transitions as the log keeps them, without walking an order through its whole life."""

import itertools
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from orders.models import Order, StatusChange
from tests.factories import make_customer, person

_numbers = itertools.count(1)
START = datetime.fromisoformat("2026-03-02T01:00:00+00:00")


def make_rows(number: int, *, status: str = "received", customer: Any = None, **over: Any) -> list[Order]:
    """Bare orders, as many as needed, written at once."""
    customer = customer or make_customer()
    by: User = person("sales")
    values = {"amount": Decimal(100), "received_at": timezone.now(), **over}
    return Order.objects.bulk_create(
        Order(
            number=f"T{next(_numbers):07d}", status=status, customer=customer, salesperson=by, created_by=by, **values
        )
        for _ in range(number)
    )


def log(order: Order, before: str, after: str, **over: Any) -> StatusChange:
    values = {"at": timezone.now(), "amount": order.amount, "currency": order.currency, **over}
    return StatusChange.objects.create(order=order, from_status=before, to_status=after, **values)


def receive_many(number: int, **over: Any) -> list[Order]:
    orders = make_rows(number, **over)
    StatusChange.objects.bulk_create(
        StatusChange(
            order=order, from_status="draft", to_status="received", at=order.received_at or START, amount=order.amount,
            currency=order.currency,
        )
        for order in orders
    )  # fmt: skip
    return orders


def later(hours: int) -> datetime:
    return START + timedelta(hours=hours)
