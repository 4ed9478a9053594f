"""Contact details are confidential (R1.6): shown to whoever owns or works on the customer, masked for the rest."""

from accounts.choices import Role
from accounts.models import User
from customers.models import Address, Contact, Customer

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


def mask_phone(phone: str) -> str:
    """138****5678: enough to recognise, not enough to call."""
    return phone if not phone else f"{phone[:3]}****{phone[-2:]}" if len(phone) > 7 else "****"


def mask_email(email: str) -> str:
    name, at, domain = email.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else ("***" if email else "")


def mask_name(name: str) -> str:
    """李*: the surname only, as the trade writes it."""
    return f"{name[:1]}*" if name else ""


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
