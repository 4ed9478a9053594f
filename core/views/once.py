"""A form that is sent twice does one thing.

Services guard against doing a thing twice; this guards against the riddle ("already approved") that the second
click of the same person would meet, and against two new orders from one form. The token lives in the cache:
when the cache is away, the services' own guards still hold.
"""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

FIELD = "_once"
RUNNING = "running"
LIFETIME = 3600
WAIT = 4.0
STEP = 0.1
TOKEN = re.compile(r"[0-9a-f]{32}")


def new_token() -> str:
    return uuid.uuid4().hex


class Submission:
    """One sending of one form by one person. Forms without a token are never held to be repeated."""

    def __init__(self, request: HttpRequest) -> None:
        token = request.POST.get(FIELD, "")
        user = getattr(request.user, "pk", None) or "anyone"
        self.key = f"once:{user}:{request.path}:{token}" if TOKEN.fullmatch(token) else ""

    def claim(self) -> bool:
        """False when the same form is already on its way or through."""
        return bool(self._ask(lambda: cache.add(self.key, RUNNING, LIFETIME), True))

    def done(self, url: str) -> None:
        self._ask(lambda: cache.set(self.key, f"> {url}", LIFETIME), None)

    def failed(self) -> None:
        self._ask(lambda: cache.delete(self.key), None)

    def outcome(self) -> str | None:
        """Where the first sending led; "" when it failed; None while it still runs after a few seconds."""
        until = time.monotonic() + WAIT
        while (state := self._ask(lambda: cache.get(self.key), None)) == RUNNING:
            if time.monotonic() > until:
                return None
            time.sleep(STEP)
        return state.removeprefix("> ") if state else ""

    def _ask(self, question: Callable[[], Any], otherwise: Any) -> Any:
        if not self.key:
            return otherwise
        try:
            return question()
        except (RedisError, OSError):
            return otherwise
