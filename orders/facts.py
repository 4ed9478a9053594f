"""What the approval rules may look at in an order, and how it is read (R3.5, R14.3)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import ProductFamily
from core.canonical import digest
from core.models import AuditEntry
from credit.choices import Grade
from credit.selectors import credit_account
from customers.choices import Tier
from customers.models import Customer, Partner
from orders.choices import DueEvent, OrderStatus
from orders.figures import figures_of
from orders.models import Order, OrderLine, Quotation, ReviewOpinion
from orders.models.goods import GoodsRow, TermRow
from orders.specs import FIELDS
from workflow.facts import Fact, FactKind

KIND, QUOTATION = "order", "quotation"
SPECIAL = {
    "packaging": _("packaging"), "customization": _("customisation"), "labels": _("labels"), "remarks": _("remarks"),
}  # fmt: skip
# Whom to call changes nothing that is decided; everything else a person writes does.
NOT_DECIDED = {"contact", "contact_name", "contact_phone", "contact_email", "receiver", "receiver_phone", "import_key"}
DAY = timedelta(days=1)
GONE = (OrderStatus.DRAFT, OrderStatus.CANCELED, OrderStatus.REJECTED)
MANY = 500  # orders of one customer on one day: more are not compared


OFFERED = (
    Fact("special_terms", _("Payment after delivery"), FactKind.FLAG, reads=("terms",),
         sentences={"is": _("special terms")}),
    Fact("credit_days", _("Days on credit"), FactKind.NUMBER, reads=("terms",)),
    Fact("payment_kinds", _("Kinds of payment"), FactKind.TAGS, choices=lambda: DueEvent.choices, reads=("terms",)),
    Fact("margin_percent", _("Margin"), FactKind.PERCENT, unknown_asks=True),
    Fact("discount_percent", _("Largest discount on the list price"), FactKind.PERCENT, unknown_asks=True),
    Fact("credit_grade", _("Credit grade"), FactKind.CHOICE, choices=lambda: Grade.choices, unknown_asks=True),
    Fact("customer_tier", _("Class of the customer"), FactKind.CHOICE, choices=lambda: Tier.choices,
         unknown_asks=True),
    Fact("new_customer", _("First order of the customer"), FactKind.FLAG,
         sentences={"is": _("first order of the customer")}),
    Fact("families", _("Product families"), FactKind.TAGS, living=True,
         choices=lambda: ProductFamily.objects.values_list("code", "name")),
    Fact("off_list", _("Goods outside the product list"), FactKind.FLAG,
         sentences={"is": _("goods outside the product list")}),
    Fact("by_partner", _("Order of a channel partner"), FactKind.FLAG, reads=("partner",),
         sentences={"is": _("order of a channel partner")}),
    Fact("partner", _("Channel partner"), FactKind.CHOICE, living=True,
         choices=lambda: [(str(pk), name) for pk, name in Partner.objects.order_by("name").values_list("pk", "name")]),
    Fact("special_clauses", _("Special needs"), FactKind.TAGS, choices=lambda: tuple(SPECIAL.items()),
         reads=("clauses",)),
    Fact("lookalikes", _("Look-alike orders within a day"), FactKind.NUMBER,
         sentences={"gt": _("looks like another order of the same day")}),
)  # fmt: skip


# A quotation has no partner yet, and the next version is meant to look like the one before.
OFFERED_FOR_QUOTATIONS = (
    *(fact for fact in OFFERED if fact.name not in ("by_partner", "partner", "lookalikes")),
    Fact("below_floor", _("Price below the floor"), FactKind.FLAG, sentences={"is": _("a price below the floor")}),
)


def facts_of(order: Order) -> dict[str, Any]:
    """Facts of an order that has a customer, as a case freezes them. The statements do not grow with its lines."""
    lines = list(order.lines.select_related("product__family"))
    return {
        "submitted_by_id": order.submitted_by_id,
        "author_ids": authors_of(order),
        "new_customer": not bought_before(order.buyer, but=order.pk),
        "by_partner": order.partner_id is not None,
        "partner": str(order.partner_id or ""),
        "lookalikes": lookalikes_of(order, lines),
        "opinions": _opinions(order),
        **said_in(order, lines, list(order.terms.all()), FIELDS),
    }


def said_in(
    offer: Order | Quotation, lines: Sequence[GoodsRow], terms: Sequence[TermRow], names: Iterable[str]
) -> dict[str, Any]:  # fmt: skip
    """What an order and a quotation say alike; `names` are the fields a person writes on it."""
    figures = figures_of(lines, offer.currency)
    goods = [_line(line) for line in lines]
    return {
        "amount": offer.amount,
        "currency": offer.currency,
        "customer_id": offer.customer_id,
        "salesperson_id": offer.salesperson_id,
        **_terms(terms),
        "margin_percent": None if figures.uncosted else figures.margin_percent,
        "discount_percent": figures.discount_percent,
        "families": list(figures.families),
        "off_list": any(line.product_id is None for line in lines),
        "credit_grade": str(credit_account(offer.buyer).grade),
        "customer_tier": str(offer.buyer.tier),
        "special_clauses": [name for name in SPECIAL if getattr(offer, name)],
        "shares": _shares(lines),
        "goods": digest(goods),
        "clauses": digest([getattr(offer, name) for name in SPECIAL]),
        "content": digest([_head(offer, names), goods, [str(_term(term)) for term in terms]]),
    }


def authors_of(order: Order) -> list[int]:
    """Whoever wrote on it: handing the pen to a colleague who submits it does not open the way to approve it."""
    edits = AuditEntry.objects.filter(subject_type="orders.order", subject_id=order.pk, action="order.edited")
    writers = {order.created_by_id, *edits.order_by().values_list("by_id", flat=True)}
    return sorted(pk for pk in writers if pk)


def lookalikes_of(order: Order, lines: Sequence[OrderLine]) -> list[str]:
    """Numbers of the customer's orders within a day of this one that have the same goods or the same sum (R14.3)."""
    at: datetime = order.received_at or timezone.now()
    others = Order.objects.filter(
        customer_id=order.customer_id, received_at__gte=at - DAY, received_at__lte=at + DAY, currency=order.currency
    ).exclude(Q(pk=order.pk) | Q(status__in=GONE))
    goods: dict[tuple[str, Decimal], set[Any]] = defaultdict(set)
    for number, amount, product, text in others.order_by("pk").values_list(
        "number", "amount", "lines__product_id", "lines__description"
    )[: MANY * 10]:
        goods[number, amount].add(product or text)
    mine = {line.product_id or line.description for line in lines}
    return [number for (number, amount), theirs in goods.items() if amount == order.amount or theirs == mine][:20]


def _terms(terms: Sequence[TermRow]) -> dict[str, Any]:
    after = [term.days for term in terms if term.due_event == DueEvent.AFTER_DELIVERY]
    return {
        "special_terms": bool(after),
        "credit_days": max(after, default=0),
        "payment_kinds": sorted({str(term.due_event) for term in terms}),
        "terms": digest([_term(term) for term in terms]),
    }


def bought_before(customer: Customer, *, but: int | None = None) -> bool:
    return Order.objects.filter(customer=customer, approved_at__isnull=False).exclude(pk=but).exists()


def _shares(lines: Sequence[GoodsRow]) -> dict[str, dict[str, Decimal]]:
    shares: dict[str, dict[str, Decimal]] = {"product": defaultdict(Decimal), "family": defaultdict(Decimal)}
    for line in lines:
        if line.product:
            shares["product"][line.product.code] += line.amount
            if line.product.family:
                shares["family"][line.product.family.code] += line.amount
    return {dimension: dict(found) for dimension, found in shares.items()}


def _opinions(order: Order) -> str:
    """What the departments said is part of what was signed: other opinions, another question."""
    given = ReviewOpinion.objects.filter(round__order=order, round__number=order.round).order_by("department")
    said = given.values_list("department", "result", "remarks", "conditions", "answers", "lead_time_days")
    return digest([list(row) for row in said])


def _head(offer: Order | Quotation, names: Iterable[str]) -> list[Any]:
    decided = [name for name in names if name not in NOT_DECIDED]
    return [str(getattr(offer, f"{name}_id", None) or getattr(offer, name)) for name in decided]


def _line(line: GoodsRow) -> list[Any]:
    return [line.product_id, line.description, line.specification, line.unit,
            _number(line.quantity), _number(line.unit_price), _number(line.amount)]  # fmt: skip


def _term(term: TermRow) -> list[Any]:
    return [str(term.due_event), _number(term.percent), term.days]


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
