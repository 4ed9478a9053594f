"""The cast of the core tests. A User stands in for any subject: core knows no other table with a page."""

import itertools
import threading
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections, connection

from accounts.models import RoleAssignment, User

_numbers = itertools.count(1)


def make_person(*roles: str, **over: Any) -> User:
    fields = {"username": f"person{next(_numbers)}", "display_name": "王小明", "language": "en", **over}
    user = User.objects.create_user(**fields)
    RoleAssignment.objects.bulk_create([RoleAssignment(user=user, role=role) for role in roles])
    return user


def at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(i)` in so many threads, each with its own connection, all starting together.

    Returns the results in order; an exception is the result of its thread.
    """
    gate, results = threading.Barrier(number), [None] * number

    def run(index: int) -> None:
        try:
            gate.wait(10)
            results[index] = work(index)
        except Exception as error:
            results[index] = error  # type: ignore[call-overload]
        finally:
            connection.close()
            close_old_connections()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
