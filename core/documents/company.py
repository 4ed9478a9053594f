"""The letterhead: ours, as the administrator of the installation wrote it."""

from typing import Any

from django.conf import settings

FIELDS = ("name", "name_en", "address", "address_en", "phone", "email", "tax_number", "bank")


def letterhead() -> dict[str, Any]:
    """From the settings COMPANY_NAME, COMPANY_ADDRESS and so on; frozen into each document when issued."""
    found = {name: getattr(settings, f"COMPANY_{name.upper()}") for name in FIELDS}
    found["name"] = found["name"] or "Jiedan"
    return found
