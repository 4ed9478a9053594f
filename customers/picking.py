"""A customer named in an address or on a form: picked from the list, or typed by code or a piece of the name."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.views.person import person_of
from customers.models import Customer

LONGEST_KEY = 18  # what the database holds


def customer_label(customer: Customer) -> str:
    return f"{customer.code} {customer.name}"


def given_customer(request: HttpRequest) -> Customer | None:
    """The one an address names (`?customer=7`), if the person may see it; nonsense names none."""
    key = request.GET.get("customer", "")
    if not key.isdecimal() or len(key) > LONGEST_KEY:
        return None
    return Customer.objects.visible_to(person_of(request)).filter(pk=key).first()


def picked_customer(form: forms.Form) -> Customer | None:
    """From the fields `customer` (the one picked) and `customer_text`; an error at the latter unless it is one."""
    data = form.cleaned_data
    pk, typed = data.get("customer"), (data.get("customer_text") or "").strip()
    if not typed:
        return None
    picked = Customer.objects.filter(pk=pk).first() if pk else None
    if picked and typed in (customer_label(picked), picked.name, picked.code):
        return picked
    code = typed.split()[0]
    found = list(Customer.objects.filter(code=code)[:1]) or list(Customer.objects.active().search(typed)[:6])
    if len(found) == 1:
        return found[0]
    if not found:
        form.add_error("customer_text", _("No customer is called that. Check the spelling, or create the customer."))
    else:
        names = ", ".join(customer_label(c) for c in found[:5])
        form.add_error("customer_text", _("Several match; choose one: %(names)s") % {"names": names})
    return None
