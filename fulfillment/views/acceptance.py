"""The paper way, and settling what the customer found."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import may
from accounts.views.person import person_of
from core.errors import Reason
from core.views.acts import ActView
from fulfillment.choices import ShipmentStatus
from fulfillment.forms.acceptance import PaperAcceptanceForm, ProblemForm
from fulfillment.models import AcceptanceProblem
from fulfillment.page import papers_of
from fulfillment.services import accept_shipment, settle_problem
from fulfillment.views.base import LinesAct, OnShipment, ShipmentAct, staff_of


class PaperAcceptance(LinesAct, ShipmentAct):
    access = staff_of("fulfillment.accept_shipment")
    service = accept_shipment
    status = ShipmentStatus.DISPATCHED
    form_class = PaperAcceptanceForm
    title = _("Signed delivery note of shipment %(subject)s")
    submit_label = _("Record the acceptance")
    success_message = _("The acceptance of shipment %(subject)s is recorded.")

    def get_lines(self) -> Any:
        return self.subject.lines.select_related("order_line__product")

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        data = form.cleaned_data
        return {
            "shipment": self.subject, "words": form.words(),
            **{name: data[name] for name in ("signer_name", "scan", "signed_at", "remarks", "photos")},
        }  # fmt: skip

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or self.subject.get_absolute_url()

    def get_success_message(self, result: Any) -> str:
        return super().get_success_message(self.subject)

    def get_consequences(self) -> Sequence[str]:
        return (gettext("Lines that are short, refused or taken with reservation become work for after-sales."),)


class SettleProblem(ActView):
    """The problem with what was said about it; whoever may settles it here."""

    access = SIGNED_IN
    model = AcceptanceProblem
    subject_name = "problem"
    related = (
        "acceptance__shipment__order__customer", "line__shipment_line__order_line", "settled_by",
    )  # fmt: skip
    service = settle_problem
    form_class = ProblemForm
    page_template = "fulfillment/problem_settle.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "severity": self.subject.severity}

    title = _("Acceptance problem")
    submit_label = _("Settle the problem")
    success_message = _("The problem is settled.")

    def get_crumbs(self) -> list[tuple[str, str]]:
        view = OnShipment()
        view.subject = self.subject.acceptance.shipment
        return view.get_crumbs()

    def get_lead(self) -> str:
        order = self.subject.acceptance.shipment.order
        return f"{order} · {order.customer or ''}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        papers = [document for document, _languages in papers_of(self.subject)]
        return super().get_context_data(documents=papers, **kwargs)

    def get_reasons(self) -> Sequence[Reason]:
        if self.subject.is_open and not may(person_of(self.request), "fulfillment.settle_problem"):
            return [Reason("role", gettext("After-sales settles this."), roles=("aftersales", "sales_manager"))]
        return ()

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or self.subject.acceptance.shipment.order.get_absolute_url()
