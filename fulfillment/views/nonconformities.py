"""Goods that did not pass: the list, one of them, and what becomes of them (R4.9)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import django_filters as filters
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import may
from accounts.choices import Role
from accounts.views.person import person_of
from core.errors import Reason
from core.views.acts import ActView
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from core.views.pages import DetailPage, SubjectMixin
from fulfillment.choices import Disposition
from fulfillment.forms.inspection import ConcessionForm, DispositionForm
from fulfillment.models import Nonconformity
from fulfillment.services import answer_concession, decide_nonconformity
from fulfillment.views.base import staff_of
from workflow.choices import WaiverStatus
from workflow.services import waivers_of

LIST = (_("Nonconformities"), "fulfillment:nonconformity-list")
RELATED = (
    "inspection__order", "inspection__step", "inspection__lot__product", "inspection__requisition", "order__customer",
    "order_line", "decided_by", "rework_step", "closed_by_inspection",
)  # fmt: skip


class NonconformityFilter(filters.FilterSet):
    decision = filters.ChoiceFilter(label=_("Decision"), choices=Disposition.choices)
    open = filters.BooleanFilter(label=pgettext_lazy("state", "Open"), field_name="closed_at", lookup_expr="isnull")

    class Meta:
        model = Nonconformity
        fields: list[str] = []


class NonconformityList(ListPage):
    access = SIGNED_IN
    model = Nonconformity
    title = _("Nonconformities")
    lead = _("Goods that did not pass, and what becomes of them.")
    related = RELATED
    filterset_class = NonconformityFilter
    crumbs = ((_("Inspections"), "fulfillment:inspection-list"),)
    columns = (
        Column("about", _("About"), value="inspection.about", link=True, phone="title"),
        Column("description", _("Description")),
        Column("opened_at", pgettext_lazy("time", "Opened"), kind="moment", sort=("pk",)),
        Column("decision", _("Decision"), value="get_decision_display"),
        Column("closed_at", pgettext_lazy("time", "Closed"), kind="moment"),
    )
    default_sort = "-opened_at"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("open", pgettext_lazy("state", "Open"), {"open": "true"}),
    )
    empty = (_("Nothing failed"), _("What quality does not pass appears here."))
    empty_icon = "clipboard-check"

    def row_url(self, row: Any) -> str:
        return str(row.get_absolute_url())

    def row_class(self, row: Any) -> str:
        return "" if row.decision or row.closed_at else "is-late"


class OfNonconformity(SubjectMixin):
    model = Nonconformity
    subject_name = "nonconformity"
    related: Sequence[str] = RELATED
    crumbs: Any = (LIST,)


class NonconformityPage(OfNonconformity, DetailPage):
    access = SIGNED_IN
    template_name = "fulfillment/nonconformity_detail.html"

    def get_title(self) -> str:
        return gettext("Not in order: %(about)s") % {"about": self.subject.inspection.about}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, own = person_of(self.request), self.subject
        waivers = list(waivers_of(own))
        asked = own.is_open and any(waiver.status == WaiverStatus.REQUESTED for waiver in waivers)
        return super().get_context_data(
            waivers=waivers,
            may_decide=own.is_open and not own.decision and may(user, "fulfillment.decide_nonconformity"),
            may_concede=asked and may(user, "fulfillment.answer_concession"),
            **kwargs,
        )


class Decide(OfNonconformity, ActView):
    access = staff_of("fulfillment.decide_nonconformity")
    service = decide_nonconformity
    form_class = DispositionForm
    title = _("What becomes of the goods")
    submit_label = _("Record the decision")
    success_message = _("The decision is recorded.")

    def get_lead(self) -> str:
        return str(self.subject.description)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "of_order": self.subject.order_line_id is not None}

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate()
        days = {"planned_start": today, "planned_end": today + timedelta(days=1)}
        return {"name": gettext("Rework"), "role": Role.PRODUCTION, **days}

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        given = form.cleaned_data
        rework = form.rework() if self.subject.order_line_id else None
        return {
            "nonconformity": self.subject, "decision": given["decision"], "reason": given["reason"], "rework": rework,
        }  # fmt: skip

    def get_reasons(self) -> Sequence[Reason]:
        if self.subject.is_open and not self.subject.decision:
            return ()
        return (Reason("decided", gettext("It is decided already what becomes of these goods.")),)

    def get_consequences(self) -> Sequence[str]:
        if self.subject.order_line_id:
            return (
                gettext("Rework and scrap put a step into the plan of the line; a concession is asked of the general "
                        "manager. Quality then inspects again."),
            )  # fmt: skip
        if self.subject.inspection.lot_id:
            text = gettext(
                "The batch stays blocked until it passes, is let pass by the general manager or is scrapped."
            )
            return (text,)
        return (gettext("A concession is asked of the general manager. Quality then inspects again."),)


class Concede(OfNonconformity, ActView):
    access = staff_of("fulfillment.answer_concession")
    service = answer_concession
    form_class = ConcessionForm
    title = _("Concession for goods that did not pass")
    submit_label = _("Record the decision")
    success_message = _("The decision is recorded.")

    def get_lead(self) -> str:
        return str(self.subject.description)

    def get_consequences(self) -> Sequence[str]:
        own = self.subject
        if own.decided_by is None:
            return ()
        granted = gettext("Granted, the next inspection lets them pass once; it is printed on the completion report.")
        if own.inspection.lot_id:
            granted = gettext("Granted, the batch is usable at once.")
        return (gettext("%(by)s asks: %(reason)s") % {"by": own.decided_by, "reason": own.reason}, granted)

    def get_reasons(self) -> Sequence[Reason]:
        if waivers_of(self.subject).filter(status=WaiverStatus.REQUESTED).exists():
            return ()
        return (Reason("waiver_status", gettext("Nobody asks for a concession now.")),)
