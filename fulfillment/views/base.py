"""What the pages share: the way here, the order's head, forms with lines."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.acts import ACTS
from accounts.choices import Role
from accounts.views.person import person_of
from core import audit
from core.errors import DomainError, Reason
from core.views.acts import ActView
from core.views.lists import ListPage
from core.views.pages import SubjectMixin
from fulfillment.models import DispatchRequest, Shipment
from fulfillment.services.shipments import require_shipment
from orders.models import Order
from orders.services.steps import require_status

ORDERS = (_("Orders"), "orders:order-list")
REQUESTS = (_("Dispatch requests"), "fulfillment:request-list")
LOADS = (_("Loads"), "fulfillment:load-list")
SHIPMENTS = (_("Shipments"), "fulfillment:shipment-list")


def staff_of(act: str) -> frozenset[str]:
    """Who may open the page of an act: the roles of its service; partners act through the API."""
    return ACTS[act].roles - {Role.PARTNER}


class TracedExport(ListPage):
    """A list whose export leaves a trace in the audit trail."""

    trace = ""

    def export(self, rows: QuerySet[Any], kind: str) -> HttpResponseBase:
        response = super().export(rows, kind)
        if response.status_code == HTTPStatus.OK:  # with too many rows nothing was taken
            self.enter_export(rows, kind)
        return response

    def enter_export(self, rows: QuerySet[Any], kind: str) -> None:
        note = f"{self.trace}.{kind}?{self.request.GET.urlencode()}"
        audit.record("export.taken", None, by=person_of(self.request), note=note[:500])


class OnOrder(SubjectMixin):
    model = Order
    related = ("customer", "salesperson")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(ORDERS[0]), reverse(ORDERS[1])), (str(self.subject), self.subject.get_absolute_url())]

    def get_lead(self) -> str:
        return str(self.subject.customer or "")


class OnShipment(SubjectMixin):
    model = Shipment
    related = (
        "order__customer", "order__salesperson", "prepared_by", "dispatched_by", "preparation__by",
        "delivery_check__by", "load",
    )  # fmt: skip

    def get_crumbs(self) -> list[tuple[str, str]]:
        order = self.subject.order
        return [
            (str(SHIPMENTS[0]), reverse(SHIPMENTS[1])),
            (str(order), order.get_absolute_url()),
            (str(self.subject), self.subject.get_absolute_url()),
        ]

    def get_lead(self) -> str:
        return str(self.subject.order.customer or "")


class OnRequest(SubjectMixin):
    model = DispatchRequest
    subject_name = "dispatch_request"
    related = (
        "order__customer", "order__salesperson", "requested_by", "checked_by", "shipment",
    )  # fmt: skip

    def get_crumbs(self) -> list[tuple[str, str]]:
        order = self.subject.order
        return [
            (str(REQUESTS[0]), reverse(REQUESTS[1])),
            (str(order), order.get_absolute_url()),
            (str(self.subject), self.subject.get_absolute_url()),
        ]

    def get_lead(self) -> str:
        return str(self.subject.order.customer or "")


def refused(check: Callable[..., Any], *args: Any) -> list[Reason]:
    """What a guard of the services raises, as the reasons of a page: said before anything is typed."""
    try:
        check(*args)
    except DomainError as error:
        return list(error.reasons) or [Reason(error.code, str(error.message))]
    return []


class RequestAct(OnRequest, ActView):
    pass


class OrderAct(OnOrder, ActView):
    statuses: Sequence[str] = ()  # in which its service works; none: in all

    def get_reasons(self) -> Sequence[Reason]:
        return refused(require_status, self.subject, *self.statuses) if self.statuses else []


class ShipmentAct(OnShipment, ActView):
    status = ""

    def get_reasons(self) -> Sequence[Reason]:
        return refused(require_shipment, self.subject, self.status) if self.status else []


class LinesAct:
    """Mixed into an act whose form has fields for each line."""

    page_template = "fulfillment/lines_act.html"
    dialog_template = "fulfillment/_lines_act.html"
    common_first = False  # the fields for all stand above the lines
    subject: Any

    def get_lines(self) -> Any:
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "lines": self.get_lines()}  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(common_first=self.common_first, **kwargs)  # type: ignore[misc]
