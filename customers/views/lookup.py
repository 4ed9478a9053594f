"""Customers for a form that is being filled in: a few matches while one types."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views import View

from accounts.access import SIGNED_IN
from accounts.views.person import person_of
from core.views.lookup import NUMBER, asked_for
from customers.models import Customer
from customers.privacy import log_disclosure, may_read_contacts, shown_address, shown_contact


class CustomerLookup(View):
    """`?q=` by name, code or tax number; `?id=` one customer.

    Who may not read the contacts gets them masked, beside the fields that a form would copy (R1.6).
    """

    access = SIGNED_IN

    def get(self, request: HttpRequest) -> JsonResponse:
        reader = person_of(request)
        rows = Customer.objects.visible_to(reader).active()
        found = asked_for(rows, request).prefetch_related("contacts", "addresses").order_by("name", "pk")[:NUMBER]
        log_disclosure(reader, *(customer for customer in found if may_read_contacts(reader, customer)))
        return JsonResponse({"results": [as_json(customer, reader) for customer in found]})


def as_json(customer: Customer, user: Any) -> dict[str, Any]:
    readable = may_read_contacts(user, customer)
    contact, address = next(iter(customer.contacts.all()), None), next(iter(customer.addresses.all()), None)
    place = shown_address(address, readable=readable) if address else None
    if place and not readable:
        place |= {"receiver": "", "phone": ""}
    return {
        "id": customer.pk,
        "code": customer.code,
        "name": customer.name,
        "currency": customer.currency,
        "tier": customer.tier,
        "contact": shown_contact(contact, readable=True) | {"id": contact.pk} if contact and readable else None,
        "masked_contact": shown_contact(contact, readable=False) if contact and not readable else None,
        "address": place,
        "masked": not readable,
    }
