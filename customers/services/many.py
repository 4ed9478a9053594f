"""New customers by the hundred, for imports: the same rules as for one, in few statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.models import User
from core import audit
from core.bulk import insert_many
from core.errors import DomainError
from core.numbering import draw_numbers
from customers.duplicates import lock_likeness
from customers.likeness import phone_key
from customers.models import Address, Contact, Customer
from customers.services.archive import EDITABLE, KEEPERS


@dataclass
class NewCustomer:
    """`import_key` says where it came from ("retail:17850") and makes bringing it twice an error."""

    values: dict[str, Any]
    import_key: str | None = None
    code: str = ""
    contact: dict[str, str] = field(default_factory=dict)
    address: dict[str, str] = field(default_factory=dict)


@act("customers.create_customers", roles=KEEPERS)
def create_customers(*, customers: Sequence[NewCustomer], by: User, now: datetime | None = None) -> list[Customer]:
    """All or none; codes not given are drawn in one block. Raises DomainError("invalid") naming the first bad one."""
    rows = [_build(new, now) for new in customers]
    lock_likeness(
        names=[row.name for row in rows], tax_numbers=[row.tax_number for row in rows],
        phones=[new.contact.get("phone", "") for new in customers],
    )  # fmt: skip
    nameless = [row for row in rows if not row.code]
    for row, code in zip(nameless, draw_numbers("customer", len(nameless), now=now), strict=True):
        row.code = code
    for row in rows:
        row.refresh_search_text()
    insert_many(rows, keys=True)
    pairs = list(zip(rows, customers, strict=True))
    Contact.objects.bulk_create(
        [
            Contact(customer=row, is_primary=True, phone_key=phone_key(new.contact.get("phone", "")), **new.contact)
            for row, new in pairs
            if new.contact.get("name")
        ],
        batch_size=1000,
    )
    Address.objects.bulk_create(
        [Address(customer=row, is_default=True, **new.address) for row, new in pairs if new.address.get("text")],
        batch_size=1000,
    )
    audit.record_many(
        audit.entry(
            "customer.created", row, by=by, now=now, note=row.import_key or "", changes={"name": ["", row.name]}
        )
        for row in rows
    )
    return rows


def _build(new: NewCustomer, now: datetime | None) -> Customer:
    customer = Customer(code=new.code, import_key=new.import_key, verified_date=timezone.localdate(now))
    for name in EDITABLE:
        if new.values.get(name) not in (None, ""):
            setattr(customer, name, new.values[name])
    try:
        customer.clean_fields(exclude=["code", "owner", "search_text"])
    except ValidationError as error:
        text = _("Customer “%(name)s” cannot be kept as it is.") % {"name": customer.name[:60]}
        raise DomainError("invalid", text, fields=error.message_dict) from error
    return customer
