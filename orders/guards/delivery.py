"""From the promise to the customer's signature. Shipments and visits are read through the order's reverse relations."""

from collections.abc import Iterator

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from core import formats
from core.errors import Reason
from orders.models import Order
from workflow.choices import WorkKind
from workflow.services import open_items


def production_replied(order: Order) -> Iterator[Reason]:
    """R4.2"""
    if order.production_replied_at is None:
        yield Reason(
            "production_reply", _("Production has not answered with a delivery date."), roles=(Role.PRODUCTION,),
            since=order.approved_at, url=reverse("fulfillment:production-reply", args=[order.pk]),
            act=_("Answer with a date"),
        )  # fmt: skip


def date_is_settled(order: Order) -> Iterator[Reason]:
    """R4.2: a date later than asked is settled with the customer first."""
    if order.production_replied_at and not order.promise_settled:
        assert order.promise_date and order.requested_date  # one production's answer, the other a received order's
        yield Reason(
            "promise", _("Promised for %(promise)s, asked for %(asked)s: settle it with the customer.")
            % {"promise": formats.day(order.promise_date), "asked": formats.day(order.requested_date)},
            roles=(Role.SALES,), since=order.production_replied_at,
            url=reverse("fulfillment:settle-promise", args=[order.pk]), act=_("Settle the date"),
        )  # fmt: skip


def inspection_passed(order: Order) -> Iterator[Reason]:
    """R4.9"""
    if order.inspection_passed_at is None:
        yield Reason(
            "inspection", _("The final inspection has not been passed."), roles=(Role.QUALITY,),
            since=order.in_production_at, url=reverse("fulfillment:inspection", args=[order.pk]), act=_("Inspect"),
        )  # fmt: skip


def everything_dispatched(order: Order) -> Iterator[Reason]:
    """R5.5: parts may go first; the order is shipped when nothing is left."""
    open_lines = order.lines.filter(quantity_shipped__lt=F("quantity")).count()
    if open_lines:
        yield Reason(
            "undispatched", _("%(count)s lines are not dispatched completely.") % {"count": open_lines},
            roles=(Role.WAREHOUSE,), since=order.inspection_passed_at,
            url=reverse("fulfillment:shipment-create", args=[order.pk]), act=_("Prepare a shipment"),
        )  # fmt: skip


def shipments_are_accepted(order: Order) -> Iterator[Reason]:
    """R6.2, R6.3"""
    for shipment in order.shipments.exclude(status__in=("accepted", "canceled")):
        yield Reason(
            "acceptance", _("Shipment %(number)s is not accepted yet.") % {"number": shipment.number},
            roles=(Role.SALES,), since=shipment.shipped_at, url=shipment.get_absolute_url(), act=_("Open shipment"),
        )  # fmt: skip


def no_open_problem(order: Order) -> Iterator[Reason]:
    """R6.4, R7.5"""
    for item in open_items(order).filter(kind=WorkKind.ACCEPTANCE_PROBLEM):
        yield Reason(
            "problem", _("Open problem: %(title)s") % {"title": item.name}, roles=(Role.AFTERSALES,),
            since=item.opened_at, url=item.url, act=_("Settle"),
        )  # fmt: skip


def no_open_incident(order: Order) -> Iterator[Reason]:
    """R5.6, R7.5"""
    for item in open_items(order).filter(kind=WorkKind.TRANSPORT_INCIDENT):
        yield Reason(
            "incident", _("Open transport incident: %(title)s") % {"title": item.name}, roles=(Role.LOGISTICS,),
            since=item.opened_at, url=item.url, act=_("Settle"),
        )  # fmt: skip


def visit_is_done(order: Order) -> Iterator[Reason]:
    """R7.1, R7.5"""
    if not order.visits.exists():
        yield Reason(
            "visit", _("The follow-up visit has not been made."), roles=(Role.SALES, Role.AFTERSALES),
            since=order.accepted_at, url=reverse("aftersales:visit-record", args=[order.pk]), act=_("Record the visit"),
        )  # fmt: skip
