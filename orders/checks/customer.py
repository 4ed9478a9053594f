"""Checks of who orders: known, in credit, without arrears, and not twice (R3.2, R9.2)."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_noop

from core.formats import quantity
from core.money import format_money
from credit.choices import Grade
from credit.selectors import credit_account
from customers.choices import Tier
from customers.selectors import missing_papers
from orders.acceptance import is_small
from orders.arrears import overdue_receivables
from orders.checks.looked import Looked, found, passed_if
from orders.choices import CheckOutcome, DueEvent, OrderStatus
from orders.guards.money import credit_left, owed_on_credit
from orders.models import CheckPolicy, Order, ReviewCheck
from workflow.choices import message_id

BEFORE = (DueEvent.BEFORE_PRODUCTION, DueEvent.BEFORE_SHIPMENT)
DUPLICATES_SHOWN = 20
NOT_A_DUPLICATE = (OrderStatus.DRAFT, OrderStatus.CANCELED, OrderStatus.REJECTED)


def identity(looked: Looked, policy: CheckPolicy) -> ReviewCheck:
    """The archive says who the customer is, and the order whom to call."""
    order, customer = looked.order, looked.order.buyer
    asked_for = {
        gettext_noop("name"): customer.name, gettext_noop("tax number"): customer.tax_number,
        gettext_noop("contact name"): order.contact_name, gettext_noop("contact telephone"): order.contact_phone,
    }  # fmt: skip
    missing = [word for word, value in asked_for.items() if not value.strip()]
    if missing:
        return found(CheckOutcome.FAILED, source=gettext_noop("Missing: %(t_missing)s"), t_missing=missing)
    return found(CheckOutcome.PASSED, source=gettext_noop("Name, tax number and contact are known"))


def qualification(looked: Looked, policy: CheckPolicy) -> ReviewCheck:
    """The required papers are filed and valid; a new customer's order does not come so far without (R1.7)."""
    lacking = missing_papers(looked.order.buyer, looked.today)
    if not lacking:
        return found(CheckOutcome.PASSED, source=gettext_noop("Business licence and credit record are valid"))
    return found(
        CheckOutcome.FAILED, source=gettext_noop("Not filed or no longer valid: %(t_papers)s"),
        t_papers=[message_id(lack.kind) for lack in lacking],
    )  # fmt: skip


def payment_terms(looked: Looked, policy: CheckPolicy) -> ReviewCheck:
    """Days on credit and the part before shipment within what the customer's credit grade is allowed."""
    grade = Grade(credit_account(looked.order.buyer).grade)
    most, least = policy.days(f"days_{grade.lower()}"), policy.limit(f"prepaid_{grade.lower()}")
    terms = looked.order.terms.all()
    days = max((term.days for term in terms if term.due_event == DueEvent.AFTER_DELIVERY), default=0)
    prepaid = sum((term.percent for term in terms if term.due_event in BEFORE), Decimal(0))
    source = gettext_noop("Grade %(grade)s: days on credit, part before shipment")
    return found(
        passed_if(days <= most and prepaid >= least), f"{days}; {quantity(prepaid)} %",
        f"≤ {most}; ≥ {quantity(least)} %", source, grade=grade.value,
    )  # fmt: skip


def credit_limit(looked: Looked, policy: CheckPolicy) -> ReviewCheck:
    """The part sold on credit against what the customer has left."""
    order = looked.order
    owed, left, account = owed_on_credit(order), credit_left(order), credit_account(order.buyer)
    currency = order.buyer.currency
    return found(
        passed_if(owed <= left), format_money(owed, order.currency), f"≤ {format_money(left, order.currency)}",
        gettext_noop("Limit %(limit)s, owed %(exposure)s"),
        limit=format_money(account.limit, currency), exposure=format_money(account.exposure, currency),
    )  # fmt: skip


def arrears(looked: Looked, policy: CheckPolicy) -> ReviewCheck:
    """Money for goods delivered that should have arrived by now, of any of the customer's orders."""
    grace = policy.days("grace_days")
    rows = overdue_receivables(looked.order.buyer, today=looked.today - timedelta(days=grace))
    sums = defaultdict[str, Decimal](Decimal)
    for order, missing in rows:
        sums[order.currency] += missing
    nothing = format_money(Decimal(0), looked.order.currency)
    if not rows:
        source = gettext_noop("No receivable is overdue by more than %(days)s days")
        return found(CheckOutcome.PASSED, nothing, nothing, source, days=grace)
    orders = "; ".join(f"{order.number} {format_money(missing, order.currency)}" for order, missing in rows)
    total = [format_money(amount, currency) for currency, amount in sorted(sums.items())]
    return found(CheckOutcome.FAILED, total, nothing, gettext_noop("Overdue: %(orders)s"), orders=orders[:400])


def duplicate(looked: Looked, policy: CheckPolicy) -> ReviewCheck:
    """Another order of the customer for the same goods within some days."""
    days = policy.days("window_days")
    since = looked.round.opened_at - timedelta(days=days)
    rows = Order.objects.filter(customer=looked.order.buyer, received_at__gte=since).exclude(pk=looked.order.pk)
    rows = rows.exclude(status__in=NOT_A_DUPLICATE).order_by("-pk")
    goods: dict[str, set[int | str]] = defaultdict(set)
    for number, product, text in rows.values_list("number", "lines__product_id", "lines__description"):
        goods[number or ""].add(product or text)
    own = {line.product_id or line.description for line in looked.lines}
    same = [number for number, theirs in goods.items() if theirs == own]
    source = gettext_noop("Orders of this customer for the same goods in the last %(days)s days")
    return found(passed_if(not same), same[:DUPLICATES_SHOWN], "0" if same else "", source, days=days)


def small_order(looked: Looked, policy: CheckPolicy) -> ReviewCheck:
    """Small orders of ordinary customers are proposed an uplift (R3.6); the amount is set in yuan."""
    order, least = looked.order, format_money(policy.limit("small_below"), "CNY")
    small = is_small(order, policy)
    if small is None:
        source = gettext_noop("The limit for small orders, %(limit)s, is not set in %(currency)s")
        return found(CheckOutcome.UNJUDGED, source=source, limit=least, currency=order.currency)
    if order.buyer.tier != Tier.ORDINARY:
        return found(CheckOutcome.PASSED, source=gettext_noop("A key customer"))
    asked = format_money(order.amount, order.currency)
    if not small:
        return found(CheckOutcome.PASSED, asked, f"≥ {least}", gettext_noop("No uplift is proposed"))
    return found(
        CheckOutcome.FAILED, asked, f"≥ {least}", gettext_noop("Proposed: %(percent)s %% more, %(days)s days later"),
        percent=quantity(policy.limit("uplift_percent")), days=policy.days("extra_days"),
    )  # fmt: skip
