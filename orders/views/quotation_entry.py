"""Writing a quotation: one form; "save" keeps a draft, "submit" hands it to the ladder."""

from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Language, Role
from accounts.views.person import person_of
from core.errors import DomainError
from core.views.acts import FormPage
from customers.models import Customer
from customers.picking import customer_label
from customers.privacy import contact_for
from orders import services
from orders.choices import QuotationStatus
from orders.forms import entry
from orders.forms.quotation import QuotationForm
from orders.models import Quotation
from orders.prices import usual_prices
from orders.quotation_specs import FIELDS, VALID_FOR, QuotationSpec, spec_of_quotation
from orders.services.quotations import missing_in_quotation
from orders.specs import DEFAULT_TERMS
from orders.views.base import staff_of
from orders.views.quotations import QUOTATIONS, OnQuotation


class QuotationEntry(FormPage):
    """The base of new and edit. Nothing typed is lost: what cannot be submitted yet is kept as a draft."""

    access = staff_of("orders.save_quotation")
    form_class = QuotationForm
    template_name = "orders/quotation_form.html"
    fits_dialog = False
    submit_label = gettext_lazy("Save draft")
    cancel = "orders:quotation-list"
    subject: Quotation | None = None

    @cached_property
    def spec(self) -> QuotationSpec:
        return self.starting_spec()

    def starting_spec(self) -> QuotationSpec:
        raise NotImplementedError

    @cached_property
    def lines(self) -> Any:
        data = self.request.POST if self.request.method == "POST" else None
        return entry.LineFormSet(data, prefix="lines", initial=entry.initial_lines(self.spec))

    @cached_property
    def terms(self) -> Any:
        data = self.request.POST if self.request.method == "POST" else None
        return entry.TermFormSet(data, prefix="terms", initial=entry.initial_terms(self.spec))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": self.get_initial(), "keep_source": self.spec.source}

    def get_initial(self) -> dict[str, Any]:
        head = {name: getattr(self.spec, name) for name in FIELDS if name != "customer"}
        if customer := self.spec.customer:
            head |= {"customer": customer.pk, "customer_text": customer_label(customer)}
        return {**head, "edition": self.subject.edition if self.subject else 0}

    def is_valid(self, form: Any) -> bool:
        return all([form.is_valid(), self.lines.is_valid(), self.terms.is_valid()])

    def read_spec(self, form: Any) -> QuotationSpec:
        typed = {name: value for name, value in form.cleaned_data.items() if name in FIELDS}
        head = QuotationSpec(**typed)
        usual = partial(usual_prices, head.customer, currency=head.currency, reader=person_of(self.request))
        return replace(head, lines=entry.lines_of(self.lines, usual), terms=entry.terms_of(self.terms))

    def perform(self, form: Any) -> Quotation:
        by = person_of(self.request)
        quotation = services.save_quotation(
            spec=self.read_spec(form), quotation=self.subject, edition=form.cleaned_data.get("edition"), by=by
        )
        self.refused = False
        if "submit" in self.request.POST:
            try:
                quotation = services.submit_quotation(quotation=quotation, by=by)
            except DomainError as error:
                self.refused = True
                messages.warning(self.request, _("Kept as a draft: %(why)s") % {"why": error.message})
        return quotation

    def get_success_url(self, result: Quotation) -> str:
        page = reverse("orders:quotation-edit", args=[result.pk])
        return f"{page}?check=1" if self.refused else result.get_absolute_url()

    def get_success_message(self, result: Quotation) -> str:
        if self.refused:
            return ""
        submitted = _("Quotation %(subject)s is submitted for approval.") % {"subject": result}
        return submitted if "submit" in self.request.POST else _("The draft is saved.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(lines=self.lines, terms=self.terms, quotation=self.subject, **kwargs)


class NewQuotation(QuotationEntry):
    title = gettext_lazy("New quotation")
    crumbs = (QUOTATIONS,)

    def starting_spec(self) -> QuotationSpec:
        user, key = person_of(self.request), self.request.GET.get("customer", "")
        customer = Customer.objects.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
        seller = user if user.has_role(Role.SALES) else None
        currency = customer.currency if customer else "CNY"
        spec = QuotationSpec(
            customer=customer, salesperson=seller, valid_until=timezone.localdate() + VALID_FOR, currency=currency,
            language=Language.CHINESE if currency == "CNY" else Language.ENGLISH, terms=DEFAULT_TERMS,
        )  # fmt: skip
        return self._with_contact(spec)

    def _with_contact(self, spec: QuotationSpec) -> QuotationSpec:
        """The main one, for who may read whom to call (R1.6)."""
        contact = contact_for(spec.customer, person_of(self.request)) if spec.customer else None
        if contact is None:
            return spec
        return replace(spec, contact_name=contact.name, contact_phone=contact.phone, contact_email=contact.email)


class EditQuotation(OnQuotation, QuotationEntry):
    title = gettext_lazy("Edit quotation %(subject)s")

    def prepare(self) -> None:
        super().prepare()
        if self.request.method == "GET" and self.subject.status != QuotationStatus.DRAFT:
            raise Http404

    def starting_spec(self) -> QuotationSpec:
        return spec_of_quotation(self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if "check" in self.request.GET and self.request.method == "GET":
            gaps = missing_in_quotation(self.subject, timezone.localdate())
            context["reasons"] = context["form"].mark_missing(gaps)
        return context
