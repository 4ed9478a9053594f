"""Goods promised to orders that can no longer be used: what higher rooms do about it, who register here.

The catalogue knows an order by its number alone (docs/adr/0401).
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from catalog.models import StockLot


@dataclass(frozen=True)
class Withdrawn:
    """What one line was promised of a lot and cannot have of it: `moved` comes of other lots, `missing` of none."""

    reference: str
    line_id: int
    lot: StockLot
    moved: Decimal
    missing: Decimal


Lock = Callable[[Set[str]], None]
Tell = Callable[[Sequence[Withdrawn], str, User, datetime], None]
_LOCKS: list[Lock] = []
_FOLLOWERS: list[Tell] = []


def register(*, lock: Lock, tell: Tell) -> None:
    """`lock` is called with the references before any lot is locked, `tell` after, in the transaction of the act."""
    _LOCKS.append(lock)
    _FOLLOWERS.append(tell)


def lock(references: Set[str]) -> None:
    for each in _LOCKS:
        each(references)


def tell(withdrawn: Sequence[Withdrawn], reason: str, by: User, now: datetime) -> None:
    for follower in _FOLLOWERS if withdrawn else ():
        follower(withdrawn, reason, by, now)
