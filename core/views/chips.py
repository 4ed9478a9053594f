"""The filters of a list as chips: what is set, in words, and the address without it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from core import formats

# What a changed filter makes void: the place in the list.
PLACE = ("cursor",)


@dataclass(frozen=True)
class Chip:
    label: str
    value: str
    url: str


def chips_of(form: Any, query: QueryDict) -> Iterator[Chip]:
    form.is_valid()
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if is_empty(value):
            continue
        names = [key for key in query if key == name or key.startswith(f"{name}_")]
        yield Chip(str(field.label or name), in_words(field, value), without(query, *names))


def is_empty(value: Any) -> bool:
    if isinstance(value, QuerySet):
        return not value
    if isinstance(value, slice):
        return value.start is None and value.stop is None
    return value in (None, "", [], ())


def in_words(field: Any, value: Any) -> str:
    if isinstance(value, slice):
        return _range(value)
    if isinstance(value, list | tuple | QuerySet):
        return ", ".join(in_words(field, each) for each in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, Model):
        return str(value)
    return _chosen(field, value)


def _chosen(field: Any, value: Any) -> str:
    for code, label in getattr(field, "choices", ()):
        if str(code) == str(value):
            return str(label)
    return str(value)


def _range(value: slice) -> str:
    ends = [formats.day(end) if isinstance(end, date) else str(end) for end in (value.start, value.stop) if end]
    if value.start is None:
        return _("up to %(end)s") % {"end": ends[0]}
    if value.stop is None:
        return _("from %(start)s") % {"start": ends[0]}
    return f"{ends[0]} – {ends[1]}"


def without(query: QueryDict, *names: str, **changes: Any) -> str:
    """The query string without some names, from the first page on."""
    copy = query.copy()
    for name in (*names, *PLACE, "export"):
        copy.pop(name, None)
    for name, value in changes.items():
        copy[name] = str(value)
    return f"?{copy.urlencode()}" if copy else "?"
