"""The door of every business act.

`@act("orders.receive_order", roles={...})` makes a service function the one way to do the thing:
it checks who acts, runs in one transaction, and is entered in `ACTS`, from which the table tests are built.
"""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import NotPermitted

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Act:
    name: str
    roles: frozenset[str]
    service: Callable[..., Any]


ACTS: dict[str, Act] = {}


def may(user: User, name: str) -> bool:
    """Whether the person's roles open this door; guards and ownership are asked inside."""
    return user.is_system or user.has_role(*ACTS[name].roles)


def act(name: str, *, roles: Iterable[str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a service as the act `name`, open to `roles` (the system user passes).

    Raises NotPermitted when `by` holds none of the roles.
    """

    def declare(service: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(service)
        def door(*args: P.args, **kwargs: P.kwargs) -> R:
            by = kwargs["by"]
            if not (isinstance(by, User) and may(by, name)):
                raise NotPermitted("role", _("Your role does not allow this. Ask a colleague who holds it."))
            with transaction.atomic():
                return service(*args, **kwargs)

        ACTS[name] = Act(name, frozenset(roles), door)
        return door

    return declare
