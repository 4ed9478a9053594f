"""Entering and changing a customer with contacts and addresses on one page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.acts import ACTS
from accounts.views.person import person_of
from core.errors import Reason
from core.views.acts import FormPage
from core.views.pages import SubjectMixin
from customers.forms import AddressFormSet, ContactFormSet, CustomerForm
from customers.models import Customer
from customers.privacy import may_read_contacts
from customers.services import save_customer
from customers.services.archive import is_strange
from customers.views.archive import LIST, NOT_YOURS


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
        return {"customer": self.customer(), "values": form.cleaned_data, **rows}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=self._rows, masked=not self.shows_rows(), **kwargs)


class NewCustomer(CustomerFormPage):
    title = _("New customer")


class EditCustomer(SubjectMixin, CustomerFormPage):
    model = Customer
    title = _("Edit %(subject)s")

    def get_reasons(self) -> list[Reason]:
        return [Reason("owner", NOT_YOURS)] if is_strange(person_of(self.request), self.subject) else []


def _rows(formset: Any, customer: Customer, name: str, data: Any) -> Any:
    """The rows there are, or one to begin with; more are added in place."""
    known = list(getattr(customer, name).values(*formset.form.base_fields)) if customer.pk else []
    rows = formset(data, prefix=name, initial=known)
    rows.extra = 0 if known else 1
    return rows
