"""Contact details are confidential (R1.6): shown to whoever owns or works on the customer, masked for the rest."""

from accounts.choices import Role
from accounts.models import User
from customers.models import Customer

# Roles whose daily work is to reach customers; the rest read contacts only through an order they work on.
REACH_CUSTOMERS = frozenset({Role.INSIDE_SALES, Role.SERVICE, Role.AFTERSALES, Role.ORDER_CENTER, Role.SALES_MANAGER})


def may_read_contacts(user: User, customer: Customer, *, works_on_order: bool = False) -> bool:
    if user.is_system or works_on_order or customer.owner_id == user.pk:
        return True
    return user.has_role(*REACH_CUSTOMERS)


def mask_phone(phone: str) -> str:
    """138****5678: enough to recognise, not enough to call."""
    return phone if not phone else f"{phone[:3]}****{phone[-2:]}" if len(phone) > 7 else "****"


def mask_email(email: str) -> str:
    name, at, domain = email.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else ("***" if email else "")


def mask_name(name: str) -> str:
    """李*: the surname only, as the trade writes it."""
    return f"{name[:1]}*" if name else ""
