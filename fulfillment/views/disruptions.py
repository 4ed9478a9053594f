"""Disruptions of the work, the orders they touch, and telling those customers (R4.3)."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import may
from accounts.views.person import person_of
from catalog.models import ProductFamily
from core import formats
from core.errors import Reason
from core.views.acts import ActView, FormPage
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from core.views.pages import DetailPage
from fulfillment.filters import DisruptionFilter
from fulfillment.forms.disruption import AffectedOrdersForm, DisruptionForm, EndDisruptionForm, TellCustomerForm
from fulfillment.models import CustomerNotice, Disruption
from fulfillment.services import end_disruption, name_affected_orders, report_disruption, tell_customer
from fulfillment.services.disruptions import affected_orders, require_going_on
from fulfillment.services.notices import require_untold
from fulfillment.views.base import refused, staff_of

ACTS_HERE = ("end_disruption", "name_affected_orders", "tell_customer")
DISRUPTIONS = (_("Disruptions"), "fulfillment:disruption-list")
MOST = 200


class DisruptionList(ListPage):
    access = SIGNED_IN
    model = Disruption
    title = _("Disruptions")
    related = ("reported_by",)
    filterset_class = DisruptionFilter
    columns = (
        Column("started_at", _("Began"), kind="moment", link=True, sort=("started_at",), phone="title"),
        Column("kind", _("Kind"), value="get_kind_display"),
        Column("description", _("What happened")),
        Column("reported_at", _("Reported"), kind="moment"),
        Column("reported_by", _("By")),
        Column("ended_at", _("Ended"), kind="moment", phone="corner"),
    )
    default_sort = "-started_at"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("open", _("Going on"), {"open": "true"}),
        SavedView("late", _("Reported late"), {"late": "true"}),
    )
    new = (_("Report a disruption"), "fulfillment:disruption-new")
    empty = (_("No disruption"), _("What keeps the work from going on is reported here within two hours."))
    empty_icon = "mood-smile"

    def row_class(self, row: Disruption) -> str:
        return "is-late" if row.was_reported_late else ""


class ReportDisruption(FormPage):
    access = staff_of("fulfillment.report_disruption")
    service = report_disruption
    form_class = DisruptionForm
    title = _("Report a disruption")
    lead = _("Within two hours of its beginning. Then name the orders it touches.")
    crumbs = (DISRUPTIONS,)
    cancel = DISRUPTIONS[1]
    submit_label = _("Report disruption")
    success_message = _("The disruption is reported. Now name the orders it touches.")

    def get_initial(self) -> dict[str, Any]:
        return {"started_at": timezone.localtime().replace(second=0, microsecond=0)}

    def get_success_url(self, result: Any) -> str:
        return reverse("fulfillment:disruption-orders", args=[result.pk])


class DisruptionPage(DetailPage):
    """What happened, which orders, who was told."""

    access = SIGNED_IN
    model = Disruption
    related = ("reported_by",)
    template_name = "fulfillment/disruption_detail.html"
    crumbs = (DISRUPTIONS,)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = person_of(self.request)
        notices = CustomerNotice.objects.visible_to(user).filter(disruption=self.subject)
        return super().get_context_data(
            notices=notices.select_related("order__customer", "order__salesperson", "told_by").order_by("pk"),
            may={
                act: may(user, f"fulfillment.{act}")
                for act in ("end_disruption", "name_affected_orders", "tell_customer")
            },
            **kwargs,
        )


class NameOrders(ActView):
    access = staff_of("fulfillment.name_affected_orders")
    model = Disruption
    service = name_affected_orders
    form_class = AffectedOrdersForm
    page_template = "fulfillment/affected_orders.html"
    title = _("Orders touched by the disruption")
    submit_label = _("Put it to sales to tell these customers")

    def get_reasons(self) -> Sequence[Reason]:
        return refused(require_going_on, self.subject)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(DISRUPTIONS[0]), reverse(DISRUPTIONS[1])), (str(self.subject), self.subject.get_absolute_url())]

    @cached_property
    def families(self) -> list[int]:
        given = self.request.GET.getlist("family")
        return [int(each) for each in given if each.isdecimal() and len(each) < 10]

    def get_orders(self) -> QuerySet[Any]:
        named = self.subject.notices.values("order")
        return affected_orders(self.families).exclude(pk__in=named).select_related("customer", "salesperson")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "orders": self.get_orders()[:MOST]}

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"disruption": self.subject, "effects": form.effects()}

    def get_success_message(self, result: Any) -> str:
        number = len(result)
        return ngettext("%(number)s customer is to be told.", "%(number)s customers are to be told.", number) % {
            "number": number
        }

    def get_success_url(self, result: Any) -> str:
        return str(self.subject.get_absolute_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        families = [(family, family.pk in self.families) for family in ProductFamily.objects.all()]
        return super().get_context_data(families=families, most=MOST, **kwargs)


class EndDisruption(ActView):
    access = staff_of("fulfillment.end_disruption")
    model = Disruption
    service = end_disruption
    form_class = EndDisruptionForm
    title = _("The disruption is over")
    submit_label = _("Record its end")
    success_message = _("The end of the disruption is recorded.")

    def get_reasons(self) -> Sequence[Reason]:
        return refused(require_going_on, self.subject)

    def get_initial(self) -> dict[str, Any]:
        return {"measures": self.subject.measures}


class TellCustomer(ActView):
    access = staff_of("fulfillment.tell_customer")
    model = CustomerNotice
    subject_name = "notice"
    related = ("order__customer", "disruption")
    service = tell_customer
    form_class = TellCustomerForm
    title = _("Tell the customer")
    submit_label = _("Record that the customer was told")
    success_message = _("It is recorded that the customer was told.")

    def get_reasons(self) -> Sequence[Reason]:
        return refused(require_untold, self.subject)

    def get_crumbs(self) -> list[tuple[str, str]]:
        order = self.subject.order
        return [(str(_("Orders")), reverse("orders:order-list")), (str(order), order.get_absolute_url())]

    def get_lead(self) -> str:
        return str(self.subject.order.customer or "")

    def get_initial(self) -> dict[str, Any]:
        return {"spoke_with": self.subject.order.contact_name}

    def get_consequences(self) -> Sequence[str]:
        notice = self.subject
        told = [notice.text]
        if notice.new_date:
            told.append(gettext("New date: %(date)s") % {"date": formats.day(notice.new_date)})
        return told

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.subject.order.get_absolute_url())
