"""How often each customer buys (R1.5): counted from the orders, kept on the customer, whole again after any night."""

from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from customers.models import Customer
from customers.selectors import current_rules
from orders.choices import OrderStatus
from orders.models import Order

YEAR = timedelta(days=365)
NO_PURCHASE = (OrderStatus.DRAFT, OrderStatus.CANCELED, OrderStatus.REJECTED)
BATCH = 1000
COUNTED = ("frequency", "orders_in_year", "last_order_date")


def count_purchases(*, now: datetime | None = None) -> int:
    """Orders of the last twelve months and the last order of all, by customer; answers how many customers changed.

    One pass over the orders and one over the customers; only what changed is written, so a second run writes nothing.
    """
    now = now or timezone.now()
    rules, counted = current_rules(), _counted(now - YEAR)
    changed, total = [], 0
    for customer in Customer.objects.only("pk", *COUNTED).order_by("pk").iterator(chunk_size=BATCH):
        number, last = counted.get(customer.pk, (0, None))
        figures = (rules.frequency_of(number), number, timezone.localdate(last) if last else None)
        if figures != tuple(getattr(customer, name) for name in COUNTED):
            customer.frequency, customer.orders_in_year, customer.last_order_date = figures
            changed.append(customer)
        if len(changed) >= BATCH:
            total += _write(changed)
            changed = []
    return total + _write(changed)


def _counted(since: datetime) -> dict[int, tuple[int, datetime]]:
    orders = Order.objects.exclude(status__in=NO_PURCHASE).filter(received_at__isnull=False).order_by()
    rows = orders.values("customer_id").annotate(
        number=Count("pk", filter=Q(received_at__gte=since)), last=Max("received_at")
    )
    return {row["customer_id"]: (row["number"], row["last"]) for row in rows}


def _write(customers: list[Customer]) -> int:
    return Customer.objects.bulk_update(customers, COUNTED, batch_size=250)
