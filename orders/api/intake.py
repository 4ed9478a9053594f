"""From a partner's JSON to an order: first the shape, without the database, then what it refers to (R2.6, R10.2)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.models import Product
from core.errors import Conflict, DomainError
from customers.api.reading import Reader
from customers.models import Partner
from orders.choices import DueEvent, Source
from orders.models import Order
from orders.services import place_orders
from orders.specs import DEFAULT_TERMS, LineSpec, OrderSpec, TermSpec

MOST_LINES, MOST_TERMS = 200, 12
SPECIAL_NEEDS = {"packaging": 300, "customization": 300, "labels": 300, "remarks": 4000}


@dataclass(frozen=True)
class GivenLine:
    product_code: str
    description: str
    specification: str
    unit: str
    quantity: Decimal
    unit_price: Decimal | None


@dataclass(frozen=True)
class GivenOrder:
    values: dict[str, Any]
    lines: list[GivenLine]
    terms: tuple[TermSpec, ...]


def read_order(data: Any) -> GivenOrder:
    """Raises ValidationError with every complaint by field; asks the database nothing."""
    body = Reader(data)
    values: dict[str, Any] = {
        "partner_reference": body.text("reference", longest=60, required=True),
        "end_customer": body.text("end_customer", longest=200, required=True),
        "requested_date": _requested_date(body),
        "currency": _currency(body),
    }
    contact, delivery = body.inner("contact", required=True), body.inner("delivery", required=True)
    if contact.given:
        values["contact_name"] = contact.text("name", longest=60, required=True)
        values["contact_phone"] = contact.text("phone", longest=32)
        contact.refuse_unknown()
    if delivery.given:
        values["delivery_address"] = delivery.text("address", longest=300, required=True)
        values["receiver"] = delivery.text("receiver", longest=60)
        values["receiver_phone"] = delivery.text("phone", longest=32)
        delivery.refuse_unknown()
    values.update({name: body.text(name, longest=longest) for name, longest in SPECIAL_NEEDS.items()})
    lines = [_line(line) for line in body.objects("lines", least=1, most=MOST_LINES)]
    terms = _terms(body)
    body.finish()
    return GivenOrder(values, lines, terms)


def place(given: GivenOrder, *, partner: Partner, by: User) -> tuple[Order, OrderSpec]:
    """Raises Conflict("duplicate_reference") with the number of the order that has it, DomainError("invalid")."""
    if partner.customer.owner is None:
        raise DomainError("no_account_manager", _("Nobody looks after your account yet. Please call us."))
    spec = _spec(given, partner)
    try:
        return place_orders(specs=[spec], by=by)[0], spec
    except IntegrityError:
        # The unique index is asked rather than the table beforehand: it also sees the twin of this moment.
        _refuse_duplicate(partner, given.values["partner_reference"])
        raise


def _requested_date(body: Reader) -> date | None:
    day = body.day("requested_date", required=True)
    if day and day < timezone.localdate():
        body.complain("requested_date", _("This day has passed."))
    return day


def _currency(body: Reader) -> str:
    currency = body.text("currency", longest=3)
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        body.complain("currency", _("Three capital letters are expected, such as CNY."))
    return currency


def _line(line: Reader) -> GivenLine:
    given = GivenLine(
        product_code=line.text("product_code", longest=40),
        description=line.text("description", longest=200),
        specification=line.text("specification", longest=200),
        unit=line.text("unit", longest=20),
        quantity=line.decimal("quantity", whole=11, places=3, required=True, above_zero=True) or Decimal(0),
        unit_price=line.decimal("unit_price", whole=10, places=4),
    )
    if line.given and not given.product_code:
        if not given.description:
            line.complain("description", _("Give a product code or describe the goods."))
        if given.unit_price is None:
            line.complain("unit_price", _("Required without a product code."))
    line.refuse_unknown()
    return given


def _terms(body: Reader) -> tuple[TermSpec, ...]:
    rows = body.objects("payment_terms", least=0, most=MOST_TERMS)
    if not rows:
        return DEFAULT_TERMS
    terms = tuple(_term(row) for row in rows)
    total = sum((term.percent for term in terms), Decimal(0))
    if total != 100 and all(term.percent for term in terms):
        text = _("The parts add up to %(total)s %%, not 100 %%.")
        body.complain("payment_terms", text % {"total": f"{total:f}"})
    return terms


def _term(row: Reader) -> TermSpec:
    due_event = row.choice("due_event", DueEvent.values, required=True)
    percent = row.decimal("percent", whole=3, places=2, required=True, above_zero=True) or Decimal(0)
    days = row.integer("days", most=365)
    row.refuse_unknown()
    return TermSpec(due_event, percent, days)


def _spec(given: GivenOrder, partner: Partner) -> OrderSpec:
    currency = given.values["currency"] or partner.customer.currency
    customer = partner.customer
    return OrderSpec(
        **{**given.values, "currency": currency}, customer=customer, partner=partner, salesperson=customer.owner,
        source=Source.PARTNER, lines=_line_specs(given.lines, currency), terms=given.terms,
    )  # fmt: skip


def _line_specs(lines: list[GivenLine], currency: str) -> tuple[LineSpec, ...]:
    codes = {line.product_code for line in lines if line.product_code}
    products = {p.code: p for p in Product.objects.active().filter(code__in=codes)} if codes else {}
    wrong: dict[str, list[str]] = {}
    specs = []
    for index, line in enumerate(lines):
        product = products.get(line.product_code)
        if line.product_code and product is None:
            wrong[f"lines.{index}.product_code"] = [_("There is no such product.")]
        elif product and line.unit_price is None and product.currency != currency:
            text = _("Required: the list price is in %(currency)s.")
            wrong[f"lines.{index}.unit_price"] = [text % {"currency": product.currency}]
        else:
            specs.append(_line_spec(line, product))
    if wrong:
        raise DomainError("invalid", _("Some values are missing or wrong."), fields=wrong)
    return tuple(specs)


def _line_spec(line: GivenLine, product: Product | None) -> LineSpec:
    price = line.unit_price
    if price is None:
        price = product.list_price if product else Decimal(0)
    return LineSpec(line.quantity, price, product, line.description, line.specification, line.unit)


def _refuse_duplicate(partner: Partner, reference: str) -> None:
    twin = Order.objects.filter(partner=partner, partner_reference=reference).first()
    if twin is not None:
        raise Conflict(
            "duplicate_reference",
            _("Your reference %(reference)s stands on order %(number)s already.")
            % {"reference": reference, "number": twin.number or "-"},
            fields={"reference": [twin.number or ""]},
        )
