"""How often strangers may try. Counted in the cache; while that is away nobody is kept from signing."""

from django.core.cache import cache
from redis.exceptions import RedisError


def too_often(what: str, who: str, *, limit: int, seconds: int) -> bool:
    """Count this try, and say whether there were more than `limit` within `seconds`."""
    key = f"throttle:{what}:{who}"
    try:
        cache.add(key, 0, seconds)
        return bool(cache.incr(key) > limit)
    except ValueError:  # ran out between the two
        return False
    except (RedisError, OSError):
        return False


def is_shut(what: str, who: str, *, limit: int) -> bool:
    """Whether the limit was reached already; counts nothing."""
    try:
        return int(cache.get(f"throttle:{what}:{who}") or 0) >= limit
    except (RedisError, OSError):
        return False
