"""Deciding on one's step of the ladder, of an order and of a quotation alike (R3.5, R3.7)."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.views.person import person_of
from core.views.acts import ActView
from orders.forms.acts import DecisionForm
from workflow.choices import StepStatus
from workflow.ladder import reason_texts
from workflow.models import ApprovalCase, ApprovalStep
from workflow.services import current_step, lent_by, why_not


class Decision(ActView):
    """Who before me said what, who comes after, why I was asked; one word and done."""

    form_class = DecisionForm
    fits_dialog = False
    submit_label = _("Decide")
    success_message = _("Your decision is recorded.")

    @cached_property
    def case(self) -> ApprovalCase | None:
        raise NotImplementedError

    @cached_property
    def step(self) -> ApprovalStep | None:
        return current_step(self.case, person_of(self.request)) if self.case else None

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        data = form.cleaned_data
        return {
            self.get_subject_name(): self.subject, "approve": data["decision"] == "approve",
            "comment": data["comment"], "step": data["step"],
        }  # fmt: skip

    def get_initial(self) -> dict[str, Any]:
        if self.request.method == "POST":
            return {}  # the step stands in what was sent: the one that was read
        return {"step": self.step.position if self.step else None}

    def get_success_url(self, result: Any) -> str:
        return self.subject.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, step, reader = self.case, self.step, person_of(self.request)
        signed = {other.stage for other in case.steps.all() if other.status == StepStatus.APPROVED} if case else set()
        return super().get_context_data(
            case=case, step=step, refusal=why_not(case, step, reader) if case and step else None,
            giver=lent_by(case, step, reader) if case and step else None,
            asked_why=reason_texts(step.reasons) if step else [],
            may_return=bool(step and min(signed, default=step.stage) < step.stage), **kwargs,
        )  # fmt: skip
