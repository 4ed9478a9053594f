"""What higher rooms end in the act that ends an order: they register here, and orders never imports them."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import User
from orders.models import Order
from workflow.services import cancel_all_work, end_waivers

Follower = Callable[[Order, User, datetime], None]
_FOLLOWERS: list[Follower] = []


def register(follower: Follower) -> None:
    """Called with the locked order, who ended it, and when; in the transaction of the act."""
    _FOLLOWERS.append(follower)


def end_all(order: Order, *, by: User, now: datetime) -> None:
    """An order that is canceled, rejected or closed asks nobody for anything any more (R8.2, R7.5)."""
    for follower in _FOLLOWERS:
        follower(order, by, now)
    end_waivers(order, by=by, now=now)
    cancel_all_work(order, by=by, now=now)
