"""A few matches while one types: what the lookups of all rooms share."""

from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest

NUMBER = 12
LONGEST_KEY = 18  # digits; a longer number is no key of any table
Rows = TypeVar("Rows", bound=QuerySet[Any])


def asked_for(rows: Rows, request: HttpRequest) -> Rows:
    """`?id=` one of them, `?q=` those that the model's search finds."""
    key = request.GET.get("id", "")
    if key.isdecimal() and len(key) <= LONGEST_KEY:
        return rows.filter(pk=key)
    found: Rows = rows.search(request.GET.get("q", "").strip())  # type: ignore[attr-defined]
    return found
