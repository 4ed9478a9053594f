"""The single acts on an order, each a page and a dialog; what they may do is decided in the services."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access import SIGNED_IN
from accounts.views.person import person_of
from core import formats
from core.errors import DomainError, Reason
from core.forms import ReasonForm
from core.views.acts import ActView
from orders import services
from orders.choices import CheckCode
from orders.forms import acts as forms
from orders.guards import refusals
from orders.guards.money import due_by, lacking, paid, wanting
from orders.models import Clarification, ContractReview, Order
from orders.services.approval import require_waivable
from orders.services.asking import open_gate, people_for
from orders.views.base import OrderAct, staff_of
from workflow.choices import Gate
from workflow.models import Hold
from workflow.services.waivers import CAPPED


class GuardedAct(OrderAct):
    """Shows, before anything is pressed, why the act is not possible now."""

    act = ""

    def get_reasons(self) -> Sequence[Reason]:
        return refusals(self.subject, self.act)


class ReceiveOrder(GuardedAct):
    access = staff_of("orders.receive_order")
    service = services.receive_order
    act = "receive"
    title = _("Receive order %(subject)s")
    submit_label = _("Receive order")
    success_message = _("Order %(subject)s is received and on its way to review.")

    def get_consequences(self) -> Sequence[str]:
        return [str(_("It gets its number, and inside sales is asked for the preliminary review."))]


class PassReview(GuardedAct):
    access = staff_of("orders.review_order")
    service = services.review_order
    act = "review"
    title = _("Pass the review of %(subject)s")
    submit_label = _("Pass review")
    success_message = _("Order %(subject)s is reviewed and submitted for approval.")


class ReturnToSales(OrderAct):
    access = staff_of("orders.return_to_sales")
    service = services.return_to_sales
    form_class = ReasonForm
    title = _("Return %(subject)s to sales")
    submit_label = _("Return to sales")
    success_message = _("Order %(subject)s went back to sales.")

    def get_consequences(self) -> Sequence[str]:
        return [str(_("The salesperson sees the opinions and your reason, and submits a new round."))]


class PutInForce(GuardedAct):
    access = staff_of("orders.approve_order")
    service = services.approve_order
    act = "approve"
    title = _("Put order %(subject)s in force")
    submit_label = _("Put in force")
    success_message = _("Order %(subject)s is approved.")

    def get_consequences(self) -> Sequence[str]:
        text = _("Credit and stock are reserved, confirmation and routing slip issued, production asked for its date.")
        return [str(text)]


class GrantWaiver(OrderAct):
    access = staff_of("orders.grant_order_waiver")
    service = services.grant_order_waiver
    form_class = forms.WaiverForm
    title = _("Approve %(subject)s specially")
    submit_label = _("Grant special approval")
    success_message = _("The special approval is granted.")

    def prepare(self) -> None:
        super().prepare()
        if self.kwargs["gate"] not in {*CheckCode.values, Gate.PAYMENT}:
            raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "is_capped": self.kwargs["gate"] in CAPPED}

    def get_initial(self) -> dict[str, Any]:
        gate = self.kwargs["gate"]
        return {"cap": wanting(self.subject, gate)} if gate in CAPPED else {}

    def get_reasons(self) -> Sequence[Reason]:
        try:
            require_waivable(self.subject, self.kwargs["gate"])
        except DomainError as error:
            return [Reason(error.code, error.message)]
        return []

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {**super().get_service_arguments(form), "gate": self.kwargs["gate"]}

    def get_consequences(self) -> Sequence[str]:
        gate = Gate(self.kwargs["gate"])
        texts = [_("Opens the gate “%(gate)s” once; it is printed on what it lets through.") % {"gate": gate.label}]
        if gate == Gate.PAYMENT and (missing := lacking(self.subject, "before_shipment")):
            texts.append(
                _("%(missing)s has not arrived.") % {"missing": formats.amount(missing, self.subject.currency)}
            )
        return texts


class AskForGate(OrderAct):
    """One click to those who can remove what blocks the order (R14.1)."""

    access = SIGNED_IN
    service = services.ask_for_gate
    title = _("Ask for order %(subject)s")
    submit_label = _("Ask them")
    success_message = _("They have been told.")

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"order": self.subject, "gate": self.kwargs["gate"]}

    def get_consequences(self) -> Sequence[str]:
        reason = open_gate(self.subject, self.kwargs["gate"])
        people = len(people_for(self.subject, reason)) if reason else 0
        told = ngettext("%(count)s person is told.", "%(count)s people are told.", people) % {"count": people}
        return [str(reason.text), told] if reason else []

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or self.subject.get_absolute_url()


class DecideProposal(OrderAct):
    """What is proposed for a small order, with its arithmetic line by line."""

    access = staff_of("orders.decide_proposal")
    service = services.decide_proposal
    form_class = forms.ProposalForm
    title = _("Decide on the uplift of %(subject)s")
    submit_label = _("Decide on the proposal")
    success_message = _("The proposal is decided.")

    def review(self) -> ContractReview | None:
        rows = ContractReview.objects.filter(round__order=self.subject).order_by("-round__number")
        return rows.first()

    def get_initial(self) -> dict[str, Any]:
        review = self.review()
        return {"uplift_percent": review.percent, "extra_days": review.days} if review else {}

    def get_consequences(self) -> Sequence[str]:
        review, currency = self.review(), self.subject.currency
        if review is None or not review.lines:
            return []
        lines = [
            f"{line['position']}. {formats.amount(line['unit_price'], currency)} × (100 + "
            f"{formats.quantity(review.percent)}) % = {formats.amount(line['proposed_price'], currency)}; "
            f"{formats.amount(line['amount'], currency)} → {formats.amount(line['proposed_amount'], currency)}"
            for line in review.shown_lines
        ]
        before, after = formats.amount(self.subject.amount, currency), formats.amount(review.amount, currency)
        total = _("Together %(before)s → %(after)s, delivery %(days)s days later.")
        return [*lines, total % {"before": before, "after": after, "days": review.days}]

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or self.subject.get_absolute_url()


class ReportPayment(OrderAct):
    access = staff_of("orders.report_payment")
    service = services.report_payment
    form_class = forms.PaymentForm
    title = _("Report a payment for %(subject)s")
    submit_label = _("Report payment")
    success_message = _("Payment %(subject)s is reported; finance confirms it.")
    grid = True

    def get_initial(self) -> dict[str, Any]:
        missing = lacking(self.subject, "before_shipment") or self.subject.amount - paid(self.subject)
        return {"amount": missing if missing > 0 else None}

    def get_consequences(self) -> Sequence[str]:
        order = self.subject
        return [
            _("%(paid)s of %(amount)s has arrived; %(due)s is due before shipment.") % {
                "paid": formats.amount(paid(order), order.currency),
                "amount": formats.amount(order.amount, order.currency),
                "due": formats.amount(due_by(order, "before_shipment"), order.currency),
            }
        ]  # fmt: skip

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or self.subject.get_absolute_url()


class StartProduction(GuardedAct):
    access = staff_of("orders.start_production")
    service = services.start_production
    act = "start_production"
    title = _("Start production of %(subject)s")
    submit_label = _("Start production")
    success_message = _("Production of %(subject)s has started.")


class CloseOrder(GuardedAct):
    access = staff_of("orders.close_order")
    service = services.close_order
    act = "close"
    title = _("Close order %(subject)s")
    submit_label = _("Close order")
    success_message = _("Order %(subject)s is closed.")


class CancelOrder(OrderAct):
    access = staff_of("orders.cancel_order")
    service = services.cancel_order
    form_class = ReasonForm
    title = _("Cancel order %(subject)s")
    submit_label = _("Cancel order")
    success_message = _("Order %(subject)s is cancelled.")
    tone = "danger"

    def get_consequences(self) -> Sequence[str]:
        return [
            _("The order of %(amount)s ends here; reserved stock and credit are given back.")
            % {"amount": formats.amount(self.subject.amount, self.subject.currency)}
        ]


class HoldOrder(OrderAct):
    access = staff_of("orders.hold_order")
    service = services.hold_order
    form_class = forms.HoldForm
    title = _("Hold order %(subject)s")
    submit_label = _("Hold order")
    success_message = _("The order is on hold.")

    def get_consequences(self) -> Sequence[str]:
        return [str(_("No further step is possible until it is released."))]


class ReleaseHold(OrderAct):
    access = staff_of("orders.release_order")
    service = services.release_order
    form_class = forms.ReleaseForm
    title = _("Release the hold of %(subject)s")
    submit_label = _("Release hold")
    success_message = _("The hold is released.")

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        hold = get_object_or_404(Hold, pk=self.kwargs["hold"], subject_type="orders.order", subject_id=self.subject.pk)
        return {**super().get_service_arguments(form), "hold": hold}


class AskCustomer(OrderAct):
    access = staff_of("orders.open_clarification")
    service = services.open_clarification
    form_class = forms.QuestionForm
    title = _("Ask the customer about %(subject)s")
    submit_label = _("Ask customer")
    success_message = _("The salesperson is asked to contact the customer.")

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or self.subject.get_absolute_url()


class OnClarification(ActView):
    """An act on a question to the customer; seen by whoever may see its order."""

    model = Clarification
    related = ("order", "order__customer", "order__salesperson", "order__partner", "asked_by")

    def get_queryset(self) -> Any:
        orders = Order.objects.visible_to(person_of(self.request))
        return Clarification.objects.select_related(*self.related).filter(order__in=orders)

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or self.subject.order.get_absolute_url()

    def get_crumbs(self) -> list[tuple[str, str]]:
        order = self.subject.order
        return [(str(order), order.get_absolute_url())]


class RecordTalk(OnClarification):
    access = staff_of("orders.record_communication")
    service = services.record_communication
    form_class = forms.CommunicationForm
    title = _("Record the talk with the customer")
    submit_label = _("Record talk")
    success_message = _("The talk is recorded.")

    def get_lead(self) -> str:
        return self.subject.question

    def get_success_url(self, result: Any) -> str:
        return self.subject.order.get_absolute_url()


class ResolveClarification(OnClarification):
    access = staff_of("orders.resolve_clarification")
    service = services.resolve_clarification
    form_class = forms.AnswerForm
    title = _("Settle the question")
    submit_label = _("Settle question")
    success_message = _("The question is settled.")

    def get_lead(self) -> str:
        return self.subject.question
