"""Pages of a list without counting or skipping: the cursor is the place of the last row."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DataError, connection
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from core.errors import DomainError

MAX_SIZE = 200
MAX_CURSOR = 2000


@dataclass(frozen=True)
class Page:
    """`next_cursor` and `previous_cursor` are '' at the ends."""

    items: list[Any]
    next_cursor: str
    previous_cursor: str


@dataclass(frozen=True)
class Cursor:
    back: bool
    values: tuple[Any, ...]


def paginate(
    queryset: QuerySet[Any],
    *,
    ordering: Sequence[str] = ("-received_at", "-id"),
    cursor: str = "",
    size: int = 50,
) -> Page:
    """One query. `ordering` must end in a unique column. Raises DomainError for a cursor that is not ours."""
    size = max(1, min(size, MAX_SIZE))
    place = decode(cursor, len(ordering)) if cursor else None
    back = place is not None and place.back
    directed = [_turned(name) for name in ordering] if back else list(ordering)
    try:
        rows = queryset.order_by(*directed)
        if place is not None:
            rows = rows.filter(_beyond(queryset.model, directed, place.values))
        found = list(rows[: size + 1])
    except (ValueError, TypeError, ValidationError, DataError, OverflowError):
        raise _bad() from None
    return _page(found, size, ordering, back=back, started=place is not None)


def _page(found: list[Any], size: int, ordering: Sequence[str], *, back: bool, started: bool) -> Page:
    more, items = len(found) > size, found[:size]
    if back:
        items.reverse()
    after, before = (started, more) if back else (more, started)
    if not items:
        return Page([], "", "")
    return Page(
        items,
        encode(Cursor(False, _values(items[-1], ordering))) if after else "",
        encode(Cursor(True, _values(items[0], ordering))) if before else "",
    )


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _values(row: Any, ordering: Sequence[str]) -> tuple[Any, ...]:
    values = []
    for name in ordering:
        value = row
        for part in name.removeprefix("-").split("__"):
            value = value.get(part) if isinstance(value, dict) else getattr(value, part, None)
        values.append(value.pk if isinstance(value, Model) else value)
    return tuple(values)


def _beyond(model: type[Model], ordering: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after the place: later in the first column, or equal there and later in the rest."""
    name, value = ordering[0], values[0]
    column = name.removeprefix("-")
    later = _later(column, value, descending=name.startswith("-"))
    if len(ordering) == 1:
        return later
    same = Q(**{f"{column}__isnull": True}) if value is None else Q(**{column: value})
    either = later | (same & _beyond(model, ordering[1:], values[1:]))
    if value is None:
        return either
    # Says nothing new, but is a plain range the index can start from.
    bound = Q(**{f"{column}__{'lte' if name.startswith('-') else 'gte'}": value})
    return (bound | _nulls(column, descending=name.startswith("-"))) & either


def _later(column: str, value: Any, *, descending: bool) -> Q:
    if value is None:
        # After the nulls come all the others, or nothing.
        return Q(pk__in=[]) if _nulls_last(descending) else Q(**{f"{column}__isnull": False})
    beyond = Q(**{f"{column}__{'lt' if descending else 'gt'}": value})
    return beyond | _nulls(column, descending=descending)


def _nulls(column: str, *, descending: bool) -> Q:
    return Q(**{f"{column}__isnull": True}) if _nulls_last(descending) else Q()


def _nulls_last(descending: bool) -> bool:
    """PostgreSQL holds null for the greatest value, SQLite for the least; both are left as their indexes have it."""
    return descending != (connection.vendor == "postgresql")


def encode(cursor: Cursor) -> str:
    text = json.dumps([int(cursor.back), *map(_tagged, cursor.values)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str, columns: int) -> Cursor:
    try:
        if len(text) > MAX_CURSOR:
            raise ValueError
        raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        back, *values = raw
        if len(values) != columns or back not in (0, 1):
            raise ValueError
        return Cursor(bool(back), tuple(_untagged(value) for value in values))
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
        raise _bad() from None


_KINDS: dict[str, Any] = {"t": datetime.fromisoformat, "d": date.fromisoformat, "n": Decimal, "u": UUID}


def _tagged(value: Any) -> Any:
    for tag, kind in (("t", datetime), ("d", date)):
        if isinstance(value, kind):
            return [tag, value.isoformat()]
    if isinstance(value, Decimal | UUID):
        return ["n" if isinstance(value, Decimal) else "u", str(value)]
    return value


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        tag, text = value
        return _KINDS[tag](text)
    if value is not None and not isinstance(value, str | int):
        raise ValueError
    return value


def _bad() -> DomainError:
    return DomainError("bad_cursor", _("This page address is not valid any more. Start again from the first page."))
