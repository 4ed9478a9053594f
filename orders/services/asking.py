"""One click to those who can remove what blocks an order (R14.1)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import STAFF_ROLES, Role
from accounts.models import User
from core import audit
from core.errors import Conflict, Reason
from core.models import AuditEntry
from orders.guards import blockers
from orders.guards.money import without_figures
from orders.models import Order
from orders.services.steps import lock_order
from workflow.notifications import notify

ASKED = gettext_noop("%(by)s asks for %(subject)s: %(reason)s")
ACTION = "order.gate_asked"


@act("orders.ask_for_gate", roles=STAFF_ROLES)
def ask_for_gate(*, order: Order, gate: str, by: User, now: datetime | None = None) -> Order:
    """Tell those who can open a gate of the order that somebody waits; once a day for each gate.

    `gate` is what `gate_of` says of a reason. Raises Conflict("gate") when it is open by now, Conflict("asked") when
    somebody asked today, Conflict("nobody") when nobody holds the roles.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    reason = open_gate(order, gate)
    if reason is None:
        raise Conflict("gate", _("This does not block the order any more."))
    if gate in _asked_today(order, now):
        raise Conflict("asked", _("Somebody has asked today already. They have it in their news."))
    people = [person for person in people_for(order, reason) if person.pk != by.pk]
    if not people:
        raise Conflict("nobody", _("Nobody else holds the role that can remove this. Tell an administrator."))
    notify(
        people, ASKED, params={"by": str(by), "subject": str(order), "reason": str(reason.text)}, subject=order,
        url=reason.url, key=f"ask:{order.pk}:{gate}:{timezone.localdate(now)}", by=by, now=now,
    )  # fmt: skip
    audit.record(ACTION, order, by=by, changes={"gate": [None, gate]}, note=str(without_figures(reason).text), now=now)
    return order


def gate_of(reason: Reason) -> str:
    """A reason as an address names it: its code and the roles that can remove it."""
    return "-".join([reason.code, *sorted(reason.roles)])


def open_gate(order: Order, gate: str) -> Reason | None:
    return next((reason for reason in blockers(order) if gate_of(reason) == gate), None)


def people_for(order: Order, reason: Reason) -> list[User]:
    """Who can remove it: holders of the roles, of sales the order's own salesperson."""
    roles = [role for role in reason.roles if role in STAFF_ROLES and role != Role.SALES]
    people = list(User.objects.with_role(*roles).filter(is_active=True)) if roles else []
    seller = order.salesperson if Role.SALES in reason.roles else None
    return [*people, seller] if seller and seller not in people else people


def with_asking(reasons: Sequence[Reason], order: Order, user: User) -> list[Reason]:
    """The reasons with the way to ask, for whoever cannot remove them; what was asked today says so."""
    if not reasons or not user.role_codes & STAFF_ROLES:
        return list(reasons)
    asked = _asked_today(order, timezone.now())
    return [_with_asking(reason, order, user, asked) for reason in reasons]


def _with_asking(reason: Reason, order: Order, user: User, asked: set[str]) -> Reason:
    if not set(reason.roles) & STAFF_ROLES or user.has_role(*reason.roles):
        return reason
    gate = gate_of(reason)
    if gate in asked:
        return replace(reason, asked=True)
    return replace(reason, ask=reverse("orders:order-ask-for", args=[order.pk, gate]))


def _asked_today(order: Order, now: datetime) -> set[str]:
    start = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    rows = AuditEntry.objects.filter(subject_type="orders.order", subject_id=order.pk, action=ACTION, at__gte=start)
    return {entry["gate"][1] for entry in rows.values_list("changes", flat=True)}
