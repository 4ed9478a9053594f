"""Writing a quotation: one form; "save" keeps a draft, "submit" hands it to the ladder."""

from dataclasses import replace
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Language, Role
from accounts.views.person import person_of
from customers.picking import given_customer
from customers.privacy import contact_for
from orders import services
from orders.choices import EntryKind, QuotationStatus
from orders.forms.quotation import QuotationForm
from orders.models import Quotation
from orders.quotation_specs import FIELDS, QuotationSpec, spec_of_quotation
from orders.services.quotation_rules import usual_validity
from orders.services.quotations import missing_in_quotation
from orders.specs import DEFAULT_TERMS
from orders.views.base import staff_of
from orders.views.entry_form import EntryForm
from orders.views.quotations import QUOTATIONS, OnQuotation


class QuotationEntry(EntryForm):
    """The base of new and edit."""

    access = staff_of("orders.save_quotation")
    form_class = QuotationForm
    template_name = "orders/quotation_form.html"
    cancel = "orders:quotation-list"
    kind = EntryKind.QUOTATION
    version_field = "edition"
    head = tuple(name for name in FIELDS if name != "customer")
    hand_in = "submit"
    keep_new, keep = "orders:quotation-keep-new", "orders:quotation-keep"

    def read_head(self, form: Any) -> QuotationSpec:
        return QuotationSpec(**{name: value for name, value in form.cleaned_data.items() if name in FIELDS})

    def save_draft(self, form: Any) -> Quotation:
        edition = form.cleaned_data.get("edition")
        return services.save_quotation(
            spec=self.merged(form), quotation=self.subject, edition=edition, by=person_of(self.request)
        )

    def hand_it_in(self, result: Quotation) -> Quotation:
        return services.submit_quotation(quotation=result, by=person_of(self.request))

    def handed_in(self, result: Quotation) -> str:
        return _("Quotation %(subject)s is submitted for approval.") % {"subject": result}


class NewQuotation(QuotationEntry):
    title = gettext_lazy("New quotation")
    crumbs = (QUOTATIONS,)

    def starting_spec(self) -> QuotationSpec:
        user, customer = person_of(self.request), given_customer(self.request)
        seller = user if user.has_role(Role.SALES) else None
        currency = customer.currency if customer else "CNY"
        spec = QuotationSpec(
            customer=customer, salesperson=seller, valid_until=usual_validity(timezone.localdate()), currency=currency,
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
