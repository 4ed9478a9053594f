"""What an order still lacks before it can be received (R2.1), field by field."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, Reason
from core.formats import quantity
from orders.models import Order, OrderLine, PaymentTerm
from orders.models.goods import GoodsRow, TermRow

REQUIRED = {
    "customer_id": ("customer", _("Choose the customer.")),
    "contact_name": ("contact_name", _("Name the contact person.")),
    "salesperson_id": ("salesperson", _("Name the salesperson.")),
    "ordered_date": ("ordered_date", _("Enter the date of the order.")),
    "requested_date": ("requested_date", _("Enter the delivery date the customer asks for.")),
    "delivery_address": ("delivery_address", _("Enter the delivery address.")),
    "currency": ("currency", _("Choose the currency.")),
}


def missing(order: Order, lines: Sequence[OrderLine], terms: Sequence[PaymentTerm]) -> list[Reason]:
    """Every gap, in the order of the form; empty when the order is complete."""
    return [*_missing_fields(order), *missing_in_lines(lines), *missing_in_terms(terms)]


def require_complete(order: Order, lines: Sequence[OrderLine], terms: Sequence[PaymentTerm]) -> None:
    """Raise DomainError("incomplete") that lists what is missing by field."""
    gaps = missing(order, lines, terms)
    if gaps:
        fields: dict[str, list[str]] = {}
        for gap in gaps:
            fields.setdefault(gap.field, []).append(str(gap.text))
        raise DomainError(
            "incomplete",
            _("The order cannot be received yet: something is missing."),
            reasons=gaps,
            fields=fields,
        )


def _missing_fields(order: Order) -> Iterator[Reason]:
    for attribute, (field, text) in REQUIRED.items():
        if not getattr(order, attribute):
            yield Reason("missing", text, field)
    if order.requested_date and order.ordered_date and order.requested_date < order.ordered_date:
        yield Reason("date_order", _("The delivery date is before the order date."), "requested_date")
    if order.partner_id and not order.partner_reference:
        yield Reason("missing", _("Enter the partner's own reference."), "partner_reference")


def missing_in_lines(lines: Sequence[GoodsRow]) -> Iterator[Reason]:
    if not lines:
        yield Reason("missing", _("Add at least one line of goods."), "lines")
    for line in lines:
        if not (line.product_id or line.description):
            yield Reason("missing", _("Line %(n)s: choose a product or describe the goods.") % {"n": line.position},
                         f"lines.{line.position}.description")  # fmt: skip
        if line.quantity <= 0:
            yield Reason("missing", _("Line %(n)s: enter a quantity above zero.") % {"n": line.position},
                         f"lines.{line.position}.quantity")  # fmt: skip


def missing_in_terms(terms: Sequence[TermRow]) -> Iterator[Reason]:
    total = sum((term.percent for term in terms), Decimal(0))
    if not terms:
        yield Reason("missing", _("Say when the money is due."), "terms")
    elif total != 100:
        yield Reason(
            "percent", _("The payment schedule adds up to %(total)s %%, not 100 %%.") % {"total": quantity(total)},
            "terms",
        )  # fmt: skip
