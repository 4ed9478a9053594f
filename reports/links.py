"""The way from a figure to what it counts."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse


def orders(**filters: str | date | Sequence[str]) -> str:
    """The list of orders with its own filters: status, state, received_from, received_to, shipped_from, …"""
    return f"{reverse('orders:order-list')}?{urlencode(filters, doseq=True)}"


def received(first: date, last: date) -> str:
    return orders(received_from=first, received_to=last)


def shipped(first: date, last: date) -> str:
    filters = {"shipped_from": first, "shipped_to": last, "promised": "true"}
    return f"{reverse('reports:shipped-list')}?{urlencode(filters)}"


def overdue(kind: str = "") -> str:
    return reverse("reports:overdue-list") + (f"?{urlencode({'kind': kind})}" if kind else "")


def receipts_to_confirm() -> str:
    return f"{reverse('credit:receipt-list')}?{urlencode({'status': 'reported', 'view': 'confirm'})}"
