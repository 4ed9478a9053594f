"""Contact details are confidential (R1.6): shown to whoever owns or works on the customer, masked for the rest."""

from datetime import date
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from accounts.choices import Kind, Role
from accounts.models import User
from core import audit
from core.masking import mask_email, mask_name, mask_phone
from core.models import AuditEntry
from customers.models import Address, Contact, Customer, DisclosureRequest, Inquiry

DAY = 24 * 3600
# Roles whose daily work is to reach customers; the rest read contacts only through an order they work on.
REACH_CUSTOMERS = frozenset({Role.INSIDE_SALES, Role.SERVICE, Role.AFTERSALES, Role.ORDER_CENTER, Role.SALES_MANAGER})
# Who reads what customers owe; a salesperson does for the own customers.
READ_MONEY = frozenset({
    Role.FINANCE, Role.INSIDE_SALES, Role.ORDER_CENTER, Role.SALES_MANAGER, Role.SALES_DIRECTOR,
    Role.GENERAL_MANAGER, Role.SUPERVISION, Role.ADMIN,
})  # fmt: skip


def may_read_contacts(user: User, customer: Customer, *, works_on_order: bool = False) -> bool:
    if user.is_system or works_on_order or customer.owner_id == user.pk:
        return True
    return user.has_role(*REACH_CUSTOMERS) or customer.pk in grants_of(user)


def grants_of(user: User, day: date | None = None) -> dict[int, int]:
    """Customers whose contacts the person reads by a grant today, with the grant. One query a request, however many
    rows ask: the user object lives as long as the request."""
    day = day or timezone.localdate()
    kept: tuple[date, dict[int, int]] | None = user.__dict__.get("_grants")
    if kept is None or kept[0] != day:
        running = DisclosureRequest.objects.running_on(day).filter(applicant=user).order_by("pk")
        found = {} if user.kind == Kind.PARTNER else dict(running.values_list("customer_id", "pk"))
        kept = user.__dict__["_grants"] = (day, found)
    return kept[1]


def read_customers(user: User) -> set[int | None]:
    """Who reads contacts of some customers only: which. Two queries."""
    return {*Customer.objects.filter(owner=user).values_list("pk", flat=True), *grants_of(user)}


def may_read_inquirer(user: User, inquiry: Inquiry) -> bool:
    """Whom to call about an inquiry: who took it down, who answers it, and whoever reads the customer's contacts."""
    if user.pk in (inquiry.recorded_by_id, inquiry.salesperson_id):
        return True
    if inquiry.customer is not None:
        return may_read_contacts(user, inquiry.customer)
    return user.is_system or user.has_role(*REACH_CUSTOMERS)


def may_read_money(user: User, customer: Customer) -> bool:
    return user.is_system or customer.owner_id == user.pk or user.has_role(*READ_MONEY)


def log_disclosure(user: User, *customers: Customer) -> None:
    """Every disclosure is logged (R1.6): the first of a day for each reader, customer and grant; the owner's own need
    none."""
    others = [customer for customer in customers if customer.owner_id != user.pk]
    if not others:
        return
    grants = {} if user.has_role(*REACH_CUSTOMERS) else grants_of(user)
    keys = {f"disclosed:{user.pk}:{customer.pk}:{grants.get(customer.pk, '')}": customer for customer in others}
    new = keys.keys() - cache.get_many(keys).keys()
    if new:
        audit.record_many(_reading(keys[key], user, grants.get(keys[key].pk)) for key in sorted(new))
        cache.set_many(dict.fromkeys(new, True), DAY)


def _reading(customer: Customer, user: User, grant: int | None) -> AuditEntry:
    changes = {"grant": [None, grant]} if grant else None
    return audit.entry("customer.contacts_read", customer, by=user, changes=changes)


def contact_for(customer: Customer, by: User) -> Contact | None:
    """Whom to call, to stand on what `by` writes: the main contact, for who may read it; the reading is logged."""
    if not may_read_contacts(by, customer):
        return None
    contact = customer.contacts.first()
    if contact and not by.is_system:
        log_disclosure(by, customer)
    return contact


def place_for(customer: Customer, by: User) -> dict[str, Any]:
    """Where to deliver, to stand on what `by` writes; receiver and telephone for who may read them."""
    place = customer.addresses.first()
    if place is None:
        return {}
    if not may_read_contacts(by, customer):
        return {"delivery_address": place.text}
    return {"delivery_address": place.text, "receiver": place.receiver, "receiver_phone": place.phone}


def shown_contact(contact: Contact, *, readable: bool) -> dict[str, str]:
    """What a page or an answer may carry of a contact."""
    if readable:
        return {"name": contact.name, "title": contact.title, "phone": contact.phone, "email": contact.email}
    return {
        "name": mask_name(contact.name),
        "title": contact.title,
        "phone": mask_phone(contact.phone),
        "email": mask_email(contact.email),
    }


def shown_address(address: Address, *, readable: bool) -> dict[str, str]:
    """The place itself is no secret of a person; receiver and telephone are."""
    receiver, phone = address.receiver, address.phone
    if not readable:
        receiver, phone = mask_name(receiver), mask_phone(phone)
    return {"label": address.label, "text": address.text, "receiver": receiver, "phone": phone}
