"""Inquiries: the list, recording one, its page and the acts on it (R1.1–R1.3)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import ACTS, may
from accounts.choices import Role
from accounts.views.person import person_of
from core import subjects
from core.errors import Reason
from core.forms import ReasonForm
from core.masking import mask_email, mask_name, mask_phone
from core.views.acts import ActView, FormPage
from core.views.lists import ListPage
from core.views.pages import DetailPage
from customers.choices import Channel, InquiryStatus
from customers.filters import InquiryFilter
from customers.forms_inquiry import AnswerForm, HandOverForm, InquiryForm, NeedFormSet, needs_of
from customers.models import Inquiry
from customers.picking import customer_label, given_customer
from customers.privacy import log_disclosure, may_read_inquirer
from customers.services import InquirySpec, answer_inquiry, close_inquiry, hand_over_inquiry, record_inquiry
from customers.services.inquiries import is_turn_of
from customers.tables import INQUIRY_COLUMNS, INQUIRY_VIEWS
from workflow.services import open_items

LIST = (_("Inquiries"), "customers:inquiry-list")
UNANSWERED = (InquiryStatus.NEW, InquiryStatus.HANDED_OVER)


class InquiryList(ListPage):
    access = SIGNED_IN
    model = Inquiry
    title = _("Inquiries")
    related = ("customer", "salesperson")
    filterset_class = InquiryFilter
    columns = INQUIRY_COLUMNS
    default_sort = "-number"
    saved_views = INQUIRY_VIEWS
    empty = (_("No inquiries here"), _("What customers ask for is recorded here, answered, and becomes an order."))
    empty_icon = "message"

    @property
    def new(self) -> tuple[Any, str] | None:  # type: ignore[override]
        allowed = may(person_of(self.request), "customers.record_inquiry")
        return (_("New inquiry"), "customers:inquiry-new") if allowed else None


class NewInquiry(FormPage):
    access = ACTS["customers.record_inquiry"].roles
    template_name = "customers/inquiry_form.html"
    form_class = InquiryForm
    title = _("New inquiry")
    submit_label = _("Record inquiry")
    success_message = _("Inquiry %(subject)s is recorded.")
    cancel = "customers:inquiry-list"
    crumbs = (LIST,)
    fits_dialog = False
    _needs: Any

    def get_initial(self) -> dict[str, Any]:
        given = given_customer(self.request)
        known = {"customer": given.pk, "customer_text": customer_label(given)} if given else {}
        return {"channel": Channel.PHONE, **known}

    def get_form(self) -> Any:
        self._needs = NeedFormSet(self.request.POST if self.request.method == "POST" else None, prefix="lines")
        return super().get_form()

    def is_valid(self, form: Any) -> bool:
        return all([form.is_valid(), self._needs.is_valid()])

    def perform(self, form: Any) -> Inquiry:
        data = {name: value for name, value in form.cleaned_data.items() if name in InquirySpec.__dataclass_fields__}
        return record_inquiry(spec=InquirySpec(**data, lines=needs_of(self._needs)), by=person_of(self.request))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(lines=self._needs, **kwargs)


class InquiryPage(DetailPage):
    access = SIGNED_IN
    model = Inquiry
    related = ("customer", "salesperson", "recorded_by", "answered_by")
    template_name = "customers/inquiry_detail.html"
    crumbs = (LIST,)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        inquiry, user = self.subject, person_of(self.request)
        readable = may_read_inquirer(user, inquiry)
        if readable and inquiry.customer:
            log_disclosure(user, inquiry.customer)
        return super().get_context_data(
            lines=list(inquiry.lines.select_related("product")),
            contact=shown_inquirer(inquiry, readable=readable),
            masked=not readable,
            clocks=list(open_items(inquiry).select_related("policy")) if inquiry.is_open else [],
            may_work=may(user, "customers.answer_inquiry") and is_turn_of(inquiry, user),
            may_hand_over=may(user, "customers.hand_over_inquiry") and inquiry.status in UNANSWERED,
            unanswered=inquiry.status in UNANSWERED,
            **what_became(inquiry, user),
            **kwargs,
        )


def what_became(inquiry: Inquiry, user: Any) -> dict[str, str]:
    """The quotation or order that came of it, for who may see that."""
    if inquiry.converted_id is None:
        return {}
    key = (inquiry.converted_type, inquiry.converted_id)
    if not subjects.may_see(user, *key):
        return {}
    became = subjects.load(*key)
    return {"became": subjects.label_of(became), "became_url": subjects.url_of(*key)}


def shown_inquirer(inquiry: Inquiry, *, readable: bool) -> dict[str, str]:
    name, phone, email = inquiry.contact_name, inquiry.contact_phone, inquiry.contact_email
    if not readable:
        name, phone, email = mask_name(name), mask_phone(phone), mask_email(email)
    return {"name": name, "phone": phone, "email": email}


class InquiryAct(ActView):
    model = Inquiry
    related = ("customer", "salesperson")
    crumbs = (LIST,)
    statuses: tuple[InquiryStatus, ...] = UNANSWERED

    def get_reasons(self) -> list[Reason]:
        inquiry = self.subject
        if inquiry.status not in self.statuses:
            text = _("The inquiry is “%(status)s” by now; this step no longer fits.")
            return [Reason("status", text % {"status": inquiry.get_status_display()})]
        return self.whose_turn()

    def whose_turn(self) -> list[Reason]:
        if is_turn_of(self.subject, person_of(self.request)):
            return []
        text = _("%(person)s has this inquiry. Ask them, or have it handed over to you.")
        return [Reason("handed_over", text % {"person": self.subject.salesperson}, roles=(Role.SALES.value,))]

    def get_success_url(self, result: Any) -> str:
        return reverse("customers:inquiry-detail", args=[self.subject.pk])


class HandOver(InquiryAct):
    access = ACTS["customers.hand_over_inquiry"].roles
    service = hand_over_inquiry
    form_class = HandOverForm
    title = _("Hand over inquiry %(subject)s")
    lead = _("The salesperson has it in the inbox, with a clock, until it is answered.")
    submit_label = _("Hand over inquiry")
    success_message = _("Inquiry %(subject)s is handed over.")

    def whose_turn(self) -> list[Reason]:
        return []


class Answer(InquiryAct):
    access = ACTS["customers.answer_inquiry"].roles
    service = answer_inquiry
    form_class = AnswerForm
    title = _("Answer inquiry %(subject)s")
    submit_label = _("Record answer")
    success_message = _("The answer to %(subject)s is recorded.")

    def get_initial(self) -> dict[str, Any]:
        return {"channel": self.subject.channel}


class Close(InquiryAct):
    access = ACTS["customers.close_inquiry"].roles
    service = close_inquiry
    form_class = ReasonForm
    tone = "danger"
    title = _("Close inquiry %(subject)s")
    lead = _("Nothing comes of it.")
    submit_label = _("Close inquiry")
    success_message = _("Inquiry %(subject)s is closed.")
    statuses = (*UNANSWERED, InquiryStatus.ANSWERED)
