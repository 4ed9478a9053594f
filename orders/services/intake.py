"""Drafts and receipt (R2.1, R2.2). One door for form, API and import: `place_orders`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.bulk import insert_many
from core.errors import Conflict, DomainError
from core.money import format_money
from core.numbering import draw_number, draw_numbers
from credit.choices import PaymentMethod
from credit.models import Receipt
from credit.services import report_receipt
from customers.models import Customer
from orders.choices import OrderStatus, Source
from orders.completeness import require_complete
from orders.models import Order, OrderLine, PaymentTerm
from orders.prices import NOT_AGREED
from orders.services.call_offs import require_agreed
from orders.services.edits import AGREED, changes_between, content_of
from orders.services.reviews import open_round
from orders.services.steps import lock_order, log_changes, move, require_status
from orders.specs import OrderSpec, spec_of
from workflow.choices import WorkKind
from workflow.services import finish_work, lapse_waivers
from workflow.services.many import open_work_many

# A hundred times as much still fits the books, where amounts are added up.
LARGEST = Decimal("999999999999.99")
INTAKE = {Role.SALES, Role.INSIDE_SALES, Role.SALES_MANAGER, Role.PARTNER}


@act("orders.save_draft", roles=INTAKE)
def save_draft(
    *, spec: OrderSpec, by: User, order: Order | None = None, version: int | None = None,
    now: datetime | None = None,
) -> Order:  # fmt: skip
    """Keep what has been entered so far, complete or not (R2.1).

    `version` is the one the person saw. A special approval given for other goods, prices or terms falls with them.
    Raises Conflict("edited") when somebody saved in between, Conflict("status") when the order is past editing,
    DomainError("too_large") for an amount beyond the books.
    """
    if order is None:
        order = spec.fill(Order(created_by=by))
        _default(order, by, now)
        _set_amount(order, lines := spec.build_lines(order))
        order.save()
        _insert_rows(lines, spec.build_terms(order))
        audit.record("order.drafted", order, by=by, now=now)
        return order
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.DRAFT, OrderStatus.RETURNED)
    if version is not None and version != order.version:
        raise Conflict("edited", _("Somebody else saved this order while you were typing. Compare, then save again."))
    before = content_of(order, order.lines.select_related("product"), order.terms.all())
    keep_partner = (order.partner, order.import_key)
    spec.fill(order)
    order.partner, order.import_key = order.partner or keep_partner[0], order.import_key or keep_partner[1]
    _default(order, by, now)
    lines, terms = spec.build_lines(order), spec.build_terms(order)
    _set_amount(order, lines)
    order.version += 1
    order.save()
    order.lines.all().delete()
    order.terms.all().delete()
    _insert_rows(lines, terms)
    changes = changes_between(before, content_of(order, lines, terms))
    audit.record("order.edited", order, by=by, changes=changes, now=now)
    if AGREED & changes.keys():
        lapse_waivers(order, by=by, now=now)
    return order


@act("orders.copy_order", roles=INTAKE)
def copy_order(*, order: Order, by: User, now: datetime | None = None) -> Order:
    """A new draft with the content of an order that the person may see; dates start afresh."""
    order = lock_order(order, by=by)
    spec = replace(spec_of(order), ordered_date=None, requested_date=None, partner=None, partner_reference="")
    return save_draft(spec=spec, by=by, now=now)


def last_order(customer: Customer, reader: User) -> Order | None:
    """The customer's newest order that the reader may see and that was not given up."""
    rows = Order.objects.visible_to(reader).filter(customer=customer).exclude(status__in=NOT_AGREED)
    return rows.order_by("-id").first()


@act("orders.repeat_last_order", roles=INTAKE)
def repeat_last_order(*, customer: Customer, by: User, now: datetime | None = None) -> Order:
    """A new draft like the customer's last order (R14.11). Raises DomainError("no_order") where there is none."""
    order = last_order(customer, by)
    if order is None:
        raise DomainError("no_order", _("This customer has no order that you could repeat. Enter a new one."))
    return copy_order(order=order, by=by, now=now)


@act("orders.receive_order", roles=INTAKE)
def receive_order(*, order: Order, by: User, now: datetime | None = None) -> Order:
    """Receive a draft, or a returned order for its next round (R2.2, R3.3).

    Raises DomainError("incomplete") listing what is missing by field, Conflict("status").
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.DRAFT, OrderStatus.RETURNED)
    lines = list(order.lines.all())
    require_complete(order, lines, list(order.terms.all()))
    require_agreed(lines, now=now)
    before = move(order, "receive", at=now)
    order.submitted_by = by
    order.number = order.number or draw_number("order", now=now)
    order.refresh_search_text()
    order.save()
    log_changes([(order, before)], by=by, at=now)
    if before == OrderStatus.RETURNED:
        finish_work(WorkKind.RETURNED_ORDER, order, by=by, now=now)
    if order.preliminary_passed_at:
        open_round(order, by=by, now=now)
    else:
        _ask_preliminary_review([order], by=by, now=now)
    return order


@act("orders.place_order", roles=INTAKE)
def place_order(*, spec: OrderSpec, by: User, now: datetime | None = None) -> Order:
    """Enter and receive a complete order in one act. Raises DomainError("incomplete")."""
    return place_orders(specs=[spec], by=by, now=now)[0]


@act("orders.place_orders", roles=INTAKE | {Role.ORDER_CENTER, Role.ADMIN})
def place_orders(*, specs: Sequence[OrderSpec], by: User, now: datetime | None = None) -> list[Order]:
    """Enter and receive many complete orders, all or none; the statements do not grow with their number.

    Raises DomainError("incomplete") at the first that is not complete.
    """
    now = now or timezone.now()
    orders, lines, terms = [], [], []
    for spec in specs:
        order = spec.fill(Order(created_by=by, submitted_by=by))
        _default(order, by, now)
        own_lines, own_terms = spec.build_lines(order), spec.build_terms(order)
        _set_amount(order, own_lines)
        require_complete(order, own_lines, own_terms)
        move(order, "receive", at=now)
        orders.append(order)
        lines += own_lines
        terms += own_terms
    require_agreed(lines, now=now)
    # Drawn after every check and just before the rows: a refused order costs no number, and the lock is short.
    _number(orders, specs, now)
    insert_many(orders, keys=True)
    _insert_rows(lines, terms)
    log_changes([(order, OrderStatus.DRAFT) for order in orders], by=by, at=now)
    _ask_preliminary_review(orders, by=by, now=now)
    return orders


@act("orders.report_payment", roles={Role.SALES, Role.INSIDE_SALES, Role.FINANCE, Role.SALES_MANAGER})
def report_payment(
    *, order: Order, amount: Decimal, by: User, received_date: date | None = None,
    method: str = PaymentMethod.TRANSFER, bank_reference: str = "", now: datetime | None = None,
) -> Receipt:  # fmt: skip
    """Report money for an order; finance confirms it (R5.1). Raises DomainError("unnumbered") for a draft."""
    order = lock_order(order, by=by, with_account=True)
    if not order.number or order.status in (OrderStatus.CANCELED, OrderStatus.REJECTED):
        raise DomainError("unnumbered", _("Money is recorded for received orders only."))
    return report_receipt(
        customer=order.buyer, reference=order.number, amount=amount, currency=order.currency, by=by,
        received_date=received_date, method=method, bank_reference=bank_reference, now=now,
    )  # fmt: skip


def _number(orders: Sequence[Order], specs: Sequence[OrderSpec], now: datetime) -> None:
    """One draw a month concerned, in the order of the months, so that two imports never wait for each other."""
    series: dict[datetime, list[Order]] = {}
    for order, spec in zip(orders, specs, strict=True):
        series.setdefault(_series_time(spec, now), []).append(order)
    for at in sorted(series):
        for order, number in zip(series[at], draw_numbers("order", len(series[at]), now=at), strict=True):
            order.number = number
            order.refresh_search_text()


def _series_time(spec: OrderSpec, now: datetime) -> datetime:
    """A moment in the month whose series the order joins."""
    day = spec.numbered_date
    return datetime(day.year, day.month, 15, 12, tzinfo=timezone.get_current_timezone()) if day else now


def _default(order: Order, by: User, now: datetime | None) -> None:
    """What the form need not ask."""
    if order.salesperson_id is None:
        owner = order.customer.owner if order.customer_id and order.customer else None
        order.salesperson = by if by.has_role(Role.SALES) else owner
    order.ordered_date = order.ordered_date or timezone.localdate(now)
    if order.partner_id:
        order.source = Source.PARTNER


def _set_amount(order: Order, lines: Sequence[OrderLine]) -> None:
    order.amount = sum((line.amount for line in lines), Decimal(0))
    if order.amount > LARGEST:
        raise DomainError(
            "too_large", _("An order is at most %(most)s.") % {"most": format_money(LARGEST, order.currency)},
            fields={"lines": [_("Check quantities and unit prices.")]},
        )  # fmt: skip


def _insert_rows(lines: Sequence[OrderLine], terms: Sequence[PaymentTerm]) -> None:
    rows: list[OrderLine | PaymentTerm] = [*lines, *terms]
    for row in rows:
        row.order_id = row.order.pk  # the order got its key after the rows were built
    insert_many(lines)
    insert_many(terms)


def _ask_preliminary_review(orders: Sequence[Order], *, by: User, now: datetime) -> None:
    open_work_many(WorkKind.PRELIMINARY_REVIEW, orders, by=by, role=Role.INSIDE_SALES, now=now)
