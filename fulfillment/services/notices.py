"""Telling customers what has become of their orders, with the record that it was done (R4.3, R4.4, R4.11)."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from fulfillment.models import CustomerNotice, Disruption
from orders.choices import CommunicationMeans
from orders.models import Order
from orders.services.steps import lock_order
from workflow.choices import WorkKind
from workflow.services import finish_work, open_work


def open_notice(
    order: Order, *, reason: str, text: str, by: User, now: datetime, new_date: date | None = None,
    disruption: Disruption | None = None,
) -> CustomerNotice:  # fmt: skip
    """Put it to the salesperson of an order already locked to tell its customer."""
    notice = CustomerNotice.objects.create(
        order=order, disruption=disruption, reason=reason, text=text.strip(), new_date=new_date, opened_at=now,
        opened_by=by,
    )  # fmt: skip
    open_work(
        WorkKind.CUSTOMER_NOTICE, order, by=by, role=Role.SALES, person=order.salesperson, key=str(notice.pk),
        title=notice.text[:200], url=notice.get_absolute_url(), now=now,
    )  # fmt: skip
    audit.record("order.notice_opened", order, by=by, note=notice.text, now=now)
    return notice


def require_untold(notice: CustomerNotice) -> None:
    """Raise Conflict("told") once the customer knows."""
    if not notice.is_open:
        raise Conflict("told", _("The customer has been told already."))


@act("fulfillment.tell_customer", roles={Role.SALES, Role.INSIDE_SALES, Role.SERVICE, *MANAGERS})
def tell_customer(
    *, notice: CustomerNotice, means: str, spoke_with: str, answer: str, by: User, now: datetime | None = None
) -> CustomerNotice:
    """Record that the customer was told, by what means, and what it said (R4.3, R4.11).

    Raises DomainError("incomplete") by field, Conflict("told") when a colleague was faster.
    """
    now = now or timezone.now()
    order = lock_order(notice.order, by=by)
    notice = CustomerNotice.objects.select_for_update().get(pk=notice.pk)
    require_untold(notice)
    given = {"spoke_with": spoke_with.strip(), "answer": answer.strip()}
    problems = {name: [_("Required.")] for name, text in given.items() if not text}
    if means not in CommunicationMeans.values:
        problems["means"] = [_("Choose one.")]
    if problems:
        raise DomainError("incomplete", _("Write down whom you told, and what the customer said."), fields=problems)
    notice.means, notice.spoke_with, notice.answer = means, given["spoke_with"], given["answer"]
    notice.told_at, notice.told_by = now, by
    notice.save()
    finish_work(WorkKind.CUSTOMER_NOTICE, order, by=by, outcome="told", key=str(notice.pk), now=now)
    audit.record("order.customer_told", order, by=by, note=f"{notice.text} → {notice.answer}", now=now)
    return notice
