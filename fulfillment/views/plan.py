"""Plans of lines: the board of all, the page of an order, and the acts on a step (R4.8)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import may
from accounts.navigation import may_open_page
from accounts.views.person import person_of
from core import formats
from core.attachments import attachments_of
from core.choices import AttachmentKind
from core.errors import Reason
from core.forms import ConfirmForm
from core.views.acts import ActView, FormPage
from core.views.columns import Column
from core.views.effect import LookFirst
from core.views.lists import ListPage
from core.views.pages import DetailPage, Page, SubjectMixin
from fulfillment import services
from fulfillment.forms.plan import AddStepForm, ReplanForm, StepNoteForm, StepTemplateForm
from fulfillment.models import PlanStep, StepTemplate
from fulfillment.plan import at_risk, expected_end
from fulfillment.services.plan import may_work_on, passed_steps, require_step
from fulfillment.views.base import OnOrder, refused, staff_of
from orders.choices import OrderStatus
from orders.models import Order, OrderLine
from orders.services.steps import require_status

BOARD = (_("Production plans"), "fulfillment:plan-board")
MOST = 500
PROMISE = Coalesce("promise_date", "order__promise_date").asc(nulls_last=True)  # of a line


def planned(lines: QuerySet[OrderLine]) -> list[dict[str, Any]]:
    """Each line with its steps by state, and whether its promise is in danger. Two queries."""
    today = timezone.localdate()
    steps = Prefetch("plan_steps", PlanStep.objects.select_related("person").order_by("position"))
    rows = []
    for line in lines.prefetch_related(steps):
        own = list(line.plan_steps.all())  # type: ignore[attr-defined]
        promise = line.promise_date or line.order.promise_date
        by_state = {state: [s for s in own if s.state == state] for state in ("waiting", "doing", "done")}
        end, risk = expected_end(own, today), at_risk(own, promise, today)
        rows.append({"line": line, "steps": own, "promise": promise, "end": end, "risk": risk, **by_state})
    return rows


class PlanBoard(Page):
    access = SIGNED_IN
    template_name = "fulfillment/plan_board.html"
    title = _("Production plans")
    lead = _("Lines in production by promised day; what will be late is marked before it is.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        orders = Order.objects.visible_to(person_of(self.request)).filter(status=OrderStatus.IN_PRODUCTION)
        lines = OrderLine.objects.filter(Exists(PlanStep.objects.filter(order_line=OuterRef("pk"))))
        lines = lines.filter(order__in=orders.order_by()).select_related("order__customer")
        rows = planned(lines.order_by(PROMISE, "pk")[:MOST])
        return super().get_context_data(rows=rows, most=MOST, **kwargs)


class PlanPage(OnOrder, DetailPage):
    access = SIGNED_IN
    template_name = "fulfillment/plan_detail.html"
    title = _("Production plan")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(BOARD[0]), reverse(BOARD[1])), (str(self.subject), self.subject.get_absolute_url())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, order = person_of(self.request), self.subject
        going = order.status == OrderStatus.IN_PRODUCTION
        rows = planned(order.lines.select_related("order", "product").order_by("position"))
        for row in rows:
            row["own"] = {step.pk for step in row["steps"] if going and may_work_on(step, user)}
        drawings = attachments_of(order).filter(kind=AttachmentKind.DRAWING)
        may_plan = going and may(user, "fulfillment.replan_step")
        may_make = going and may(user, "fulfillment.start_step")
        may_inspect = going and may(user, "fulfillment.record_inspection")
        return super().get_context_data(
            rows=rows, drawings=drawings, passed=passed_steps(order), may_plan=may_plan, may_make=may_make,
            may_inspect=may_inspect, **kwargs,
        )  # fmt: skip


class StepAct(ActView):
    model = PlanStep
    subject_name = "step"
    related: Sequence[str] = ("order_line__order__customer",)
    form_class: Any = StepNoteForm
    act = ""  # as fulfillment.services.plan.require_step knows it

    def get_reasons(self) -> Sequence[Reason]:
        order = self.subject.order_line.order
        ended = refused(require_status, order, OrderStatus.IN_PRODUCTION)
        return ended or refused(require_step, self.act, order, self.subject, person_of(self.request))

    def get_crumbs(self) -> list[tuple[str, str]]:
        order = self.subject.order_line.order
        return [(str(BOARD[0]), reverse(BOARD[1])), (str(order), self.subject.get_absolute_url())]

    def get_lead(self) -> str:
        return str(self.subject.order_line)

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.subject.get_absolute_url())


class TakeOverStep(StepAct):
    act = "take_over"
    access = staff_of("fulfillment.take_over_step")
    service = services.take_over_step
    title = _("Take over for %(subject)s")
    submit_label = _("Confirm what I took over")
    success_message = _("It is taken over.")


class StartStep(StepAct):
    act = "start"
    access = staff_of("fulfillment.start_step")
    service = services.start_step
    form_class = ConfirmForm
    title = _("Start %(subject)s")
    submit_label = _("Start the step")
    success_message = _("The step is started.")


class FinishStep(StepAct):
    act = "finish"
    access = staff_of("fulfillment.finish_step")
    service = services.finish_step
    title = _("Finish %(subject)s")
    submit_label = _("Finish the step")
    success_message = _("The step is finished.")


class ReplanStep(LookFirst, StepAct):
    act = "replan"
    access = staff_of("fulfillment.replan_step")
    service = services.replan_step
    form_class = ReplanForm
    moves: Sequence[Any] = ()
    title = _("Plan %(subject)s again")
    submit_label = _("Change the plan")
    success_message = _("The plan is changed.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "role": self.subject.role}

    def get_initial(self) -> dict[str, Any]:
        step = self.subject
        return {"planned_start": step.planned_start, "planned_end": step.planned_end, "person": step.person_id}

    def seal(self, form: Any) -> str:
        """What moves with it is shown before it is done; only what was shown is done."""
        return services.seal_of(services.moves_of(self.subject, form.cleaned_data["planned_end"]))

    def look_at(self, form: Any) -> None:
        start, end = form.cleaned_data["planned_start"], form.cleaned_data["planned_end"]
        services.check_days(start, end, timezone.now())
        self.moves = services.moves_of(self.subject, end)

    def get_consequences(self) -> Sequence[str]:
        if not self.moves:
            return []
        return [gettext("The steps after it move with it. Look at them, then press again.")] + [
            gettext("“%(step)s” moves to %(start)s – %(end)s.")
            % {"step": step, "start": formats.day(span.start), "end": formats.day(span.end)}
            for step, span in self.moves
        ]


class AddStep(ActView):
    access = staff_of("fulfillment.add_step")
    model = OrderLine
    subject_name = "line"
    related = ("order__customer",)
    service = services.add_step
    form_class = AddStepForm
    title = _("One more step for %(subject)s")
    submit_label = _("Add the step")
    success_message = _("The step is added.")

    def get_reasons(self) -> Sequence[Reason]:
        return refused(require_status, self.subject.order, OrderStatus.IN_PRODUCTION)

    def get_queryset(self) -> QuerySet[Any]:
        orders = Order.objects.visible_to(person_of(self.request)).order_by()
        return OrderLine.objects.filter(order__in=orders).select_related(*self.related)

    def get_crumbs(self) -> list[tuple[str, str]]:
        order = self.subject.order
        return [(str(BOARD[0]), reverse(BOARD[1])), (str(order), order.get_absolute_url())]

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or reverse("fulfillment:plan-detail", args=[self.subject.order_id])


class StepTemplates(ListPage):
    access = SIGNED_IN
    model = StepTemplate
    title = _("Steps of production")
    lead = _("Plans are drawn from these when production starts, backwards from the promised day.")
    crumbs = (BOARD,)
    related = ("family",)
    columns: Sequence[Column] = (
        Column("family", _("Family"), value=lambda row: row.family or _("every family"), sort=("family__name",)),
        Column("position", pgettext_lazy("in a list", "Position"), kind="number", sort=("position",)),
        Column("name", pgettext_lazy("production", "Step"), link=True, phone="title"),
        Column("role", _("Department"), value="get_role_display"),
        Column("days", _("Working days"), kind="number"),
        Column("is_inspected", _("Quality inspects it"), value=lambda row: _("yes") if row.is_inspected else ""),
    )
    default_sort = "position"
    new = (_("New step of production"), "fulfillment:step-template-new")
    empty = (_("No step yet"), _("Without steps no plan is drawn; steps can still be added to a line by hand."))

    def row_url(self, row: Any) -> str:
        url = reverse("fulfillment:step-template-edit", args=[row.pk])
        return url if may_open_page(self.request, url) else ""


class NewStepTemplate(FormPage):
    access = staff_of("fulfillment.save_step_template")
    service = services.save_step_template
    form_class = StepTemplateForm
    title = _("New step of production")
    lead = _("Plans already drawn stay as they are.")
    crumbs = ((_("Steps of production"), "fulfillment:step-template-list"),)
    cancel = "fulfillment:step-template-list"
    submit_label = _("Save the step")
    success_message = _("The step is saved.")
    grid = True

    def get_success_url(self, result: Any) -> str:
        return reverse("fulfillment:step-template-list")


class EditStepTemplate(SubjectMixin, NewStepTemplate):
    model = StepTemplate
    subject_name = "template"
    title = _("Step of production")

    def get_initial(self) -> dict[str, Any]:
        step = self.subject
        own = {name: getattr(step, name) for name in ("position", "name", "role", "days", "is_inspected", "is_active")}
        return {**own, "family": step.family_id}
