"""Numbers of orders that stock carries as plain values, and whose eyes they are not for (R1.6, R13.7).

Orders register here which of theirs a reader may not see; the row is shown to that reader without the number.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import User

ANOTHER = _("another order")
Hidden = Callable[[User], QuerySet[Any] | None]
_HIDDEN: list[Hidden] = []


def register(hidden: Hidden) -> None:
    """`hidden` answers what has a `number` and is hidden from a person, None for who sees all of it."""
    _HIDDEN.append(hidden)


def hidden_from(user: User) -> QuerySet[Any] | None:
    """The hidden of this reader, None where nothing is."""
    return next((rows for each in _HIDDEN if (rows := each(user)) is not None), None)


def marked(rows: QuerySet[Any], user: User, **paths: str) -> QuerySet[Any]:
    """Rows with a flag by name for each path to a plain value: whether that is the number of a hidden order."""
    hidden = hidden_from(user)
    if hidden is None:
        return rows.annotate(**{name: Value(False, output_field=BooleanField()) for name in paths})
    return rows.annotate(**{name: Exists(hidden.filter(number=OuterRef(path))) for name, path in paths.items()})
