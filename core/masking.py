"""Enough of a person's details to recognise, not enough to use (R1.6)."""

from collections.abc import Callable, Mapping
from typing import Any


def mask_phone(phone: str) -> str:
    """138****5678: enough to recognise, not enough to call."""
    return phone if not phone else f"{phone[:3]}****{phone[-2:]}" if len(phone) > 7 else "****"


def mask_email(email: str) -> str:
    name, at, domain = email.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else ("***" if email else "")


def mask_name(name: str) -> str:
    """李*: the surname only, as the trade writes it."""
    return f"{name[:1]}*" if name else ""


def nothing(_value: Any) -> str:
    return ""


# What a paper's frozen context tells of persons, and what may be used in a customer's stead, by its key.
CONFIDENTIAL: Mapping[str, Callable[[Any], str]] = {
    "contact": mask_name, "contact_phone": mask_phone, "contact_email": mask_email,
    "receiver": mask_name, "receiver_phone": mask_phone,
    "signer": mask_name, "signature": nothing, "signing": nothing,
}  # fmt: skip


def masked(context: Any) -> Any:
    """The same context with every confidential value masked, however deep it stands."""
    if isinstance(context, dict):
        return {
            key: CONFIDENTIAL[key](value or "") if key in CONFIDENTIAL else masked(value)
            for key, value in context.items()
        }
    return [masked(row) for row in context] if isinstance(context, list) else context
