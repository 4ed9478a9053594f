"""Reporting what keeps the work from going on, and what it does to which orders (R4.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from core.horizon import beyond, out_of_reach
from fulfillment.choices import DisruptionKind, NoticeReason
from fulfillment.models import CustomerNotice, Disruption
from fulfillment.services.notices import open_notice
from orders.choices import OrderStatus
from orders.models import Order, OrderLine
from orders.services.steps import lock_order
from workflow.notifications import notify

REPORTERS = frozenset({Role.PRODUCTION, Role.WAREHOUSE, Role.QUALITY, Role.LOGISTICS, Role.PURCHASING, *MANAGERS})
UNDER_WAY = (OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION)
HAPPENED = gettext_noop("Disruption reported: %(text)s")


@dataclass(frozen=True)
class Effect:
    """What it does to one order; `new_date` where it can be said."""

    order: Order
    text: str
    new_date: date | None = None


def affected_orders(family_ids: Iterable[int] = ()) -> QuerySet[Order]:
    """Orders under way with goods still to be shipped, of the families named or of all; the earliest promise first."""
    lines = OrderLine.objects.open().filter(order=OuterRef("pk"))
    if families := list(family_ids):
        lines = lines.filter(product__family__in=families)
    rows = Order.objects.filter(Exists(lines), status__in=UNDER_WAY)
    return rows.order_by("promise_date", "requested_date", "pk")


@act("fulfillment.report_disruption", roles=REPORTERS)
def report_disruption(
    *, kind: str, description: str, started_at: datetime, by: User, expected_end: datetime | None = None,
    measures: str = "", now: datetime | None = None,
) -> Disruption:  # fmt: skip
    """Report a disruption; due within two hours of its start, and marked when later. Raises DomainError by field."""
    now = now or timezone.now()
    problems = {}
    if kind not in DisruptionKind.values:
        problems["kind"] = [_("Choose one.")]
    if not description.strip():
        problems["description"] = [_("Required.")]
    if started_at > now:
        problems["started_at"] = [_("This time has not come yet.")]
    if expected_end and expected_end < started_at:
        problems["expected_end"] = [_("It cannot end before it began.")]
    moments = {"started_at": started_at, "expected_end": expected_end}
    days = {name: timezone.localdate(moment) for name, moment in moments.items() if moment}
    problems |= beyond(days, timezone.localdate(now))
    if problems:
        raise DomainError("incomplete", _("The report is incomplete."), fields=problems)
    disruption = Disruption.objects.create(
        kind=kind, description=description.strip(), started_at=started_at, expected_end=expected_end,
        measures=measures.strip(), reported_by=by, reported_at=now,
    )  # fmt: skip
    audit.record("disruption.reported", disruption, by=by, note=disruption.description, now=now)
    people = User.objects.with_role(Role.ORDER_CENTER, Role.SALES_MANAGER, Role.PRODUCTION)
    notify(people, HAPPENED, params={"text": disruption.description[:200]}, subject=disruption, by=by, now=now)
    return disruption


@act("fulfillment.name_affected_orders", roles=REPORTERS | {Role.ORDER_CENTER})
def name_affected_orders(
    *, disruption: Disruption, effects: Iterable[Effect], by: User, now: datetime | None = None
) -> list[CustomerNotice]:
    """Name what it does to which orders; each customer's salesperson is put to telling it (R4.3).

    An order named before keeps its first notice. Raises DomainError("effect") by field, Conflict("ended").
    """
    now = now or timezone.now()
    disruption = Disruption.objects.select_for_update().get(pk=disruption.pk)
    require_going_on(disruption)
    effects = sorted(effects, key=lambda effect: effect.order.pk)
    problems = {f"text_{e.order.pk}": [_("Say what it does to this order.")] for e in effects if not e.text.strip()}
    problems |= out_of_reach({f"new_date_{e.order.pk}": e.new_date for e in effects}, timezone.localdate(now))
    if problems or not effects:
        raise DomainError("effect", _("Choose the orders, and say what it does to each."), fields=problems)
    named = set(disruption.notices.values_list("order_id", flat=True))
    return [_tell(disruption, effect, by=by, now=now) for effect in effects if effect.order.pk not in named]


def require_going_on(disruption: Disruption) -> None:
    """Raise Conflict("ended") once it is over."""
    if not disruption.is_open:
        raise Conflict("ended", _("This disruption is over."))


def _tell(disruption: Disruption, effect: Effect, *, by: User, now: datetime) -> CustomerNotice:
    order = lock_order(effect.order, by=by)
    if order.status not in UNDER_WAY:
        raise Conflict("status", _("Order %(number)s has left or ended meanwhile.") % {"number": order.number})
    return open_notice(
        order, reason=NoticeReason.DISRUPTION, text=effect.text, new_date=effect.new_date, disruption=disruption,
        by=by, now=now,
    )  # fmt: skip


@act("fulfillment.end_disruption", roles=REPORTERS)
def end_disruption(
    *, disruption: Disruption, measures: str, by: User, ended_at: datetime | None = None, now: datetime | None = None
) -> Disruption:
    """It is over: what was done about it. Raises DomainError by field, Conflict("ended")."""
    now = now or timezone.now()
    disruption = Disruption.objects.select_for_update().get(pk=disruption.pk)
    require_going_on(disruption)
    ended_at = ended_at or now
    problems = {}
    if not measures.strip():
        problems["measures"] = [_("Say what was done.")]
    if not disruption.started_at <= ended_at <= now:
        problems["ended_at"] = [_("Between its beginning and now.")]
    if problems:
        raise DomainError("incomplete", _("The report is incomplete."), fields=problems)
    disruption.ended_at, disruption.measures = ended_at, measures.strip()
    disruption.save(update_fields=["ended_at", "measures"])
    audit.record("disruption.ended", disruption, by=by, note=disruption.measures, now=now)
    return disruption
