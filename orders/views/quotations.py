"""Quotations (R3.7): list, page, and the acts on one."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import SIGNED_IN
from accounts.acts import may
from accounts.choices import MANAGERS, Role
from accounts.views.person import person_of
from core import formats
from core.errors import Reason
from core.forms import ReasonForm
from core.views.acts import ActView
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from core.views.pages import DetailPage, SubjectMixin
from orders import services
from orders.choices import QuotationStatus
from orders.filters_quotation import QuotationFilter
from orders.forms import quotation as forms
from orders.models import Order, Quotation
from orders.quotation_page import QuotationFacts
from orders.services.quotations import missing_in_quotation
from orders.views.base import staff_of
from orders.views.decisions import Decision
from workflow.models import ApprovalCase

QUOTATIONS = (_("Quotations"), "orders:quotation-list")


class QuotationList(ListPage):
    access = SIGNED_IN
    model = Quotation
    title = _("Quotations")
    related = ("customer", "salesperson")
    fields = (
        "number", "version", "status", "customer__name", "amount", "currency", "valid_until", "sent_at",
        "salesperson__username", "salesperson__display_name",
    )  # fmt: skip
    template_name = "orders/quotation_list.html"
    filterset_class = QuotationFilter
    default_sort = "-number"
    columns = (
        Column("number", _("Number"), value=str, kind="code", link=True, sort=("id",), phone="title"),
        Column("status", _("Status"), kind="status", phone="corner"),
        Column("customer", _("Customer"), value="customer.name"),
        Column("amount", _("Amount"), kind="money", sort=("amount",)),
        Column("valid_until", _("Valid until"), kind="day", sort=("valid_until",)),
        Column("salesperson", _("Salesperson"), phone="hidden"),
        Column("sent_at", pgettext_lazy("quotation", "Sent"), kind="moment", phone="hidden"),
    )
    saved_views = (
        SavedView("all", _("All")),
        SavedView("mine", _("Mine"), {"mine": "true"}),
        SavedView("approve", _("To approve"), {"status": QuotationStatus.SUBMITTED}),
        SavedView("sent", pgettext_lazy("quotation", "Sent"), {"status": QuotationStatus.SENT}),
        SavedView("ending", _("Ending soon"), {"ending": "true"}),
        SavedView("lost", pgettext_lazy("quotation", "Lost"), {"status": QuotationStatus.LOST}),
    )
    empty = (_("No quotations yet"), _("Write the first one: approved and sent, it becomes an order in one act."))
    empty_icon = "file-text"

    @property
    def new(self) -> tuple[Any, str] | None:  # type: ignore[override]
        allowed = may(person_of(self.request), "orders.save_quotation")
        return (_("New quotation"), "orders:quotation-new") if allowed else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reports = person_of(self.request).has_role(*MANAGERS, Role.SUPERVISION)
        return super().get_context_data(reports=reports, **kwargs)


class OnQuotation(SubjectMixin):
    """A page about one quotation that the person may see."""

    model = Quotation
    related = ("customer", "salesperson", "submitted_by", "order")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(QUOTATIONS[0]), reverse(QUOTATIONS[1])), (str(self.subject), self.subject.get_absolute_url())]


class QuotationPage(OnQuotation, DetailPage):
    """Steps, what is next, clocks; goods and terms; approval, versions, papers; the timeline."""

    access = SIGNED_IN
    template_name = "orders/quotation_detail.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(QUOTATIONS[0]), reverse(QUOTATIONS[1]))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = QuotationFacts(self.subject, person_of(self.request), self.request.GET.get("with", ""))
        return super().get_context_data(facts=facts, **kwargs)


class QuotationAct(OnQuotation, ActView):
    """An act on a quotation, as a page or in the dialog."""

    service: Callable[..., Any]

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or self.subject.get_absolute_url()

    def amount(self) -> str:
        return formats.amount(self.subject.amount, self.subject.currency)


class SubmitQuotation(QuotationAct):
    access = staff_of("orders.submit_quotation")
    service = services.submit_quotation
    title = _("Submit quotation %(subject)s")
    submit_label = _("Submit quotation")
    success_message = _("Quotation %(subject)s is submitted for approval.")

    def get_reasons(self) -> Sequence[Reason]:
        facts = QuotationFacts(self.subject, person_of(self.request))
        return facts.blockers if self.subject.status == QuotationStatus.DRAFT else ()

    def get_consequences(self) -> Sequence[str]:
        if not self.subject.customer_id or missing_in_quotation(self.subject, timezone.localdate()):
            return []
        facts = QuotationFacts(self.subject, person_of(self.request))
        asked = [f"{step.asked_of} ({'; '.join(step.reasons)})" for step in facts.ladder]
        return [str(_("To approve: %(steps)s") % {"steps": ", ".join(asked)})] if asked else []


class WithdrawQuotation(QuotationAct):
    access = staff_of("orders.withdraw_quotation")
    service = services.withdraw_quotation
    form_class = ReasonForm
    title = _("Take the submission of %(subject)s back")
    submit_label = _("Take submission back")
    success_message = _("Quotation %(subject)s is a draft again.")

    def get_consequences(self) -> Sequence[str]:
        return [str(_("Nobody is asked to approve it any more; it can be edited and submitted again."))]


class DecideQuotation(OnQuotation, Decision):
    access = staff_of("orders.decide_quotation")
    service = services.decide_quotation
    template_name = "orders/quotation_approval.html"
    title = _("Decide on quotation %(subject)s")

    @cached_property
    def facts(self) -> QuotationFacts:
        return QuotationFacts(self.subject, person_of(self.request))

    @cached_property
    def case(self) -> ApprovalCase | None:
        return self.facts.case

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(facts=self.facts, **kwargs)


class SendQuotation(QuotationAct):
    access = staff_of("orders.send_quotation")
    service = services.send_quotation
    form_class = forms.SendForm
    title = _("Send quotation %(subject)s")
    submit_label = _("Send quotation")
    again = False

    def get_initial(self) -> dict[str, Any]:
        return {"to": self.subject.contact_email}

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {**super().get_service_arguments(form), "again": self.again}

    def get_reasons(self) -> Sequence[Reason]:
        return [] if self.again else QuotationFacts(self.subject, person_of(self.request)).blockers

    def get_consequences(self) -> Sequence[str]:
        language = self.subject.get_language_display()
        return [
            _("The quotation over %(amount)s goes to the recipients below as a PDF (%(language)s), once, and binds us "
              "until %(day)s.") % {"amount": self.amount(), "language": language,
                                   "day": formats.day(self.subject.valid_until)},
            _("Their answer comes to %(person)s.") % {"person": self.subject.salesperson},
        ]  # fmt: skip

    def get_success_message(self, result: Any) -> str:
        return _("Quotation %(number)s is on its way.") % {"number": self.subject}


class ResendQuotation(SendQuotation):
    title = _("Send quotation %(subject)s again")
    submit_label = _("Send again")
    again = True


class AcceptQuotation(QuotationAct):
    access = staff_of("orders.accept_quotation")
    service = services.accept_quotation
    form_class = forms.AcceptQuotationForm
    title = _("The customer accepts %(subject)s")
    submit_label = _("Record acceptance")
    success_message = _("Quotation %(subject)s is accepted; make the order next.")

    def get_reasons(self) -> Sequence[Reason]:
        return QuotationFacts(self.subject, person_of(self.request)).blockers


class LoseQuotation(QuotationAct):
    access = staff_of("orders.lose_quotation")
    service = services.lose_quotation
    form_class = forms.LoseQuotationForm
    title = _("Record the loss of %(subject)s")
    submit_label = _("Record loss")
    success_message = _("The loss of %(subject)s is recorded.")
    tone = "danger"

    def get_consequences(self) -> Sequence[str]:
        return [str(_("The quotation over %(amount)s ends here; it can be revised later.") % {"amount": self.amount()})]


class ReviseQuotation(QuotationAct):
    access = staff_of("orders.revise_quotation")
    service = services.revise_quotation
    title = _("Revise quotation %(subject)s")
    submit_label = _("Revise quotation")
    success_message = _("Version %(subject)s is a draft with the same content.")

    def get_consequences(self) -> Sequence[str]:
        return [str(_("%(number)s ends; the next version is approved and sent anew.") % {"number": self.subject})]

    def get_success_url(self, result: Quotation) -> str:
        return reverse("orders:quotation-edit", args=[result.pk])


class OrderQuotation(QuotationAct):
    access = staff_of("orders.order_quotation")
    service = services.order_quotation
    title = _("Make an order of %(subject)s")
    submit_label = _("Make order")
    success_message = _("The order is a draft; complete what is missing and receive it.")

    def get_reasons(self) -> Sequence[Reason]:
        return QuotationFacts(self.subject, person_of(self.request)).blockers

    def get_consequences(self) -> Sequence[str]:
        text = _("Customer, goods, prices, terms and remarks are taken over: a draft order of %(amount)s.")
        told = [str(text % {"amount": self.amount()})]
        if self.subject.status == QuotationStatus.SENT:
            told.append(str(_("The quotation counts as accepted by the customer.")))
        return told

    def get_success_url(self, result: Order) -> str:
        return reverse("orders:order-edit", args=[result.pk])
