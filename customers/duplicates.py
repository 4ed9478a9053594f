"""Likely twins of a customer that is being entered (R1.4)."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Reason
from customers.likeness import name_key, phone_key, tax_key
from customers.models import Contact, Customer
from customers.privacy import may_read_contacts

MOST = 5
# The first half of the advisory locks' names; the second is one of so many stripes. Striped, because a file of ten
# thousand customers would else ask for more locks than the database has room for.
LOCK_SPACE, STRIPES = 0x71E, 256


@dataclass
class Twin:
    customer: Customer
    same: list[str] = field(default_factory=list)  # name, tax_number, phone


def find_twins(
    *, name: str = "", tax_number: str = "", phones: Iterable[str] = (), besides: int | None = None
) -> list[Twin]:
    """Customers that carry the same name, tax number or a contact's telephone. Three queries by index."""
    by_name, by_tax, by_phone = name_key(name), tax_key(tax_number), {phone_key(phone) for phone in phones} - {""}
    numbers = Contact.objects.filter(phone_key__in=by_phone).values_list("customer_id", flat=True).order_by("pk")
    reached = set(numbers[:MOST]) if by_phone else set()
    like = Q(pk__in=reached)
    if by_name:
        like |= Q(name_key=by_name)
    if by_tax:
        like |= Q(tax_key=by_tax)
    rows = Customer.objects.filter(like).exclude(pk=besides or 0).order_by("pk")[:MOST]
    return [Twin(customer, list(_same(customer, by_name, by_tax, reached))) for customer in rows]


@dataclass(frozen=True)
class Entered:
    """A customer of a file, not yet here; `besides`: the one it changes, if it changes one."""

    name: str = ""
    tax_number: str = ""
    phone: str = ""
    besides: int | None = None


def find_many_twins(entries: Sequence[Entered]) -> list[list[Twin]]:
    """The same for a whole file, in the same order: three queries, however many entries."""
    keys = [
        {"name": name_key(entry.name), "tax_number": tax_key(entry.tax_number), "phone": phone_key(entry.phone)}
        for entry in entries
    ]
    known = {
        "name": _by_key("name_key", (key["name"] for key in keys)),
        "tax_number": _by_key("tax_key", (key["tax_number"] for key in keys)),
        "phone": _by_phone(key["phone"] for key in keys),
    }
    return [_twins_by(key, known, entry.besides) for key, entry in zip(keys, entries, strict=True)]


def _twins_by(key: dict[str, str], known: dict[str, dict[str, list[Customer]]], besides: int | None) -> list[Twin]:
    found: dict[int, Twin] = {}
    for same, value in key.items():
        for customer in known[same].get(value, ())[:MOST]:
            if customer.pk != besides:
                found.setdefault(customer.pk, Twin(customer)).same.append(same)
    return list(found.values())[:MOST]


def _by_key(field_name: str, keys: Iterable[str]) -> dict[str, list[Customer]]:
    """Without the empty key, in so many words: else the database does not see that its partial index will do."""
    found: dict[str, list[Customer]] = {}
    rows = Customer.objects.filter(**{f"{field_name}__in": set(keys) - {""}}).exclude(**{field_name: ""})
    for customer in rows.order_by("pk"):
        found.setdefault(getattr(customer, field_name), []).append(customer)
    return found


def _by_phone(keys: Iterable[str]) -> dict[str, list[Customer]]:
    found: dict[str, list[Customer]] = {}
    rows = Contact.objects.filter(phone_key__in=set(keys) - {""}).exclude(phone_key="").select_related("customer")
    for contact in rows.order_by("pk"):
        found.setdefault(contact.phone_key, []).append(contact.customer)
    return found


def lock_likeness(*, names: Iterable[str] = (), tax_numbers: Iterable[str] = (), phones: Iterable[str] = ()) -> None:
    """Whoever enters the same name, tax number or telephone waits here until this transaction ends, and then finds what
    it wrote. Taken before any row of a customer and before looking for twins; in order, so that nobody waits in a
    circle. SQLite has one writer at a time anyhow."""
    keys = {f"name:{name_key(name)}" for name in names if name_key(name)}
    keys |= {f"tax:{tax_key(number)}" for number in tax_numbers if tax_key(number)}
    keys |= {f"phone:{phone_key(phone)}" for phone in phones if phone_key(phone)}
    if keys and connection.vendor == "postgresql":
        _lock_stripes(sorted({_stripe_of(key) for key in keys}))


def _stripe_of(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest(), "big") % STRIPES


def _lock_stripes(stripes: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, stripe) FROM unnest(%s::int[]) stripe", [LOCK_SPACE, stripes])


def _same(customer: Customer, by_name: str, by_tax: str, reached: Collection[int]) -> Iterable[str]:
    if by_name and customer.name_key == by_name:
        yield "name"
    if by_tax and customer.tax_key == by_tax:
        yield "tax_number"
    if customer.pk in reached:
        yield "phone"


TEXTS = {
    "name": _("%(customer)s has the same name."),
    "tax_number": _("%(customer)s has the same tax number."),
    "phone": _("A contact of %(customer)s has the same telephone."),
}
SOMEBODYS = _("A contact of another customer has the same telephone. Inside sales can tell you more.")


def reasons_for(twins: Iterable[Twin], user: User) -> list[Reason]:
    """In words, with the way to each; whose telephone it is, only for who reads that customer's contacts (R1.6)."""
    found: list[Reason] = []
    for twin in twins:
        label = f"{twin.customer.code} {twin.customer.name}"
        url = reverse("customers:customer-detail", args=[twin.customer.pk])
        for same in twin.same:
            if same == "phone" and not may_read_contacts(user, twin.customer):
                found.append(Reason("duplicate", SOMEBODYS, "phone"))
            else:
                found.append(Reason("duplicate", TEXTS[same] % {"customer": label}, same, url=url))
    return found
