"""Keeping what is typed before anybody presses a button: a closed window, a dead battery lose nothing (R2.1).

Kept beside the order or quotation and not on it: half a number is no order, every stroke would be an entry in the
trail, and two people who type at once would overwrite each other.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import DomainError
from orders.choices import EntryKind
from orders.models import Order, Quotation, UnsavedEntry

KEEP = timedelta(days=30)
MOST_CHARACTERS = 500_000
MOST_ENTRIES = 20  # new orders, or quotations, of one person at a time
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "_once", "save", "receive", "submit", "take", "next"})


def keep_entry(
    *, kind: EntryKind, key: str, text: Mapping[str, Iterable[str]], by: User,
    subject: Order | Quotation | None = None, now: datetime | None = None,
) -> UnsavedEntry:  # fmt: skip
    """Keep the form's text under its key, over what was kept before; `subject` is what is edited, if it is not new.

    Raises DomainError("too_long") beyond half a million characters.
    """
    typed = {name: list(values) for name, values in text.items() if name not in NOT_TYPED}
    if sum(len(name) + sum(map(len, values)) for name, values in typed.items()) > MOST_CHARACTERS:
        raise DomainError("too_long", _("This is too much to keep while you type. Save the draft now."))
    values: dict[str, Any] = {"kind": kind, "text": typed, "saved_at": now or timezone.now()}
    if subject:
        values[kind] = subject
    entry, is_new = UnsavedEntry.objects.update_or_create(user=by, key=key, defaults=values)
    if is_new and subject is None:
        beyond = new_entries(by, kind).values_list("pk", flat=True)[MOST_ENTRIES:]
        UnsavedEntry.objects.filter(pk__in=list(beyond)).delete()
    return entry


def forget_entry(*, key: str, by: User) -> int:
    """The text was saved, or is not wanted any more; answers how many there were."""
    return UnsavedEntry.objects.filter(user=by, key=key).delete()[0]


def forget_old_entries(*, now: datetime | None = None) -> int:
    """What nobody came back to for thirty days."""
    return UnsavedEntry.objects.filter(saved_at__lt=(now or timezone.now()) - KEEP).delete()[0]


def new_entries(user: User, kind: EntryKind) -> QuerySet[UnsavedEntry]:
    """Orders, or quotations, begun and never saved, the newest first."""
    return UnsavedEntry.objects.filter(user=user, kind=kind, order=None, quotation=None).order_by("-saved_at", "-pk")


def find_entry(user: User, key: str, kind: EntryKind | None = None) -> UnsavedEntry | None:
    rows = UnsavedEntry.objects.filter(user=user, key=key, **({"kind": kind} if kind else {}))
    return rows.first() if key else None


def as_posted(entry: UnsavedEntry) -> QueryDict:
    """The text as the form reads it."""
    data = QueryDict(mutable=True)
    for name, values in entry.text.items():
        data.setlist(name, values)
    return data


def key_of(subject: Order | Quotation) -> str:
    return f"{subject._meta.model_name}-{subject.pk}"
