"""An order as it is handed in, by a form, the API or an import: plain values, not yet rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from accounts.models import User
from catalog.models import Product
from core.money import quantize
from customers.models import Contact, Customer, Partner
from orders.choices import DueEvent, Source
from orders.models import AgreementLine, Order, OrderLine, PaymentTerm


@dataclass(frozen=True)
class LineSpec:
    quantity: Decimal
    unit_price: Decimal
    product: Product | None = None
    description: str = ""
    specification: str = ""
    unit: str = ""
    agreement_line: AgreementLine | None = None  # the framework agreement it calls off from

    def values(self, position: int, currency: str) -> dict[str, Any]:
        """What any row of goods says; the product fills what is left open."""
        product = self.product
        return {
            "position": position,
            "product": product,
            "description": self.description or (product.name if product else ""),
            "specification": self.specification or (product.specification if product else ""),
            "unit": self.unit or (product.unit if product else ""),
            "quantity": self.quantity,
            "unit_price": self.unit_price,
            "amount": quantize(self.quantity * self.unit_price, currency),
        }

    def build(self, order: Order, position: int) -> OrderLine:
        return OrderLine(order=order, agreement_line=self.agreement_line, **self.values(position, order.currency))


@dataclass(frozen=True)
class AgreedSpec(LineSpec):
    """Goods of a framework agreement: the whole quantity and the agreed price, with the line's own terms."""

    minimum_quantity: Decimal = Decimal(0)  # of one call-off
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True)
class TermSpec:
    due_event: str
    percent: Decimal
    days: int = 0

    def build(self, order: Order, position: int) -> PaymentTerm:
        return PaymentTerm(
            order=order, position=position, due_event=self.due_event, percent=self.percent, days=self.days
        )


class HasGoods(Protocol):
    """An order or a quotation as handed in."""

    @property
    def lines(self) -> tuple[LineSpec, ...]: ...

    @property
    def terms(self) -> tuple[TermSpec, ...]: ...


@dataclass(frozen=True)
class OrderSpec:
    """The fields of R2.1. `import_key` makes handing in the same order twice a no-op.

    `numbered_date`: whose month's number series the order joins; today's when not given (orders of the past).
    """

    customer: Customer | None = None
    lines: tuple[LineSpec, ...] = ()
    terms: tuple[TermSpec, ...] = ()
    contact: Contact | None = None
    contact_name: str = ""
    contact_phone: str = ""
    salesperson: User | None = None
    source: str = Source.PHONE
    partner: Partner | None = None
    partner_reference: str = ""
    end_customer: str = ""
    ordered_date: date | None = None
    requested_date: date | None = None
    delivery_address: str = ""
    receiver: str = ""
    receiver_phone: str = ""
    currency: str = "CNY"
    packaging: str = ""
    customization: str = ""
    labels: str = ""
    remarks: str = ""
    import_key: str | None = field(default=None)
    numbered_date: date | None = None

    def fill(self, order: Order) -> Order:
        """Write the spec's values onto the order."""
        for name in FIELDS:
            setattr(order, name, getattr(self, name))
        if self.contact and not self.contact_name:
            order.contact_name, order.contact_phone = self.contact.name, self.contact.phone
        return order

    def build_lines(self, order: Order) -> list[OrderLine]:
        return [line.build(order, position) for position, line in enumerate(self.lines, 1)]

    def build_terms(self, order: Order) -> list[PaymentTerm]:
        return [term.build(order, position) for position, term in enumerate(self.terms, 1)]


FIELDS = tuple(name for name in OrderSpec.__dataclass_fields__ if name not in ("lines", "terms", "numbered_date"))

# 30 % deposit, the rest on delivery: what most orders of the trade say, offered on a new form.
DEFAULT_TERMS = (
    TermSpec(DueEvent.BEFORE_PRODUCTION, Decimal(30)),
    TermSpec(DueEvent.ON_DELIVERY, Decimal(70)),
)


def spec_of(order: Order) -> OrderSpec:
    """What an order says, to hand in again: for a copy, or the form's first values. The import key stays behind."""
    values = {name: getattr(order, name) for name in FIELDS if name != "import_key"}
    lines = line_specs(order.lines.select_related("product", "agreement_line"))
    return OrderSpec(**values, lines=lines, terms=term_specs(order.terms.all()))


def line_specs(rows: Iterable[Any]) -> tuple[LineSpec, ...]:
    return tuple(
        LineSpec(
            quantity=line.quantity, unit_price=line.unit_price, product=line.product, description=line.description,
            specification=line.specification, unit=line.unit, agreement_line=getattr(line, "agreement_line", None),
        )
        for line in rows
    )  # fmt: skip


def term_specs(rows: Iterable[Any]) -> tuple[TermSpec, ...]:
    return tuple(TermSpec(term.due_event, term.percent, term.days) for term in rows)
