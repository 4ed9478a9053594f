"""Demand plans, change notices and outsourcing applications in the browser (R4.5-R4.7)."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import may
from accounts.views.person import person_of
from catalog.references import ANOTHER
from core.errors import Reason
from core.forms import ReasonForm
from core.views.acts import ActView, FormPage
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from core.views.pages import DetailPage, SubjectMixin
from fulfillment.choices import RequisitionKind, RequisitionStatus
from fulfillment.filters import RequisitionFilter
from fulfillment.forms.requisition import BoughtForm, DispatchDateForm, RequisitionForm
from fulfillment.models import Requisition, RequisitionNode
from fulfillment.page import papers_of
from fulfillment.services import requisitions as services
from fulfillment.services.inspection import is_bought
from fulfillment.views.base import refused, staff_of
from orders.models import Order
from orders.views.decisions import Decision
from workflow.ladder import reason_texts
from workflow.models import ApprovalCase
from workflow.services import cases_of, open_items

REQUISITIONS = (_("Forms of execution"), "fulfillment:requisition-list")


class RequisitionList(ListPage):
    access = SIGNED_IN
    model = Requisition
    title = REQUISITIONS[0]
    related = ("order", "created_by")
    filterset_class = RequisitionFilter
    columns = (
        Column("number", _("Number"), kind="code", link=True, sort=("pk",), phone="title"),
        Column("kind", _("Kind"), value="get_kind_display"),
        Column("title", _("Product")),
        Column("order", _("Order"), kind="code", value=lambda row: ANOTHER if row.of_another else row.order),
        Column("wanted_date", _("Wanted by"), kind="day"),
        Column("created_by", _("Applicant")),
        Column("status", _("Status"), kind="status", phone="corner"),
    )
    default_sort = "-number"
    saved_views = (
        SavedView("all", _("All")),
        *(SavedView(kind.value, kind.label, {"kind": kind.value}) for kind in RequisitionKind),
    )
    empty = (_("No form yet"), _("New products, changes of goods in production and outsourcing are applied for here."))
    empty_icon = "file-text"
    template_name = "fulfillment/requisition_list.html"

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().with_order_of(person_of(self.request))  # type: ignore[attr-defined,no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_write = may(person_of(self.request), "fulfillment.save_requisition")
        return super().get_context_data(kinds=RequisitionKind.choices if may_write else [], **kwargs)


class WriteRequisition(FormPage):
    access = staff_of("fulfillment.save_requisition")
    service = services.save_requisition
    form_class = RequisitionForm
    page_template = "fulfillment/requisition_form.html"
    crumbs = (REQUISITIONS,)
    cancel = REQUISITIONS[1]
    submit_label = _("Save form")
    success_message = _("The form is saved. Submit it to be signed.")

    @cached_property
    def kind(self) -> str:
        kind = self.kwargs["kind"].replace("-", "_")
        if kind not in RequisitionKind.values:
            raise Http404
        return str(kind)

    def prepare(self) -> None:
        super().prepare()
        _known = self.kind

    def get_title(self) -> str:
        return str(RequisitionKind(self.kind).label)

    def get_initial(self) -> dict[str, Any]:
        return {"order": self.request.GET.get("order", "")[:30]}

    def get_form_kwargs(self) -> dict[str, Any]:
        orders = Order.objects.visible_to(person_of(self.request))
        return {**super().get_form_kwargs(), "kind": self.kind, "orders": orders}

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"kind": self.kind, "values": form.values(), "nodes": form.nodes()}


class OnRequisition(SubjectMixin):
    model = Requisition
    related = ("order__customer", "created_by")
    subject: Any

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(REQUISITIONS[0]), reverse(REQUISITIONS[1])), (str(self.subject), self.subject.get_absolute_url())]


class EditRequisition(OnRequisition, WriteRequisition):
    @cached_property
    def kind(self) -> str:
        return str(self.subject.kind)

    def get_initial(self) -> dict[str, Any]:
        own = {name: getattr(self.subject, name) for name in services.ASKED[self.kind]}
        for number, node in enumerate(self.subject.nodes.all()):
            own |= {f"role_{number}": node.role, f"task_{number}": node.task, f"due_{number}": node.due_date}
        return {**own, "order": str(self.subject.order or "")}

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {**super().get_service_arguments(form), "requisition": self.subject}

    def get_reasons(self) -> Sequence[Reason]:
        mine = refused(services.require_own, self.subject, person_of(self.request))
        return mine or refused(services.require_status, self.subject, RequisitionStatus.DRAFT)


class RequisitionPage(OnRequisition, DetailPage):
    access = SIGNED_IN
    template_name = "fulfillment/requisition_detail.html"

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().with_order_of(person_of(self.request))  # type: ignore[attr-defined,no-any-return]

    def get_crumbs(self) -> list[tuple[str, str]]:
        return super().get_crumbs()[:1]

    @cached_property
    def case(self) -> ApprovalCase | None:
        return cases_of(self.subject).filter(kind=self.subject.kind).first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, form = person_of(self.request), self.subject
        steps = [(step, reason_texts(step.reasons)) for step in self.case.steps.all()] if self.case else []
        own = form.created_by_id == user.pk and may(user, "fulfillment.save_requisition")
        return super().get_context_data(
            case=self.case,
            steps=steps,
            nodes=form.nodes.select_related("done_by"),
            clocks=list(open_items(form).select_related("policy")),
            papers=[] if form.of_another else papers_of(form),
            another=ANOTHER,
            own=own,
            is_draft=form.status == RequisitionStatus.DRAFT,
            in_approval=form.status == RequisitionStatus.SUBMITTED,
            may_answer=_waits(form, RequisitionKind.DEMAND_PLAN) and may(user, "fulfillment.answer_dispatch_date"),
            may_inspect=is_bought(form) and may(user, "fulfillment.record_inspection"),
            may_buy=_waits(form, RequisitionKind.OUTSOURCING) and may(user, "fulfillment.finish_outsourcing"),
            my_roles=user.role_codes,
            **kwargs,
        )


def _waits(form: Requisition, kind: str) -> bool:
    return form.kind == kind and form.status == RequisitionStatus.APPROVED


class RequisitionAct(OnRequisition, ActView):
    statuses: Sequence[str] = (RequisitionStatus.APPROVED,)
    for_writer = False

    def get_reasons(self) -> Sequence[Reason]:
        mine = refused(services.require_own, self.subject, person_of(self.request)) if self.for_writer else []
        return mine or refused(services.require_status, self.subject, *self.statuses)


class SubmitRequisition(RequisitionAct):
    access = staff_of("fulfillment.submit_requisition")
    service = services.submit_requisition
    statuses, for_writer = (RequisitionStatus.DRAFT,), True
    title = _("Submit %(subject)s")
    submit_label = _("Submit form")
    success_message = _("%(subject)s is submitted to be signed.")


class CancelRequisition(RequisitionAct):
    access = staff_of("fulfillment.cancel_requisition")
    service = services.cancel_requisition
    statuses, for_writer = (RequisitionStatus.DRAFT, RequisitionStatus.SUBMITTED), True
    form_class = ReasonForm
    tone = "danger"
    title = _("Take back %(subject)s")
    submit_label = _("Take form back")
    success_message = _("%(subject)s is taken back.")


class DecideRequisition(OnRequisition, Decision):
    access = staff_of("fulfillment.decide_requisition")
    service = services.decide_requisition
    template_name = "fulfillment/requisition_approval.html"
    title = _("Decide on %(subject)s")

    @cached_property
    def case(self) -> ApprovalCase | None:
        return cases_of(self.subject).filter(kind=self.subject.kind).first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        steps = [(step, reason_texts(step.reasons)) for step in self.case.steps.all()] if self.case else []
        nodes = self.subject.nodes.select_related("done_by")
        return super().get_context_data(facts={"case_steps": steps}, nodes=nodes, **kwargs)


class AnswerDispatchDate(RequisitionAct):
    access = staff_of("fulfillment.answer_dispatch_date")
    service = services.answer_dispatch_date
    form_class = DispatchDateForm
    title = _("Dispatch date of %(subject)s")
    submit_label = _("Answer with this date")
    success_message = _("The applicant is told of the dispatch date.")

    def get_initial(self) -> dict[str, Any]:
        return {"dispatch_date": self.subject.dispatch_date or self.subject.wanted_date}


class FinishOutsourcing(RequisitionAct):
    access = staff_of("fulfillment.finish_outsourcing")
    service = services.finish_outsourcing
    form_class = BoughtForm
    title = _("Bought in: %(subject)s")
    submit_label = _("Record the purchase")
    success_message = _("The purchase is recorded.")


class FinishNode(ActView):
    access = staff_of("fulfillment.finish_time_node")
    model = RequisitionNode
    subject_name = "node"
    service = services.finish_time_node
    title = _("Done: %(subject)s")
    submit_label = _("Record that it is done")
    success_message = _("It is recorded as done.")

    def get_reasons(self) -> Sequence[Reason]:
        ended = refused(services.require_status, self.subject.requisition, RequisitionStatus.APPROVED)
        return ended or refused(services.require_node, self.subject, person_of(self.request))

    def get_queryset(self) -> Any:
        seen = Requisition.objects.visible_to(person_of(self.request))
        return RequisitionNode.objects.filter(requisition__in=seen).select_related("requisition")

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.subject.requisition.get_absolute_url())
