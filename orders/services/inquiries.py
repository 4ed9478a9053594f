"""An inquiry becomes a quotation or an order in one act, nothing typed twice (R1.3)."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from accounts.acts import act
from accounts.models import User
from customers.choices import Channel, Conversion
from customers.models import Customer, Inquiry
from customers.privacy import contact_for, place_for
from customers.services.inquiries import (
    SELLERS,
    customer_of,
    lock_inquiry,
    mark_inquiry_converted,
    require_convertible,
)
from orders.choices import Source
from orders.models import Order, Quotation
from orders.prices import usual_prices
from orders.quotation_specs import QuotationSpec
from orders.services.intake import save_draft
from orders.services.quotation_rules import usual_validity
from orders.services.quotations import save_quotation
from orders.specs import DEFAULT_TERMS, LineSpec, OrderSpec

SOURCES = {
    Channel.PHONE: Source.PHONE, Channel.EMAIL: Source.EMAIL, Channel.CHAT: Source.ONLINE, Channel.VISIT: Source.VISIT,
    Channel.PARTNER: Source.PHONE,
}  # fmt: skip


@act("orders.order_inquiry", roles=SELLERS)
def order_inquiry(
    *, inquiry: Inquiry, by: User, customer: Customer | None = None, confirmed: bool = False,
    now: datetime | None = None,
) -> Order:  # fmt: skip
    """A draft with everything the inquiry says; somebody new is entered in the archive, unless `customer` says who
    it is. Prices are the customer's last ones, else of the list.

    Raises Conflict("converted") when something came of it before (one order for an inquiry, by a unique index too),
    Conflict("status") when it was closed, DomainError("duplicate") when somebody new looks like a customer there is,
    unless `confirmed`, NotPermitted("handed_over") for others while it is with a salesperson.
    """
    inquiry = lock_inquiry(inquiry, by=by)
    require_convertible(inquiry, by)
    buyer = customer_of(inquiry, by=by, customer=customer, confirmed=confirmed, now=now)
    order = save_draft(spec=_spec(inquiry, buyer, by), by=by, now=now)
    order.inquiry = inquiry
    order.save(update_fields=["inquiry"])
    mark_inquiry_converted(inquiry=inquiry, kind=Conversion.ORDER, subject=order, by=by, now=now)
    return order


@act("orders.quote_inquiry", roles=SELLERS)
def quote_inquiry(
    *, inquiry: Inquiry, by: User, customer: Customer | None = None, confirmed: bool = False,
    now: datetime | None = None,
) -> Quotation:  # fmt: skip
    """A draft quotation with everything the inquiry says, priced as an order of it would be.

    Refuses as `order_inquiry` does: what became an order is not quoted any more, nor the other way round.
    """
    inquiry = lock_inquiry(inquiry, by=by)
    require_convertible(inquiry, by)
    buyer = customer_of(inquiry, by=by, customer=customer, confirmed=confirmed, now=now)
    today = timezone.localdate(now)
    quotation = save_quotation(spec=_quotation_spec(inquiry, buyer, by, today), by=by, now=now)
    quotation.inquiry = inquiry
    quotation.save(update_fields=["inquiry"])
    mark_inquiry_converted(inquiry=inquiry, kind=Conversion.QUOTATION, subject=quotation, by=by, now=now)
    return quotation


def _quotation_spec(inquiry: Inquiry, buyer: Customer, by: User, today: date) -> QuotationSpec:
    contact = inquiry.contact or (None if inquiry.contact_name else contact_for(buyer, by))
    wanted = inquiry.wanted_date
    return QuotationSpec(
        customer=buyer, contact_name=inquiry.contact_name or (contact.name if contact else ""),
        contact_phone=inquiry.contact_phone or (contact.phone if contact else ""),
        contact_email=inquiry.contact_email or (contact.email if contact else ""),
        salesperson=inquiry.salesperson, source=SOURCES[Channel(inquiry.channel)],
        valid_until=usual_validity(today), lead_time_days=max((wanted - today).days, 0) if wanted else None,
        currency=buyer.currency, remarks=inquiry.service_needs[:4000], lines=lines_of(inquiry, buyer, by),
        terms=DEFAULT_TERMS,
    )  # fmt: skip


def _spec(inquiry: Inquiry, buyer: Customer, by: User) -> OrderSpec:
    contact = inquiry.contact or (None if inquiry.contact_name else contact_for(buyer, by))
    return OrderSpec(
        customer=buyer, contact=contact, contact_name=inquiry.contact_name, contact_phone=inquiry.contact_phone,
        salesperson=inquiry.salesperson, source=SOURCES[Channel(inquiry.channel)], requested_date=inquiry.wanted_date,
        currency=buyer.currency, remarks=inquiry.service_needs[:4000], lines=lines_of(inquiry, buyer, by),
        terms=DEFAULT_TERMS, **place_for(buyer, by),
    )  # fmt: skip


def lines_of(inquiry: Inquiry, buyer: Customer, reader: User) -> tuple[LineSpec, ...]:
    """The needs as goods with prices, for an order or a quotation."""
    lines = list(inquiry.lines.select_related("product"))
    products = [line.product for line in lines if line.product]
    prices = usual_prices(buyer, products, currency=buyer.currency, reader=reader)
    return tuple(
        LineSpec(
            quantity=line.quantity, unit_price=prices.get(line.product_id or 0, Decimal(0)), product=line.product,
            description=line.description, specification=line.specification, unit=line.unit,
        )
        for line in lines
    )  # fmt: skip
