"""Order table 1 of regulation D, sales order basics (銷售訂單基本信息表), with exactly its columns: one row a line."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponseBase
from django.utils import timezone

from accounts.models import User
from core import formats
from core.imports.files import download
from core.masking import mask_name, mask_phone
from customers.privacy import may_read_contacts
from orders.models import Order, OrderLine
from orders.payment_words import write_terms

# As the regulation prints them: the form keeps its traditional characters in the Chinese interface too.
CHINESE = (
    "訂單編號", "客戶名稱", "聯繫人", "聯繫方式", "下單日期", "產品/服務名稱", "規格型號", "數量", "單價(元)",
    "總金額(元)",
    "付款方式", "交付地址", "交付日期", "銷售負責人", "備註",
)  # fmt: skip
ENGLISH = (
    "Order number", "Customer", "Contact", "Contact details", "Order date", "Product or service", "Specification",
    "Quantity", "Unit price", "Amount", "Payment terms", "Delivery address", "Delivery date", "Salesperson", "Remarks",
)  # fmt: skip


def table1_head() -> Sequence[str]:
    return CHINESE if formats.is_chinese() else ENGLISH


def export_table1(queryset: QuerySet[Order], user: User, fmt: str) -> HttpResponseBase:
    """`queryset` as the person may see it; `fmt` csv or xlsx. Contacts are masked for who may not read them (R1.6)."""
    return download(fmt, f"orders-{timezone.localdate():%Y%m%d}", table1_head(), table1_rows(queryset, user))


def table1_rows(queryset: QuerySet[Order], user: User) -> Iterator[list[Any]]:
    chinese = formats.is_chinese()
    lines = Prefetch("lines", OrderLine.objects.select_related("product").order_by("position"))
    orders = queryset.select_related("customer", "salesperson").prefetch_related(lines, "terms")
    for order in orders.iterator(chunk_size=500):
        terms = write_terms(order.terms.all(), chinese=chinese)
        contact = _contact(order, user)
        for line in order.lines.all():
            yield [
                order.number or "",
                str(order.customer or ""),
                *contact,
                _day(order.ordered_date),
                line.description or (line.product.name if line.product else ""),
                line.specification,
                _number(line.quantity),
                _money(line.unit_price, order.currency),
                _money(line.amount, order.currency),
                terms,
                order.delivery_address,
                _day(order.requested_date),
                str(order.salesperson or ""),
                order.remarks,
            ]


def _contact(order: Order, user: User) -> tuple[str, str]:
    works = user.pk in (order.salesperson_id, order.created_by_id)
    if order.customer is None or may_read_contacts(user, order.customer, works_on_order=works):
        return order.contact_name, order.contact_phone
    return mask_name(order.contact_name), mask_phone(order.contact_phone)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _number(value: Decimal) -> Decimal | int:
    """5000.0000 is 5000."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def _money(value: Decimal, currency: str) -> Any:
    """The head says 元: whatever is not is written with its currency, GBP 2.55, and so read back."""
    number = _number(value)
    return number if currency == "CNY" else f"{currency} {number}"
