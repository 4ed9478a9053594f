"""After delivery (R7.1)."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from aftersales.choices import Satisfaction
from aftersales.models import Visit
from core import audit
from core.errors import DomainError
from orders.choices import OrderStatus
from orders.models import Order
from orders.services.steps import lock_order, require_status
from workflow.choices import WorkKind
from workflow.notifications import notify
from workflow.services import finish_work, open_work

UNHAPPY = gettext_noop("Customer dissatisfied (%(satisfaction)s of 5) with order %(order)s: %(needs)s")


@act("aftersales.record_visit", roles={Role.SALES, Role.INSIDE_SALES, Role.SERVICE, Role.AFTERSALES, *MANAGERS})
def record_visit(
    *, order: Order, use: str, satisfaction: int, by: User, needs: str = "", remarks: str = "",
    at: datetime | None = None, now: datetime | None = None,
) -> Visit:  # fmt: skip
    """Record a follow-up visit; the first fulfils the duty and asks sales to close the order.

    Raises DomainError("incomplete") with the fields, Conflict("status") before the goods are accepted.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.ACCEPTED, OrderStatus.CLOSED)
    visit = Visit(order=order, use=use.strip(), satisfaction=satisfaction, needs=needs.strip(), remarks=remarks.strip())
    visit.by, visit.at = by, at or now
    _check(visit, now)
    visit.save(force_insert=True)
    audit.record(
        "order.visited", order, by=by, changes={"satisfaction": [None, satisfaction]}, note=visit.needs, now=now
    )
    fulfilled = finish_work(WorkKind.VISIT, order, by=by, outcome=str(satisfaction), now=now)
    if fulfilled and order.status == OrderStatus.ACCEPTED:
        open_work(WorkKind.CLOSE_ORDER, order, by=by, role=Role.SALES, person=order.salesperson, now=now)
    if visit.is_unhappy:
        _tell_managers(visit, by, now)
    return visit


def _check(visit: Visit, now: datetime) -> None:
    problems = {}
    if not visit.use:
        problems["use"] = [_("Write down how the goods are used.")]
    if visit.satisfaction not in Satisfaction.values:
        problems["satisfaction"] = [_("Choose one.")]
    if visit.at > now:
        problems["at"] = [_("This time has not come yet.")]
    if problems:
        raise DomainError("incomplete", _("The record of the visit is incomplete."), fields=problems)


def _tell_managers(visit: Visit, by: User, now: datetime) -> None:
    params = {"satisfaction": visit.satisfaction, "order": visit.order.number, "needs": visit.needs or visit.remarks}
    people = User.objects.with_role(Role.SALES_MANAGER, Role.AFTERSALES)
    notify(people, UNHAPPY, params=params, subject=visit, by=by, key=f"visit:{visit.pk}", now=now)
