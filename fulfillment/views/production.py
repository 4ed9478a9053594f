"""Production's queue, its answer and the settled date."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import may
from accounts.views.person import person_of
from core import formats
from core.errors import Reason
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from fulfillment.filters import ProductionFilter
from fulfillment.forms.production import ProductionReplyForm, SettlePromiseForm
from fulfillment.services import reply_production, settle_promise
from fulfillment.views.base import LinesAct, OrderAct, refused, staff_of
from orders.choices import OrderStatus
from orders.models import Order
from orders.services.execution import require_open_promise


class ProductionList(ListPage):
    """Approved orders until they are shipped: who waits for what."""

    access = SIGNED_IN
    model = Order
    title = pgettext_lazy("work", "Production")
    related = ("customer",)
    filterset_class = ProductionFilter
    columns = (
        Column("number", _("Order"), kind="code", link=True, phone="title"),
        Column("customer", _("Customer"), sort=("customer__name",)),
        Column("requested_date", _("Asked for"), kind="day", sort=("requested_date",)),
        Column("promise_date", _("Promised"), kind="day"),
        Column("status", _("Status"), kind="status", phone="corner"),
        Column("waits_for", _("Waits for"), value=lambda order: waits_for(order)),
    )
    default_sort = "requested_date"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("reply", _("To answer"), {"step": "reply"}),
        SavedView("settle", _("Date to settle"), {"step": "settle"}),
        SavedView("make", _("In production"), {"step": "make"}),
        SavedView("dispatch", _("Ready to dispatch"), {"step": "dispatch"}),
    )
    empty = (_("Nothing to make"), _("Approved orders appear here."))
    empty_icon = "building-factory-2"

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(status__in=(OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION))

    def row_class(self, row: Order) -> str:
        due = row.promise_date or row.requested_date
        return "is-late" if due and due < timezone.localdate() else ""

    def row_url(self, row: Order) -> str:
        """Straight to what production and quality do here; everything else stands on the order's page."""
        user = person_of(self.request)
        if row.production_replied_at is None and may(user, "fulfillment.reply_production"):
            return reverse("fulfillment:production-reply", args=[row.pk])
        return row.get_absolute_url()


def waits_for(order: Order) -> str:
    if order.production_replied_at is None:
        return gettext("Production's date")
    if not order.promise_settled:
        return gettext("The customer's word on the date")
    if order.status == OrderStatus.APPROVED:
        return gettext("Start of production")
    return gettext("Final inspection") if order.inspection_passed_at is None else gettext("Dispatch")


class ProductionReply(LinesAct, OrderAct):
    access = staff_of("fulfillment.reply_production")
    service = reply_production
    form_class = ProductionReplyForm
    statuses = (OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION)
    common_first = True
    title = _("Delivery date of order %(subject)s")
    submit_label = _("Answer with this date")
    success_message = _("The delivery date is recorded.")

    def get_initial(self) -> dict[str, Any]:
        order, today = self.subject, timezone.localdate()
        own = {f"promise_date_{line.pk}": line.promise_date for line in self.lines}
        return {**own, "promise_date": order.promise_date or max(filter(None, [order.requested_date, today]))}

    @cached_property
    def lines(self) -> list[Any]:
        """What the person's departments are asked about (R4.1); everything where that is nothing."""
        rows = [line for line in self.subject.lines.select_related("product") if line.quantity_open]
        user = person_of(self.request)
        mine = [line for line in rows if not line.assigned_role or user.has_role(line.assigned_role)]
        return mine or rows

    def get_lines(self) -> list[Any]:
        return self.lines

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"order": self.subject, "line_dates": form.line_dates(), "remarks": form.cleaned_data["remarks"]}

    def get_consequences(self) -> Sequence[str]:
        asked = self.subject.requested_date
        if asked is None:
            return ()
        return (
            gettext("The customer asked for %(date)s. A later date goes to sales, who settle it with the customer.")
            % {"date": formats.day(asked)},
        )


class SettlePromise(OrderAct):
    access = staff_of("fulfillment.settle_promise")
    service = settle_promise
    form_class = SettlePromiseForm
    statuses = (OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION)
    title = _("Settle the delivery date of order %(subject)s")
    submit_label = _("Record the customer's answer")
    success_message = _("The customer's answer is recorded.")

    def get_reasons(self) -> Sequence[Reason]:
        return super().get_reasons() or refused(require_open_promise, self.subject)

    def get_consequences(self) -> Sequence[str]:
        order = self.subject
        if order.promise_settled or not (order.promise_date and order.requested_date):
            return ()
        days = (order.promise_date - order.requested_date) // timedelta(days=1)
        return (
            gettext("Asked for %(asked)s, promised for %(promised)s: %(days)s days later.")
            % {"asked": formats.day(order.requested_date), "promised": formats.day(order.promise_date), "days": days},
            gettext("If the customer wants another date, production is asked again."),
        )
