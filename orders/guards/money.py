"""Money and goods: what the payment schedule asks for, against what finance has confirmed (R5.1, R9.2)."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from core.errors import Reason
from core.money import format_money, quantize
from credit.selectors import confirmed_total, credit_account
from orders.choices import CheckCode, DueEvent
from orders.models import Order
from workflow.choices import Gate
from workflow.services import valid_waiver

EVENTS_IN_ORDER = (
    DueEvent.BEFORE_PRODUCTION,
    DueEvent.BEFORE_SHIPMENT,
    DueEvent.ON_DELIVERY,
    DueEvent.AFTER_DELIVERY,
)


def due_by(order: Order, event: str) -> Decimal:
    """The part of the amount that must have arrived by the event, earlier events included."""
    reached = EVENTS_IN_ORDER[: EVENTS_IN_ORDER.index(DueEvent(event)) + 1]
    percent = sum((term.percent for term in order.terms.all() if term.due_event in reached), Decimal(0))
    return quantize(order.amount * percent / 100, order.currency)


def paid(order: Order) -> Decimal:
    if not order.number:
        return Decimal(0)
    return confirmed_total(order.number, customer=order.buyer, currency=order.currency)


def owed_on_credit(order: Order) -> Decimal:
    """What the customer will owe after the goods have left: the part no gate asks for beforehand."""
    return order.amount - due_by(order, DueEvent.BEFORE_SHIPMENT)


def credit_left(order: Order) -> Decimal:
    """What the buyer may still owe in the order's currency: a limit in yuan is no limit in dollars."""
    left = credit_account(order.buyer).available_credit
    return left if order.currency == order.buyer.currency else min(left, Decimal(0))


def to_be_waived(order: Order, check: str) -> Decimal:
    """What a special approval must cover to let the order pass a failed check."""
    return owed_on_credit(order) if check == CheckCode.CREDIT_LIMIT else order.amount


def wanting(order: Order, gate: str) -> Decimal:
    """What a special approval about an amount must reach: the part on credit, or the money that has not arrived."""
    if gate == Gate.PAYMENT:
        return lacking(order, DueEvent.BEFORE_SHIPMENT) or order.amount
    return to_be_waived(order, gate) or order.amount


def lacking(order: Order, event: str) -> Decimal:
    due = due_by(order, event)
    return max(due - paid(order), Decimal(0)) if due else due


def _unpaid(order: Order, event: str, text: Any) -> Iterator[Reason]:
    missing = lacking(order, event)
    if missing and not valid_waiver(order, Gate.PAYMENT, amount=missing):
        yield Reason(
            "payment", text % {"missing": format_money(missing, order.currency),
                                  "due": format_money(due_by(order, event), order.currency)},
            roles=(Role.FINANCE, Role.GENERAL_MANAGER), since=order.approved_at,
            url=reverse("orders:order-receipt", args=[order.pk]), act=_("Report a payment"),
        )  # fmt: skip


def deposit_received(order: Order) -> Iterator[Reason]:
    """R5.1: the part due before production."""
    text = _("Before production %(due)s is due; %(missing)s has not arrived.")
    yield from _unpaid(order, DueEvent.BEFORE_PRODUCTION, text)


def paid_before_shipment(order: Order) -> Iterator[Reason]:
    """R5.1: no goods before the money that the terms ask for, save by special approval."""
    text = _("Before shipment %(due)s is due; %(missing)s has not arrived.")
    yield from _unpaid(order, DueEvent.BEFORE_SHIPMENT, text)


def balance_is_paid(order: Order) -> Iterator[Reason]:
    """R7.5"""
    missing = order.amount - paid(order)
    if missing > 0:
        yield Reason(
            "balance", _("%(missing)s of the amount has not arrived.")
            % {"missing": format_money(missing, order.currency)},
            roles=(Role.FINANCE,), since=order.accepted_at,
            url=reverse("orders:order-receipt", args=[order.pk]), act=_("Report a payment"),
        )  # fmt: skip


def without_figures(reason: Reason) -> Reason:
    """As who may not read the customer's money reads it."""
    return replace(reason, text=_("Above the credit limit.")) if reason.code == "credit" else reason


def credit_suffices(order: Order) -> Iterator[Reason]:
    """R9.2: what is sold on credit stays within the customer's limit."""
    owed, left = owed_on_credit(order), credit_left(order)
    if owed > left and not valid_waiver(order, CheckCode.CREDIT_LIMIT, amount=owed):
        yield Reason(
            "credit", _("Above the credit limit: %(owed)s more, %(available)s available.")
            % {"owed": format_money(owed, order.currency),
               "available": format_money(left, order.currency)},
            roles=(Role.FINANCE, Role.GENERAL_MANAGER), since=order.reviewed_at,
            url=reverse("orders:order-waiver", args=[order.pk, CheckCode.CREDIT_LIMIT]), act=_("Approve specially"),
        )  # fmt: skip
