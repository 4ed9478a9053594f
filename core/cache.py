"""A cache that may go away without taking the pages along (ADR 0105).

While Redis does not answer, each process counts and remembers for itself, and asks again every few seconds. Limits
then hold per process; nothing that must be right is kept here.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

T = TypeVar("T")
log = structlog.get_logger(__name__)
# One request in so many seconds pays the time limit of a server that is frozen; the others do not ask.
REST = 5.0


class Outage:
    """Whether one server answers, as all threads of the process know it."""

    def __init__(self, name: str) -> None:
        self.standby: BaseCache = LocMemCache(f"standby for {name}", {"OPTIONS": {"MAX_ENTRIES": 10_000}})
        self.is_on = False
        self._ask_again_at = 0.0
        self._lock = threading.Lock()

    def rests(self) -> bool:
        """True while nobody should ask; when the rest is over, one thread is let through to try."""
        if not self.is_on:
            return False
        with self._lock:
            now = time.monotonic()
            if now < self._ask_again_at:
                return True
            self._ask_again_at = now + REST
        return False

    def begins(self, error: Exception) -> None:
        with self._lock:
            first, self.is_on = not self.is_on, True
            self._ask_again_at = time.monotonic() + REST
        if first:
            log.error("cache_away", error=repr(error))

    def ends(self) -> None:
        if not self.is_on:
            return
        with self._lock:
            last, self.is_on = self.is_on, False
        if last:
            # What was remembered meanwhile must not be met again in the next outage.
            self.standby.clear()
            log.warning("cache_back")


_outages: dict[str, Outage] = {}


def outage_of(name: str) -> Outage:
    return _outages.setdefault(name, Outage(name))


class ForgivingRedisCache(RedisCache):
    """Redis, and a memory of this process's own while Redis is away."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.outage = outage_of(server if isinstance(server, str) else ";".join(server))

    def either(self, question: Callable[[], T], otherwise: Callable[[BaseCache], T]) -> T:
        """The answer of Redis; while it is away, what `otherwise` finds in this process's memory."""
        if not self.outage.rests():
            try:
                answer = question()
            except (RedisError, OSError) as error:
                self.outage.begins(error)
            else:
                self.outage.ends()
                return answer
        return otherwise(self.outage.standby)

    def _ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        ask_redis = getattr(super(), name)
        return self.either(lambda: ask_redis(*args, **kwargs), lambda standby: getattr(standby, name)(*args, **kwargs))

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("add", *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("touch", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("delete", *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("has_key", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("incr", *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("get_many", *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("set_many", *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("delete_many", *args, **kwargs)

    def clear(self) -> Any:
        return self._ask("clear")
