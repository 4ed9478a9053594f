"""A quotation as it is handed in: plain values, not yet rows."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.choices import Language
from accounts.models import User
from customers.models import Customer
from customers.privacy import place_for
from orders.choices import Source
from orders.models import Quotation, QuotationLine, QuotationTerm
from orders.specs import LineSpec, OrderSpec, TermSpec, line_specs, term_specs


@dataclass(frozen=True)
class QuotationSpec:
    customer: Customer | None = None
    lines: tuple[LineSpec, ...] = ()
    terms: tuple[TermSpec, ...] = ()
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    salesperson: User | None = None
    source: str = Source.PHONE
    language: str = Language.CHINESE
    valid_until: date | None = None
    lead_time_days: int | None = None
    delivery_address: str = ""
    currency: str = "CNY"
    packaging: str = ""
    customization: str = ""
    labels: str = ""
    remarks: str = ""

    def fill(self, quotation: Quotation) -> Quotation:
        for name in FIELDS:
            setattr(quotation, name, getattr(self, name))
        return quotation

    def build_lines(self, quotation: Quotation) -> list[QuotationLine]:
        return [
            QuotationLine(quotation=quotation, **line.values(position, quotation.currency))
            for position, line in enumerate(self.lines, 1)
        ]

    def build_terms(self, quotation: Quotation) -> list[QuotationTerm]:
        return [
            QuotationTerm(
                quotation=quotation, position=position, due_event=term.due_event, percent=term.percent, days=term.days
            )
            for position, term in enumerate(self.terms, 1)
        ]


FIELDS = tuple(name for name in QuotationSpec.__dataclass_fields__ if name not in ("lines", "terms"))


def spec_of_quotation(quotation: Quotation) -> QuotationSpec:
    """What it says, to hand in again: for the form's first values, or the next version."""
    values: dict[str, Any] = {name: getattr(quotation, name) for name in FIELDS}
    lines = line_specs(quotation.lines.select_related("product"))
    return QuotationSpec(**values, lines=lines, terms=term_specs(quotation.terms.all()))


def order_spec_of(quotation: Quotation, today: date, by: User) -> OrderSpec:
    """The order it becomes, nothing typed twice (R1.3); the place of delivery is the archive's where none was named."""
    spec = spec_of_quotation(quotation)
    taken = {name: getattr(spec, name) for name in FIELDS if name in OrderSpec.__dataclass_fields__}
    days = spec.lead_time_days
    return OrderSpec(
        **{**taken, **_place(quotation, by)}, lines=spec.lines, terms=spec.terms, ordered_date=today,
        requested_date=today + timedelta(days=days) if days is not None else None,
    )  # fmt: skip


def _place(quotation: Quotation, by: User) -> dict[str, Any]:
    place = place_for(quotation.buyer, by)
    return place if quotation.delivery_address in ("", place.get("delivery_address")) else {}
