"""What belongs to an order: each room names its own things, so that no room need know those above it.

parts.register(lambda order: order.shipments.all())

A thing's papers, files, acts and comments go into the dossier when its reader may see the thing (core/subjects.py);
what it says itself beside them, `tells` puts into words for the index.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Model

from accounts.models import User
from core.subjects import key_of, may_see
from orders.models import Order

Part = Callable[[Order], Iterable[Model]]
Tells = Callable[[Any], list[str]]
_PARTS: list[Part] = []
_TELLS: dict[type[Model], Tells] = {}


def register(part: Part) -> None:
    _PARTS.append(part)


def tells(model: type[Model], words: Tells) -> None:
    _TELLS[model] = words


def told(thing: Model) -> list[str]:
    words = _TELLS.get(type(thing))
    return words(thing) if words else []


def things_of(order: Order, reader: User) -> Iterator[Model]:
    """The order first, then what each room has of it, as far as the reader may see it."""
    yield order
    for part in _PARTS:
        yield from (thing for thing in part(order) if may_see(reader, *key_of(thing)))
