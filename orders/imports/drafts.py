"""What an order needs (R2.1) out of its rows, the archive and the options; each thing filled in is told."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from accounts.models import User
from core.imports.importer import Group
from orders.imports.archive import CustomerRef
from orders.payment_words import parse_terms
from orders.specs import TermSpec

if TYPE_CHECKING:
    from orders.imports.importer import OrderImporter


OF_THE_ORDER = (
    "customer_name", "region", "contact_name", "contact_phone", "ordered_date", "currency", "terms",
    "delivery_address", "requested_date", "salesperson", "remarks",
)  # fmt: skip


@dataclass
class Draft:
    values: dict[str, Any]
    customer: CustomerRef
    currency: str
    terms: tuple[TermSpec, ...]
    ordered_date: date
    requested_date: date
    contact: tuple[str, str]
    address: str
    receiver: str
    receiver_phone: str
    salesperson: User


def draft_of(importer: "OrderImporter", group: Group) -> Draft | None:
    """None when its rows had to be refused for what they say about the whole order."""
    sound = group.sound
    if not sound:
        return None
    value: dict[str, Any] = dict(sound[0].values)
    # Some sheets give the address, the terms, the date on the first row only, some on the last.
    for name in [name for name in OF_THE_ORDER if name in importer.mapping and not value.get(name)]:
        value[name] = next((row.values[name] for row in sound if row.values[name]), value[name])
    terms = _terms(importer, group, value)
    ordered, requested = _dates(importer, group, value)
    if requested < ordered:
        for row in sound:
            row.refuse("date_order", requested=requested.isoformat(), ordered=ordered.isoformat())
    if terms is None or requested < ordered:
        return None
    customer: CustomerRef = value["customer"]
    if customer.customer is None:
        group.note("new_customer", customer=customer.name or value.get("customer_code"))
    draft = Draft(
        value, customer, _currency(importer, value), terms, ordered, requested,
        _contact(importer, group, value), *_address(importer, group, value), _salesperson(importer, group, value),
    )  # fmt: skip
    group.draft = draft  # type: ignore[attr-defined]
    return draft


def _currency(importer: "OrderImporter", value: dict[str, Any]) -> str:
    return str(value.get("currency") or value.get("stated_currency") or importer.options["currency"])


def _terms(importer: "OrderImporter", group: Group, value: dict[str, Any]) -> tuple[TermSpec, ...] | None:
    words = value.get("terms")
    if not words:
        group.note("filled_terms", text=importer.options["terms"])
        return importer.terms
    terms = parse_terms(words)
    if terms is None:
        for row in group.sound:
            row.refuse("payment_words", text=words[:60])
    return terms


def _dates(importer: "OrderImporter", group: Group, value: dict[str, Any]) -> tuple[date, date]:
    ordered, requested = value.get("ordered_date"), value.get("requested_date")
    if ordered is None:
        ordered = min(importer.today(), requested or importer.today())
        group.note("filled_date", text=ordered.isoformat())
    if requested is None:
        requested = ordered + timedelta(days=int(importer.options["delivery_days"]))
        group.note("filled_delivery", text=requested.isoformat())
    return ordered, requested


def _contact(importer: "OrderImporter", group: Group, value: dict[str, Any]) -> tuple[str, str]:
    name, phone = value.get("contact_name"), value.get("contact_phone")
    if name:
        return name, phone or ""
    known, known_phone = value["customer"].contact
    filled = known or importer.options["contact"]
    group.note("filled_contact", text=filled)
    return filled, phone or (known_phone if known else "")


def _address(importer: "OrderImporter", group: Group, value: dict[str, Any]) -> tuple[str, str, str]:
    """Address, receiver, receiver's telephone."""
    if text := value.get("delivery_address"):
        return text, "", ""
    if known := value["customer"].address:
        group.note("filled_address", text=known.text)
        return known.text, known.receiver, known.phone
    filled = ", ".join(filter(None, [importer.options["address"], value.get("region")]))
    group.note("filled_address", text=filled)
    return filled, "", ""


def _salesperson(importer: "OrderImporter", group: Group, value: dict[str, Any]) -> User:
    name = value.get("salesperson")
    if name and (found := importer.archive.people.get(name.casefold())):
        return found
    if name:
        group.note("unknown_salesperson", name=name, text=str(importer.salesperson))
    else:
        group.note("filled_salesperson", text=str(importer.salesperson))
    return importer.salesperson
