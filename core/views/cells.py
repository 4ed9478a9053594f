"""The cells of a list's rows as HTML; four hundred of them took most of a page's time in a template."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.views.columns import Column, follow

Opened = Sequence[tuple[Column, str]]  # columns with the tag their cells begin with
EXACT = (str, date, datetime, type(None))
MOST = 10_000
# Rows are shown again and again: to others, after going back, on the next refresh.
_written: dict[Any, SafeString] = {}


def cells(columns: Opened, row: Any, url: str, context: dict[str, Any]) -> SafeString:
    """Kept under everything they show; what a column draws by a template may show more, and is drawn every time."""
    if any(column.template for column, _tag in columns):
        return _draw(columns, row, url, context)
    key = (type(row), url, get_language(), timezone.localdate(), *_shown(columns, row))
    found = _written.get(key)
    if found is None:
        found = _draw(columns, row, url, context)
        if len(_written) >= MOST:
            _written.clear()
        _written[key] = found
    return found


def _shown(columns: Opened, row: Any) -> list[Any]:
    values: list[Any] = []
    for column, tag in columns:
        value = column.of(row)
        values += (tag, value if isinstance(value, EXACT) else str(value))
        if column.kind == "money":
            values.append(follow(row, column.currency))
        elif column.unit:
            values.append(follow(row, column.unit))
    return values


def _draw(columns: Opened, row: Any, url: str, context: dict[str, Any]) -> SafeString:
    parts = []
    for column, tag in columns:
        content = conditional_escape(column.cell(row, context))
        if column.link and url:
            content = format_html('<a class="row-link" href="{}">{}</a>', url, content)
        parts.append(f"{tag}{content}</td>")
    return SafeString("".join(parts))
