"""Execution of an order that is canceled, rejected or closed: nobody is asked any more (R8.2, R4.9, R5.2).

Work about the order itself is ended by orders.ended; here is what has rows or work of its own.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from fulfillment.choices import RequestStatus, RequisitionStatus
from fulfillment.models.dispatch_request import OPEN
from fulfillment.services.capacity import look_again
from fulfillment.services.preparation import end_shortage
from orders.models import Order
from workflow.services import cancel_all_work, drop_case, end_waivers

UNDER_WAY = (RequisitionStatus.DRAFT, RequisitionStatus.SUBMITTED, RequisitionStatus.APPROVED)


def end_with_order(order: Order, by: User, now: datetime) -> None:
    why = _("The order is “%(status)s”.") % {"status": order.get_status_display()}
    _end_nonconformities(order, by, now)
    _end_requisitions(order, why, by, now)
    for shortage in order.shortages.filter(settled_at__isnull=True).select_for_update(of=("self",)):
        shortage.order = order
        end_shortage(shortage, why, outcome="canceled", by=by, now=now)
    requests = order.dispatch_requests.filter(status__in=OPEN)
    requests.update(status=RequestStatus.WITHDRAWN, reason=why)
    order.contingencies.filter(ended_at__isnull=True).update(ended_at=now, ended_by=by, outcome=why)
    families = order.lines.filter(product__family__isnull=False, promise_date__isnull=False)
    for family_id in sorted(set(families.values_list("product__family", flat=True))):
        look_again(family_id, by=by, now=now)


def _end_nonconformities(order: Order, by: User, now: datetime) -> None:
    rows = order.nonconformities.filter(closed_at__isnull=True)
    for own in rows.select_for_update(of=("self",)).order_by("pk"):
        end_waivers(own, by=by, now=now)
        cancel_all_work(own, by=by, now=now)
        own.closed_at, own.ended_with_order = now, True
        own.save(update_fields=["closed_at", "ended_with_order"])
        audit.record("nonconformity.ended_with_order", own, by=by, now=now)


def _end_requisitions(order: Order, why: str, by: User, now: datetime) -> None:
    rows = order.requisitions.filter(status__in=UNDER_WAY)
    for form in rows.select_for_update(of=("self",)).order_by("pk"):
        drop_case(form, form.kind, by=by, reason=why, now=now)
        form.status = RequisitionStatus.CANCELED
        form.save(update_fields=["status"])
        cancel_all_work(form, by=by, now=now)
        audit.record("requisition.canceled", form, by=by, note=why, now=now)
