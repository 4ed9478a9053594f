"""What an edit changed: for the trail (R12.5), and whether it touched what a special approval was given for."""

from collections.abc import Iterable
from typing import Any

from core.formats import quantity
from core.masking import mask_email, mask_name, mask_phone
from orders import quotation_specs
from orders.models import AgreementLine, Order, OrderLine, PaymentTerm, Quotation, QuotationLine, QuotationTerm
from orders.specs import FIELDS

# The trail is read by everybody who sees the order; contact details are not (R1.6).
MASKS = {
    "contact_name": mask_name, "receiver": mask_name, "contact_phone": mask_phone, "receiver_phone": mask_phone,
    "contact_email": mask_email,
}  # fmt: skip
HEAD = tuple(name for name in FIELDS if name not in ("contact", "import_key"))
AGREED = {"customer", "currency", "requested_date", "amount", "order_lines", "payment_schedule"}
Content = dict[str, Any]


def content_of(order: Order, lines: Iterable[OrderLine], terms: Iterable[PaymentTerm]) -> Content:
    """Everything a person may write on an order, as plain values."""
    return {
        **{name: str(getattr(order, name) or "") for name in HEAD},
        "amount": f"{order.amount:.2f}",
        "order_lines": [_line(line) for line in lines],
        "payment_schedule": [f"{quantity(term.percent)} % {term.due_event} {term.days}" for term in terms],
    }


def quotation_content(quotation: Quotation, lines: Iterable[QuotationLine], terms: Iterable[QuotationTerm]) -> Content:
    """The same of a quotation: its versions are compared by it."""
    return {
        **{name: str(getattr(quotation, name) or "") for name in quotation_specs.FIELDS},
        "amount": f"{quotation.amount:.2f}",
        "order_lines": [_line(line) for line in lines],
        "payment_schedule": [f"{quantity(term.percent)} % {term.due_event} {term.days}" for term in terms],
    }


def agreed_content(lines: Iterable[AgreementLine]) -> list[str]:
    """The goods of a framework agreement, a row of text each."""
    return [
        f"{line.product.code} {line.product.name}: {quantity(line.quantity, line.product.unit)} × "
        f"{quantity(line.unit_price)}, ≥ {quantity(line.minimum_quantity)}, {line.valid_from or ''}–"
        f"{line.valid_until or ''}"
        for line in lines
    ]


def changes_between(before: Content, after: Content) -> dict[str, list[Any]]:
    """By name [old, new]; of lists the rows that are gone and the rows that came."""
    return {name: _pair(name, before[name], after[name]) for name in after if before[name] != after[name]}


def _pair(name: str, old: Any, new: Any) -> list[Any]:
    if isinstance(old, list):
        gone, came = [row for row in old if row not in new], [row for row in new if row not in old]
        return [gone, came] if gone or came else [old, new]  # the same rows in another order
    mask = MASKS.get(name, str)
    return [mask(old), mask(new)]


def _line(line: OrderLine | QuotationLine) -> str:
    words = " ".join(filter(None, [line.product.code if line.product else "", line.description, line.specification]))
    return f"{words}: {quantity(line.quantity, line.unit)} × {quantity(line.unit_price)}"
