"""Contact details are confidential (R1.6): shown to whoever owns or works on the customer, masked for the rest."""

from django.core.cache import cache

from accounts.choices import Role
from accounts.models import User
from core import audit
from core.masking import mask_email, mask_name, mask_phone
from customers.models import Address, Contact, Customer

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
    return user.has_role(*REACH_CUSTOMERS)


def may_read_money(user: User, customer: Customer) -> bool:
    return user.is_system or customer.owner_id == user.pk or user.has_role(*READ_MONEY)


def log_disclosure(user: User, *customers: Customer) -> None:
    """Every disclosure is logged (R1.6): the first of a day for each reader and customer; the owner's own need none."""
    keys = {f"disclosed:{user.pk}:{customer.pk}": customer for customer in customers if customer.owner_id != user.pk}
    new = keys.keys() - cache.get_many(keys).keys() if keys else set()
    if new:
        audit.record_many(audit.entry("customer.contacts_read", keys[key], by=user) for key in sorted(new))
        cache.set_many(dict.fromkeys(new, True), DAY)


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
