"""What higher rooms do in the act that starts production: they register here, and orders never imports them."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import User
from orders.models import Order

Follower = Callable[[Order, User, datetime], None]
_FOLLOWERS: list[Follower] = []


def register(follower: Follower) -> None:
    """Called with the locked order, who started it, and when; in the transaction of the act."""
    _FOLLOWERS.append(follower)


def tell(order: Order, by: User, now: datetime) -> None:
    for follower in _FOLLOWERS:
        follower(order, by, now)
