"""Views of lists that people keep and share (R14.10)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from core.models.list_view import ListView

MOST = 20
LONGEST = 2000
# Where one is in the list, and what is asked for once: no part of a view.
NOT_KEPT = ("view", "cursor", "export")


@transaction.atomic
def save_list_view(
    *, place: str, name: str, query: str, by: Any, is_shared: bool = False, now: datetime | None = None
) -> ListView:
    """Keep filters, sort and columns of a list (`place`: its URL name) under a name; the same name replaces the former.

    Raises DomainError("name"), ("query") when it is longer than an address may be, ("too_many") from MOST views on.
    """
    if not (name := name.strip()):
        raise DomainError("name", _("Give the view a name."), fields={"name": [_("Required.")]})
    kept = QueryDict(query, mutable=True)
    for part in NOT_KEPT:
        kept.pop(part, None)
    values = {"query": kept.urlencode(), "is_shared": is_shared, "saved_at": now or timezone.now()}
    if len(kept.urlencode()) > LONGEST:
        raise DomainError("query", _("The filter is too long to be kept."))
    others = ListView.objects.filter(owner=by, place=place).exclude(name=name)
    if others.count() >= MOST:
        raise DomainError("too_many", _("You keep %(number)s views of this list: remove one first.") % {"number": MOST})
    view, _new = ListView.objects.update_or_create(owner=by, place=place, name=name, defaults=values)
    if is_shared:
        audit.record("list_view.shared", view, by=by, note=f"{place}?{view.query}", now=now)
    return view


@transaction.atomic
def remove_list_view(*, list_view: ListView, by: Any, now: datetime | None = None) -> None:
    """Take back a view of one's own; who was shared it has it no longer. The page finds only one's own."""
    if list_view.is_shared:
        audit.record("list_view.removed", list_view, by=by, note=list_view.place, now=now)
    list_view.delete()
