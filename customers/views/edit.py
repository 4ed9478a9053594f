"""Entering and changing a customer with contacts and addresses on one page."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.acts import ACTS
from accounts.views.person import person_of
from core.errors import DomainError, Reason
from core.views.acts import FormPage
from core.views.pages import SubjectMixin
from customers.duplicates import find_twins, reasons_for
from customers.forms import AddressFormSet, ContactFormSet, CustomerForm
from customers.models import Customer
from customers.privacy import log_disclosure, may_read_contacts
from customers.services import save_customer
from customers.services.archive import is_strange
from customers.views.words import LIST, NOT_YOURS

PHONE = re.compile(r"contacts-\d{1,3}-phone")


class CustomerFormPage(FormPage):
    access = ACTS["customers.save_customer"].roles
    template_name = page_template = "customers/customer_form.html"
    form_class = CustomerForm
    service = save_customer
    submit_label = _("Save customer")
    success_message = _("%(subject)s is saved.")
    cancel = "customers:customer-list"
    crumbs = (LIST,)
    _rows: dict[str, Any]

    def customer(self) -> Customer:
        return self.subject or Customer()

    def shows_rows(self) -> bool:
        """Contacts one may not read are neither shown nor changed here (R1.6)."""
        return self.subject is None or may_read_contacts(person_of(self.request), self.subject)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.customer()}

    def get_form(self) -> Any:
        customer, data = self.customer(), self.request.POST if self.request.method == "POST" else None
        self._rows = {}
        if self.shows_rows():
            self._rows = {
                "contacts": _rows(ContactFormSet, customer, "contacts", data),
                "addresses": _rows(AddressFormSet, customer, "addresses", data),
            }
        return super().get_form()

    def is_valid(self, form: Any) -> bool:
        return all([form.is_valid(), *(rows.is_valid() for rows in self._rows.values())])

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        rows = {name: formset.objects() for name, formset in self._rows.items()}
        confirmed = form.cleaned_data["confirmed"]
        return {"customer": self.customer(), "values": form.cleaned_data, "confirmed": confirmed, **rows}

    def refuse(self, form: Any, error: DomainError) -> HttpResponse:
        if error.code == "duplicate":
            form.ask_for_confirmation()
        return super().refuse(form, error)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=self._rows, masked=not self.shows_rows(), **kwargs)


class NewCustomer(CustomerFormPage):
    title = _("New customer")


class EditCustomer(SubjectMixin, CustomerFormPage):
    model = Customer
    title = _("Edit %(subject)s")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What stands in the form is read, too (R1.6)."""
        answer = super().get(request, *args, **kwargs)
        if self._rows and self.subject.contacts.exists():
            log_disclosure(person_of(request), self.subject)
        return answer

    def get_reasons(self) -> list[Reason]:
        return [Reason("owner", NOT_YOURS)] if is_strange(person_of(self.request), self.subject) else []


class Twins(View):
    """While one types: who in the archive looks like this one. Posted, so that no telephone stands in an address."""

    access = ACTS["customers.save_customer"].roles

    def post(self, request: HttpRequest) -> HttpResponse:
        given, user = request.POST, person_of(request)
        phones = [given.get(name, "")[:32] for name in given if PHONE.fullmatch(name)]
        besides = given.get("besides", "")
        twins = find_twins(
            name=given.get("name", "")[:200], tax_number=given.get("tax_number", "")[:30], phones=phones[:50],
            besides=int(besides) if besides.isdecimal() and len(besides) < 19 else None,
        )  # fmt: skip
        return render(request, "customers/_twins.html", {"reasons": reasons_for(twins, user)})


def _rows(formset: Any, customer: Customer, name: str, data: Any) -> Any:
    """The rows there are, or one to begin with; more are added in place."""
    known = list(getattr(customer, name).values(*formset.form.base_fields)) if customer.pk else []
    rows = formset(data, prefix=name, initial=known)
    rows.extra = 0 if known else 1
    return rows
