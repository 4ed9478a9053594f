"""Dispatch requests: asked by sales, checked against the order by inside sales (R5.2)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import may
from accounts.views.person import person_of
from core.errors import Reason
from core.forms import ReasonForm
from core.masking import mask_name, mask_phone
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from core.views.pages import DetailPage
from fulfillment.choices import Mode, RequestStatus
from fulfillment.comparison import differences
from fulfillment.filters import DispatchRequestFilter
from fulfillment.forms.dispatch import OrderDispatchForm, RequestForm
from fulfillment.models import DispatchRequest
from fulfillment.services import (
    correct_dispatch_request,
    order_dispatch,
    request_dispatch,
    return_dispatch_request,
    withdraw_dispatch_request,
)
from fulfillment.services.shipments import askable
from fulfillment.views.base import LinesAct, OnRequest, OrderAct, RequestAct, staff_of
from orders.choices import OrderStatus
from orders.guards import refusals
from orders.page import disclosed

ACTS_HERE = ("order_dispatch", "return_dispatch_request", "correct_dispatch_request", "withdraw_dispatch_request")


class RequestList(ListPage):
    access = SIGNED_IN
    model = DispatchRequest
    title = _("Dispatch requests")
    related = ("order__customer", "requested_by", "shipment")
    filterset_class = DispatchRequestFilter
    columns = (
        Column("number", _("Number"), kind="code", link=True, sort=("pk",), phone="title"),
        Column("order", _("Order"), kind="code", value="order.number"),
        Column("customer", _("Customer"), value="order.customer.name"),
        Column("wanted_date", _("Wanted dispatch"), kind="day", sort=("wanted_date",)),
        Column("requested_by", _("Asked by")),
        Column("requested_at", pgettext_lazy("dispatch request", "Asked"), kind="moment"),
        Column("shipment", _("Dispatch order"), kind="code"),
        Column("status", _("Status"), kind="status", phone="corner"),
    )
    default_sort = "-number"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("check", _("To check"), {"status": "requested"}),
        SavedView("back", _("Sent back"), {"status": "returned"}),
    )
    empty = (_("No dispatch request"), _("Sales asks for dispatch on the page of the order."))
    empty_icon = "send"

    def row_class(self, row: DispatchRequest) -> str:
        return "is-late" if row.is_open and row.wanted_date < timezone.localdate() else ""


class OfRequest:
    """What a request says beside its order, for its page and for the check."""

    subject: DispatchRequest
    request: Any

    def facts(self) -> dict[str, Any]:
        asked = self.subject
        reads = disclosed(asked.order, person_of(self.request))
        shown = (asked.receiver, asked.receiver_phone)
        return {
            "receiver": shown if reads else (mask_name(shown[0]), mask_phone(shown[1])),
            "lines": asked.lines.select_related("order_line__product"),
            "differences": differences(asked, reads_persons=reads),
        }


class RequestPage(OfRequest, OnRequest, DetailPage):
    access = SIGNED_IN
    template_name = "fulfillment/request_detail.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return super().get_crumbs()[:2]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = person_of(self.request)
        allowed = {act: may(user, f"fulfillment.{act}") for act in ACTS_HERE}
        return super().get_context_data(asked=self.subject, may=allowed, **self.facts(), **kwargs)


class AskingPage(LinesAct):
    """The form of a request, whose fields start as the order has them."""

    form_class: type[forms.BaseForm] = RequestForm
    grid = True

    def get_order(self) -> Any:
        raise NotImplementedError

    def get_lines(self) -> Any:
        return self.get_order().lines.select_related("product")

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"quantities": form.quantities(), "wanted": form.wanted()}

    def get_consequences(self) -> Sequence[str]:
        return (gettext("Inside sales checks it against the order and issues the dispatch order, or sends it back."),)


class RequestDispatch(AskingPage, OrderAct):
    access = staff_of("fulfillment.request_dispatch")
    service = request_dispatch
    title = _("Ask for dispatch of order %(subject)s")
    submit_label = _("Ask for dispatch")
    success_message = _("Dispatch request %(subject)s waits for inside sales.")

    def get_order(self) -> Any:
        return self.subject

    def get_reasons(self) -> Sequence[Reason]:
        if self.subject.status in (OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION):
            return ()
        text = gettext("The order is “%(status)s”: nothing is to be shipped.")
        return [Reason("status", text % {"status": self.subject.get_status_display()})]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "free": askable(self.subject)}

    def get_initial(self) -> dict[str, Any]:
        order = self.subject
        return {
            "wanted_date": max(filter(None, [order.promise_date, timezone.localdate()])),
            "receiver": order.receiver or order.contact_name,
            "receiver_phone": order.receiver_phone or order.contact_phone,
            "address": order.delivery_address,
            "labels": order.labels,
        }

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"order": self.subject, **super().get_service_arguments(form)}

    def get_success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())


class CorrectRequest(AskingPage, RequestAct):
    access = staff_of("fulfillment.correct_dispatch_request")
    service = correct_dispatch_request
    title = _("Correct dispatch request %(subject)s")
    submit_label = _("Hand it in again")
    success_message = _("Dispatch request %(subject)s waits for inside sales.")

    def get_order(self) -> Any:
        return self.subject.order

    def get_reasons(self) -> Sequence[Reason]:
        return fits(self.subject, RequestStatus.RETURNED)

    def get_consequences(self) -> Sequence[str]:
        return (gettext("Sent back: %(reason)s") % {"reason": self.subject.reason},)

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = {line.order_line_id: line.quantity for line in self.subject.lines.all()}
        free = askable(self.subject.order, besides=self.subject)
        still = {key: min(asked.get(key, Decimal(0)), left) for key, left in free.items()}
        return {**super().get_form_kwargs(), "free": still}

    def get_initial(self) -> dict[str, Any]:
        names = ("wanted_date", "labels", "papers", "special_needs", "receiver", "receiver_phone", "address")
        return {name: getattr(self.subject, name) for name in names}

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"dispatch_request": self.subject, **super().get_service_arguments(form)}


class OrderDispatch(OfRequest, RequestAct):
    """The check: what was asked beside what was ordered, then the dispatch order."""

    access = staff_of("fulfillment.order_dispatch")
    service = order_dispatch
    form_class = OrderDispatchForm
    grid = True
    page_template = "fulfillment/request_check.html"
    title = _("Check dispatch request %(subject)s")
    submit_label = _("Issue the dispatch order")
    success_message = _("Dispatch order %(subject)s is issued.")

    def get_initial(self) -> dict[str, Any]:
        return {"planned_date": max(self.subject.wanted_date, timezone.localdate()), "mode": Mode.ROAD}

    def get_reasons(self) -> Sequence[Reason]:
        return fits(self.subject, RequestStatus.REQUESTED) or refusals(self.subject.order, "dispatch")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(asked=self.subject, **self.facts(), **kwargs)

    def get_success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())


class ReturnRequest(RequestAct):
    access = staff_of("fulfillment.return_dispatch_request")
    service = return_dispatch_request
    form_class = ReasonForm
    title = _("Send dispatch request %(subject)s back")
    submit_label = _("Send the request back")
    success_message = _("Dispatch request %(subject)s was sent back.")

    def get_reasons(self) -> Sequence[Reason]:
        return fits(self.subject, RequestStatus.REQUESTED)


class WithdrawRequest(RequestAct):
    access = staff_of("fulfillment.withdraw_dispatch_request")
    service = withdraw_dispatch_request
    form_class = ReasonForm
    tone = "danger"
    title = _("Withdraw dispatch request %(subject)s")
    submit_label = _("Withdraw the request")
    success_message = _("Dispatch request %(subject)s is withdrawn.")

    def get_reasons(self) -> Sequence[Reason]:
        return fits(self.subject, RequestStatus.REQUESTED, RequestStatus.RETURNED)


def fits(request: DispatchRequest, *statuses: str) -> list[Reason]:
    """The reason why the step no longer fits, if so."""
    if request.status in statuses:
        return []
    text = gettext("The request is “%(status)s” by now.") % {"status": request.get_status_display()}
    return [Reason("status", text)]
