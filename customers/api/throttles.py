"""How often a key may ask: a burst over seconds and a sustained rate over minutes.

Both windows are counted in the shared cache in one round trip, and exactly, whichever process answers; a list of
time stamps per key, as the framework keeps it, would be read and written whole on every request.
"""

import time
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.redis import RedisCache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from core.cache import ForgivingRedisCache

log = structlog.get_logger(__name__)
SCOPES = ("burst", "sustained")
_CLIENTS: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class KeyThrottle(BaseThrottle):
    """Fixed windows per API key, `burst` and `sustained` of DEFAULT_THROTTLE_RATES."""

    pause: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        prefix = self.counted(request)
        if not prefix:
            return True
        now = time.time()
        windows = [(scope, *parsed(api_settings.DEFAULT_THROTTLE_RATES[scope])) for scope in SCOPES]
        names = [(f"throttle:{prefix}:{scope}:{int(now // s)}", s) for scope, _limit, s in windows]
        try:
            counts = count(names)
        except Exception as error:
            # Orders matter more than limits: a broken cache must not close the door.
            log.warning("throttle_unavailable", error=repr(error))
            return True
        full = [s - now % s for (_scope, limit, s), n in zip(windows, counts, strict=True) if n > limit]
        self.pause = max(full, default=None)
        return not full

    def counted(self, request: Request) -> str:
        """Whose requests are counted together; '' for nobody's."""
        return getattr(request.auth, "prefix", None) or ""

    def wait(self) -> float | None:
        return self.pause


@lru_cache(maxsize=32)
def parsed(rate: str) -> tuple[int, int]:
    """30/10s: thirty requests in ten seconds; 600/min, as the framework writes it."""
    number, _slash, period = rate.partition("/")
    digits = "".join(letter for letter in period if letter.isdigit())
    return int(number), int(digits or 1) * SECONDS[period[len(digits)]]


def count(names: list[tuple[str, int]]) -> list[int]:
    """Raise each counter by one; a counter is forgotten when its window has passed.

    While Redis is away each process counts for itself, and a frozen one does not hold every request up.
    """
    cache = caches["default"]
    if not isinstance(cache, ForgivingRedisCache):
        return _count_singly(cache, names)
    return cache.either(lambda: _count_together(cache, names), lambda standby: _count_singly(standby, names))


def _count_together(cache: RedisCache, names: list[tuple[str, int]]) -> list[int]:
    pipe = _client(cache).pipeline(transaction=False)
    for name, seconds in names:
        key = cache.make_key(name)
        pipe.incr(key)
        pipe.expire(key, seconds + 1)
    return [int(number) for number in pipe.execute()[::2]]


def _client(cache: RedisCache) -> Any:
    """One per cache: Django makes a new one for each call, which costs more than the call."""
    inner = cache._cache
    if inner not in _CLIENTS:
        _CLIENTS[inner] = inner.get_client(None, write=True)
    return _CLIENTS[inner]


def _count_singly(cache: BaseCache, names: list[tuple[str, int]]) -> list[int]:
    for name, seconds in names:
        cache.add(name, 0, seconds + 1)
    return [cache.incr(name) for name, _seconds in names]
