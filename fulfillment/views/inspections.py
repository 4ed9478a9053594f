"""Inspections: the list, one of them, recording one, and the items that are looked at (R4.9)."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.navigation import may_open_page
from accounts.views.person import person_of
from catalog.models import StockLot
from core.errors import Reason
from core.forms import ConfirmForm
from core.views.acts import ActView, FormPage
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from core.views.pages import DetailPage, SubjectMixin
from fulfillment import inspected
from fulfillment.choices import InspectionKind, InspectionResult
from fulfillment.forms.inspection import InspectionForm, InspectionTemplateForm
from fulfillment.models import Inspection, InspectionTemplate, PlanStep, Requisition
from fulfillment.services import issue_completion_report, record_inspection, save_inspection_template
from fulfillment.services.inspection import is_bought, require_inspectable
from fulfillment.views.base import LinesAct, OrderAct, refused, staff_of
from fulfillment.views.plan import StepAct
from orders.choices import OrderStatus
from orders.guards.delivery import inspection_passed
from orders.services.steps import require_status

LIST = (_("Inspections"), "fulfillment:inspection-list")
ITEMS = (_("Items of inspection"), "fulfillment:inspection-item-list")


class InspectionFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(label=_("Kind"), choices=InspectionKind.choices)
    result = filters.ChoiceFilter(label=_("Result"), choices=InspectionResult.choices)

    class Meta:
        model = Inspection
        fields: list[str] = []


class InspectionList(ListPage):
    access = SIGNED_IN
    model = Inspection
    template_name = "fulfillment/inspection_list.html"
    title = _("Inspections")
    lead = _("What came in, what is being made, what is finished: looked at by quality.")
    related = ("order", "step", "lot__product", "requisition", "by")
    filterset_class = InspectionFilter
    columns = (
        Column("about", _("About"), link=True, phone="title"),
        Column("kind", _("Kind"), value="get_kind_display"),
        Column("at", _("Time"), kind="moment", sort=("pk",)),
        Column("by", _("Inspector")),
        Column("result", _("Result"), kind="status", phone="corner"),
    )
    default_sort = "-at"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("failed", InspectionResult.FAILED.label, {"result": InspectionResult.FAILED.value}),
        *(SavedView(kind.value, kind.label, {"kind": kind.value}) for kind in InspectionKind),
    )
    empty = (_("Nothing has been inspected yet"), _("Inspections appear here as quality records them."))
    empty_icon = "clipboard-check"

    def row_url(self, row: Any) -> str:
        return str(row.get_absolute_url())


class InspectionPage(DetailPage):
    access = SIGNED_IN
    model = Inspection
    related = ("order__customer", "step__order_line", "lot__product", "requisition", "by")
    template_name = "fulfillment/inspection_detail.html"
    crumbs = (LIST,)

    def get_title(self) -> str:
        return f"{self.subject.get_kind_display()} · {self.subject.about}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(found=self.subject.nonconformities.all(), **kwargs)


class Inspect(LinesAct):
    """Mixed into the act on whatever is inspected."""

    access = staff_of("fulfillment.record_inspection")
    service = record_inspection
    form_class: Any = InspectionForm
    submit_label = _("Record the inspection")
    success_message = _("The inspection is recorded.")
    subject_name: str

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        data = form.cleaned_data
        return {
            self.subject_name: self.subject, "findings": form.findings(), "remarks": data["remarks"],
            "hold": data.get("hold", False), "photos": data["photos"],
        }  # fmt: skip


class RecordInspection(Inspect, OrderAct):
    title = _("Final inspection of order %(subject)s")
    subject_name = "order"
    statuses = (OrderStatus.IN_PRODUCTION,)

    def get_lines(self) -> Any:
        return inspected.goods_of_order(self.subject)

    def get_consequences(self) -> Sequence[str]:
        said = [gettext("When every line passes, the goods go into stock for this order and may be dispatched.")]
        rows = PlanStep.objects.filter(order_line__order=self.subject).open().select_related("order_line")
        steps = [f"{step.order_line}: {step.name}" for step in rows.order_by("order_line__position", "position")]
        if steps:
            text = ngettext(
                "%(number)s step of the plan is not finished: %(steps)s", "%(number)s steps of the plan are not "
                "finished: %(steps)s", len(steps),
            )  # fmt: skip
            shown = [*steps[:5], "…"] if len(steps) > 5 else steps
            said.append(text % {"number": len(steps), "steps": gettext("; ").join(shown)})
        return said


class ReportCompletion(OrderAct):
    access = staff_of("fulfillment.issue_completion_report")
    service = issue_completion_report
    form_class = ConfirmForm
    title = _("Completion report of order %(subject)s")
    submit_label = _("Issue the completion report")
    success_message = _("The completion report is issued; it stands among the order's papers.")

    def get_reasons(self) -> Sequence[Reason]:
        return list(inspection_passed(self.subject))

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.subject.get_absolute_url())


class InspectStep(Inspect, StepAct):
    title = _("In-process inspection of %(subject)s")
    related = ("order_line__order__customer", "order_line__product")
    subject_name = "step"

    def get_lines(self) -> Any:
        return inspected.goods_of_line(self.subject.order_line)

    def get_reasons(self) -> Sequence[Reason]:
        order = self.subject.order_line.order
        ended = refused(require_status, order, OrderStatus.IN_PRODUCTION)
        return ended or refused(require_inspectable, self.subject, person_of(self.request))


class InspectIncoming(Inspect, ActView):
    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "may_hold": False}

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(result.get_absolute_url())


class InspectLot(InspectIncoming):
    model = StockLot
    subject_name = "lot"
    title = _("Incoming inspection of %(subject)s")
    crumbs = (LIST,)

    def get_queryset(self) -> QuerySet[StockLot]:
        return StockLot.objects.select_related("product")

    def get_lines(self) -> Any:
        return inspected.goods_of_lot(self.subject)


class InspectRequisition(InspectIncoming):
    model = Requisition
    subject_name = "requisition"
    related = ("order",)
    title = _("Incoming inspection of %(subject)s")
    crumbs = (LIST,)

    @cached_property
    def bought(self) -> bool:
        return is_bought(self.subject)

    def get_lines(self) -> Any:
        return inspected.goods_of_requisition(self.subject)

    def get_reasons(self) -> Sequence[Reason]:
        text = gettext("It has not been bought yet: purchasing says when.")
        return () if self.bought else (Reason("not_bought", text),)


class InspectionItems(ListPage):
    access = SIGNED_IN
    model = InspectionTemplate
    title = _("Items of inspection")
    lead = _("What quality is asked about; what was inspected stays as it was.")
    crumbs = (LIST,)
    related = ("family",)
    columns: Sequence[Column] = (
        Column("kind", _("Kind"), value="get_kind_display", sort=("kind",)),
        Column("family", _("Family"), value=lambda row: row.family or _("every family")),
        Column("position", pgettext_lazy("in a list", "Position"), kind="number", sort=("position",)),
        Column("item", pgettext_lazy("inspection", "Item"), link=True, phone="title"),
        Column("standard", pgettext_lazy("inspection", "Standard")),
        Column("limits", _("Limits"), value=lambda row: inspected.limits(row)),
        Column("is_active", _("In force"), value=lambda row: _("yes") if row.is_active else _("no")),
    )
    default_sort = "kind"
    new = (_("New item of inspection"), "fulfillment:inspection-item-new")
    empty = (_("No item yet"), _("Without items quality says of the goods as a whole whether they passed."))
    empty_icon = "checklist"

    def row_url(self, row: Any) -> str:
        url = reverse("fulfillment:inspection-item-edit", args=[row.pk])
        return url if may_open_page(self.request, url) else ""


class NewInspectionItem(FormPage):
    access = staff_of("fulfillment.save_inspection_template")
    service = save_inspection_template
    form_class = InspectionTemplateForm
    title = _("New item of inspection")
    crumbs = (LIST, ITEMS)
    cancel = "fulfillment:inspection-item-list"
    submit_label = _("Save the item")
    success_message = _("The item is saved.")
    grid = True

    def get_success_url(self, result: Any) -> str:
        return reverse("fulfillment:inspection-item-list")


class EditInspectionItem(SubjectMixin, NewInspectionItem):
    model = InspectionTemplate
    subject_name = "template"
    title = _("Item of inspection")

    def get_initial(self) -> dict[str, Any]:
        item = self.subject
        names = ("kind", "position", "item", "standard", "minimum", "maximum", "unit", "is_active")
        return {**{name: getattr(item, name) for name in names}, "family": item.family_id}
