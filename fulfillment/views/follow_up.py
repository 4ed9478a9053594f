"""Following orders up: the list, the record, order table 2, the paper, and contingency plans (R4.10 to R4.12)."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views import View

from accounts.access import SIGNED_IN
from accounts.views.person import person_of
from core import audit
from core.errors import Reason
from core.forms import ConfirmForm
from core.imports.files import FORMATS
from core.views.acts import ActView
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from fulfillment.choices import FollowUpStage
from fulfillment.exports import export_table2
from fulfillment.filters_follow_up import FollowUpFilter
from fulfillment.forms.follow_up import ContingencyForm, EndContingencyForm, FollowUpForm
from fulfillment.models import ContingencyPlan, FollowUp
from fulfillment.services import end_contingency, issue_progress_table, plan_contingency, record_follow_up
from fulfillment.services.follow_up import FOLLOWED, may_end
from fulfillment.views.base import OrderAct, staff_of
from orders.choices import OrderStatus


class FollowUpList(ListPage):
    """The follow-up progress table of all orders."""

    access = SIGNED_IN
    model = FollowUp
    title = _("Follow-up")
    lead = _("How the orders stand, what is wrong, what comes next.")
    related = ("order", "responsible")
    filterset_class = FollowUpFilter
    columns = (
        Column("order", _("Order"), kind="code", link=True, phone="title"),
        Column("stage", _("Current stage"), value="get_stage_display", phone="corner"),
        Column("responsible", _("Responsible")),
        Column("planned_date", pgettext_lazy("completion", "Planned"), kind="day", sort=("planned_date",)),
        Column("actual_date", pgettext_lazy("completion", "Actual"), kind="day"),
        Column("record", _("Follow-up record")),
        Column("problem", _("Problem")),
        Column("measure", _("Measure")),
        Column("next_step", _("Next step")),
    )
    saved_views = (
        SavedView("all", _("All")),
        SavedView("newest", _("How each order stands"), {"newest": "true"}),
        SavedView("risk", _("Delay risk"), {"delay_risk": "true"}),
    )
    exports = ()
    empty = (_("Nothing recorded yet"), _("From the start of production on, each order is followed up here."))
    empty_icon = "notes"

    def row_url(self, row: FollowUp) -> str:
        return row.get_absolute_url()

    def row_class(self, row: FollowUp) -> str:
        return "is-late" if row.delay_risk else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Exported as the trade's own table, of the rows shown."""
        context = super().get_context_data(**kwargs)
        query = self.request.GET.urlencode()
        files = [
            (_("Order table 2, %(kind)s") % {"kind": fmt.upper()},
             f"{reverse('fulfillment:follow-up-export', args=[fmt])}?{query}")
            for fmt in ("csv", "xlsx")
        ]  # fmt: skip
        return {**context, "exports": files if context["rows"] else []}


class ExportFollowUps(View):
    """Order table 2: what the person sees in the list, filtered as there."""

    access = SIGNED_IN

    def get(self, request: HttpRequest, fmt: str) -> HttpResponseBase:
        if fmt not in FORMATS:
            raise Http404
        reader = person_of(request)
        visible = FollowUp.objects.visible_to(reader)
        audit.record("export.taken", None, by=reader, note=f"follow-ups.{fmt}?{request.GET.urlencode()}"[:500])
        chosen = FollowUpFilter(request.GET, queryset=visible, request=request).qs
        return export_table2(chosen.order_by("pk"), fmt)


STAGE_OF = {OrderStatus.SHIPPED: FollowUpStage.ACCEPTANCE}


class RecordFollowUp(OrderAct):
    access = staff_of("fulfillment.record_follow_up")
    service = record_follow_up
    statuses = FOLLOWED
    form_class = FollowUpForm
    grid = True
    title = _("Follow up order %(subject)s")
    submit_label = _("Record the follow-up")
    success_message = _("The follow-up is recorded.")

    def get_initial(self) -> dict[str, Any]:
        """As it stood last time, or as the order's status says."""
        order, last = self.subject, self.subject.follow_ups.order_by("-pk").first()
        done = order.inspection_passed_at and FollowUpStage.DISPATCH
        return {
            "stage": STAGE_OF.get(order.status) or done or (last.stage if last else FollowUpStage.PRODUCTION),
            "responsible": last.responsible_id if last else order.salesperson_id,
            "planned_date": last.planned_date if last else order.promise_date,
        }

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.subject.get_absolute_url())


class PlanContingency(OrderAct):
    access = staff_of("fulfillment.plan_contingency")
    service = plan_contingency
    statuses = FOLLOWED
    form_class = ContingencyForm
    title = _("Contingency plan for order %(subject)s")
    submit_label = _("Put the plan in force")
    success_message = _("The contingency plan is in force.")

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.subject.get_absolute_url())


class EndContingency(ActView):
    access = staff_of("fulfillment.end_contingency")
    model = ContingencyPlan
    subject_name = "plan"
    related = ("order__customer", "responsible")
    service = end_contingency
    form_class = EndContingencyForm
    title = _("Contingency plan")
    submit_label = _("End the plan")
    success_message = _("The contingency plan has ended.")

    def get_crumbs(self) -> list[tuple[str, str]]:
        order = self.subject.order
        return [(str(_("Orders")), reverse("orders:order-list")), (str(order), order.get_absolute_url())]

    def get_lead(self) -> str:
        return f"{self.subject.get_cause_display()} · {self.subject.responsible}"

    def get_consequences(self) -> Sequence[str]:
        return (self.subject.situation, self.subject.measures)

    def get_reasons(self) -> Sequence[Reason]:
        if not self.subject.is_open:
            return (Reason("ended", str(_("This plan has ended."))),)
        if may_end(self.subject, person_of(self.request)):
            return ()
        text = _("Only who is responsible, who wrote the plan, or a manager ends it.")
        return (Reason("not_responsible", str(text)),)

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.subject.order.get_absolute_url())


class IssueProgressTable(OrderAct):
    access = staff_of("fulfillment.issue_progress_table")
    service = issue_progress_table
    form_class = ConfirmForm
    title = _("Follow-up progress table of order %(subject)s")
    submit_label = _("Issue the progress table")
    success_message = _("The progress table is issued; it stands among the order's papers.")

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.subject.get_absolute_url())
