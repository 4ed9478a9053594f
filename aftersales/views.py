"""Follow-up visits (R7.1)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import ACTS
from aftersales.filters import VisitFilter
from aftersales.forms import VisitForm
from aftersales.models import Visit
from aftersales.services import record_visit
from core.views.acts import ActView
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from core.views.pages import DetailPage
from orders.models import Order

VISITS = (_("Visits"), "aftersales:visit-list")


class VisitList(ListPage):
    access = SIGNED_IN
    model = Visit
    title = _("Visits")
    related = ("order__customer", "by")
    filterset_class = VisitFilter
    columns = (
        Column("order", _("Order"), kind="code", value="order.number", link=True, sort=("pk",), phone="title"),
        Column("customer", _("Customer"), value="order.customer.name"),
        Column("satisfaction", _("Satisfaction"), value="get_satisfaction_display", phone="corner"),
        Column("use", _("Use")),
        Column("needs", _("Needs")),
        Column("by", _("By")),
        Column("at", _("Visited"), kind="moment"),
    )
    default_sort = "-order"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("unhappy", _("Dissatisfied"), {"unhappy": "true"}),
    )
    empty = (_("No visits yet"), _("After acceptance, the visit that is due stands in the salesperson's inbox."))
    empty_icon = "phone"

    def row_class(self, row: Visit) -> str:
        return "is-unhappy" if row.is_unhappy else ""


class VisitPage(DetailPage):
    access = SIGNED_IN
    model = Visit
    related = ("order__customer", "by")
    template_name = "aftersales/visit_detail.html"
    crumbs = (VISITS,)

    def get_title(self) -> str:
        return str(_("Visit for order %(order)s") % {"order": self.subject.order})

    def get_lead(self) -> str:
        return str(self.subject.order.customer or "")


class RecordVisit(ActView):
    access = ACTS["aftersales.record_visit"].roles
    model = Order
    related = ("customer", "salesperson")
    service = record_visit
    form_class = VisitForm
    title = _("Follow-up visit for order %(subject)s")
    submit_label = _("Record the visit")
    success_message = _("The visit is recorded.")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(_("Orders")), reverse("orders:order-list")), (str(self.subject), self.subject.get_absolute_url())]

    def get_lead(self) -> str:
        order = self.subject
        return " · ".join(filter(None, [str(order.customer or ""), order.contact_name]))

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or self.subject.get_absolute_url()
