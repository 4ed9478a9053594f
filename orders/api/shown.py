"""An order as plain data: decimals as text, moments with their offset."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from orders.choices import OrderStatus
from orders.models import Order, OrderLine, PaymentTerm

SUMMARY = (
    "id", "number", "status", "partner_id", "partner_reference", "end_customer", "currency", "amount",
    "ordered_date", "requested_date", "promise_date", "received_at", "partner_confirmed_at",
)  # fmt: skip


def summary(order: Order, must_confirm: bool) -> dict[str, Any]:
    waits = must_confirm and order.status == OrderStatus.REVIEWED and order.partner_confirmed_at is None
    return {
        "number": order.number,
        "reference": order.partner_reference,
        "status": str(order.status),
        "awaiting_confirmation": waits,
        "end_customer": order.end_customer,
        "currency": order.currency,
        "amount": amount(order.amount),
        "ordered_date": moment(order.ordered_date),
        "requested_date": moment(order.requested_date),
        "promise_date": moment(order.promise_date),
        "received_at": moment(order.received_at),
        "confirmed_at": moment(order.partner_confirmed_at),
    }


def whole(order: Order, must_confirm: bool, lines: Iterable[OrderLine], terms: Iterable[PaymentTerm]) -> dict[str, Any]:
    """`lines` come with their product."""
    return {
        **summary(order, must_confirm),
        "contact": {"name": order.contact_name, "phone": order.contact_phone},
        "delivery": {
            "address": order.delivery_address,
            "receiver": order.receiver,
            "phone": order.receiver_phone,
        },
        "lines": [_line(line) for line in lines],
        "payment_terms": [
            {"due_event": str(term.due_event), "percent": amount(term.percent), "days": term.days} for term in terms
        ],
        "packaging": order.packaging,
        "customization": order.customization,
        "labels": order.labels,
        "remarks": order.remarks,
        "approved_at": moment(order.approved_at),
        "in_production_at": moment(order.in_production_at),
        "shipped_at": moment(order.shipped_at),
        "accepted_at": moment(order.accepted_at),
        "closed_at": moment(order.closed_at),
        "canceled_at": moment(order.canceled_at),
    }


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "position": line.position,
        "product_code": line.product.code if line.product else None,
        "description": line.description,
        "specification": line.specification,
        "unit": line.unit,
        "quantity": quantity(line.quantity),
        "unit_price": price(line.unit_price),
        "amount": amount(line.amount),
        "quantity_shipped": quantity(line.quantity_shipped),
        "quantity_accepted": quantity(line.quantity_accepted),
    }


# Always with the places the column has, so that the answer to a POST and a later GET are the same text.
def amount(value: Decimal) -> str:
    return f"{value:.2f}"


def quantity(value: Decimal) -> str:
    return f"{value:.3f}"


def price(value: Decimal) -> str:
    return f"{value:.4f}"


def moment(value: datetime | date | None) -> str | None:
    return value.isoformat() if value else None
