"""The preliminary review form, the joint review sheet, and the decision on the ladder."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.acts import may
from accounts.choices import MANAGERS
from accounts.views.person import person_of
from core.views.acts import ServiceForm
from orders import services
from orders.choices import DEPARTMENT_ROLE, Department, OrderStatus
from orders.forms.acts import PreliminaryForm
from orders.forms.opinions import OpinionForm
from orders.guards import refusals
from orders.guards.review import customer_is_qualified
from orders.ladder import current_case, is_own
from orders.models import ContractReview
from orders.page import OrderFacts
from orders.rounds import add_clocks, add_evidence, edits_between, rounds_for, side_by_side
from orders.services.checklists import items_for
from orders.views.base import OnOrder, OrderAct, staff_of
from orders.views.decisions import Decision
from workflow.models import ApprovalCase


class PreliminaryReviewPage(OrderAct):
    access = staff_of("orders.review_preliminarily")
    service = services.review_preliminarily
    form_class = PreliminaryForm
    template_name = "orders/preliminary_review.html"
    fits_dialog = False
    title = _("Preliminary review of %(subject)s")
    submit_label = _("Save review")
    success_message = _("The preliminary review is recorded.")

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        data = form.cleaned_data
        return {"order": self.subject, "result": data["result"], "remarks": data["remarks"],
                "findings": form.findings()}  # fmt: skip

    def get_success_url(self, result: Any) -> str:
        return self.subject.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = OrderFacts(self.subject, person_of(self.request))
        lacking = list(customer_is_qualified(self.subject))
        return super().get_context_data(
            facts=facts, former=self.subject.preliminary_reviews.all(), lacking=lacking, **kwargs
        )


class ReviewSheet(OnOrder, ServiceForm):
    """Departments side by side: the own part open, the others readable, earlier rounds beside."""

    access = frozenset(DEPARTMENT_ROLE.values()) | MANAGERS | staff_of("orders.receive_order")
    service = services.give_opinion
    form_class = OpinionForm
    template_name = "orders/review_sheet.html"
    fits_dialog = False
    submit_label = _("Save opinion")
    success_message = _("Your opinion is recorded.")

    def prepare(self) -> None:
        self.subject = self.get_subject()

    def get_title(self) -> str:
        return _("Review of %(order)s") % {"order": self.subject}

    def department(self) -> str:
        """The one whose part is open: what was asked for, else the reader's own first."""
        reader = person_of(self.request)
        own = [d for d in Department.values if reader.has_role(DEPARTMENT_ROLE[Department(d)])]
        asked = self.request.POST.get("department") or self.request.GET.get("department", "")
        return asked if asked in own else (own[0] if own else "")

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"order": self.subject, "department": self.department(), **form.opinion()}

    def get_success_url(self, result: Any) -> str:
        return self.request.get_full_path()

    def get_form_kwargs(self) -> dict[str, Any]:
        department, mine = self.department(), self._own_opinion()
        names = ("result", "conditions", "remarks", "lead_time_days")
        return {
            "initial": {name: getattr(mine, name) for name in names} if mine else {},
            "checklist": items_for(self.subject, department) if department and self.current() else [],
            "given": mine.answers if mine else [],
        }

    def _own_opinion(self) -> Any:
        opinions = self.current().opinions.all() if self.current() else ()
        return next((o for o in opinions if o.department == self.department() and o.result != "pending"), None)

    def current(self) -> Any:
        return next((round_ for round_ in self.rounds() if round_.outcome == "open"), None)

    def rounds(self) -> list[Any]:
        if not hasattr(self, "_rounds"):
            self._rounds = rounds_for(self.subject, person_of(self.request))
            add_evidence(self._rounds, person_of(self.request))
            if self._rounds and self._rounds[0].outcome == "open":
                add_clocks(self.subject, self._rounds[0])
        return self._rounds

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order, reader, current = self.subject, person_of(self.request), self.current()
        reviewing = order.status == OrderStatus.RECEIVED
        may_speak = current and reviewing and not is_own(order, reader)
        return super().get_context_data(
            order=order,
            facts=OrderFacts(order, reader),
            rounds=self.rounds(),
            current=current,
            contract=ContractReview.objects.filter(round__order=order).order_by("-round__number").first(),
            compared=side_by_side(self.rounds()),
            edits=edits_between(order, self.rounds()),
            department=self.department() if may_speak else "",
            blockers=refusals(order, "review") if reviewing else [],
            review_url=reverse("orders:order-review", args=[order.pk]) if may(reader, "orders.review_order") else "",
            cancel_url=order.get_absolute_url(),
            **kwargs,
        )


class DecideApproval(OnOrder, Decision):
    access = staff_of("orders.decide_approval")
    service = services.decide_approval
    template_name = "orders/approval.html"
    title = _("Decide on %(subject)s")

    @cached_property
    def case(self) -> ApprovalCase | None:
        return current_case(self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order, reader = self.subject, person_of(self.request)
        return super().get_context_data(facts=OrderFacts(order, reader), rounds=rounds_for(order, reader), **kwargs)
