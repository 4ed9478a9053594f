"""Queue and cache, both on Redis or Valkey."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from config.schedule import BEAT_SCHEDULE
from config.settings.values import values


def next_database(url: str) -> str:
    """A cache of its own number: clearing it must not sweep the queue away."""
    parts = urlsplit(url)
    number = int(parts.path.strip("/") or 0) + 1
    return urlunsplit(parts._replace(path=f"/{number}"))


REDIS_URL = values["REDIS_URL"]

CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "core.cache.ForgivingRedisCache",
        "LOCATION": values["CACHE_URL"] or next_database(REDIS_URL),
        "KEY_PREFIX": "jiedan",
        # A cache that takes longer is none: pages go on without it.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Without these, publishing to a frozen Redis hangs for over a minute.
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
    # A publisher gives up at once when the broker is gone (by default every act waited six seconds): the sweep
    # publishes what was left behind. The worker's own connection has its own patience.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.05,
    "interval_max": 0.05,
    # A task that outlives this is delivered again, so no task may be long and no ETA far.
    "visibility_timeout": 600,
    # How soon the work of a killed worker is taken up by another.
    "unacked_restore_throttle": 1,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_CONCURRENCY = values["WORKER_CONCURRENCY"]
# WeasyPrint keeps fonts and layout caches; a fresh process now and then gives memory back.
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 540
CELERY_TASK_SOFT_TIME_LIMIT = 480
CELERY_TASK_DEFAULT_QUEUE = "jiedan"
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1, "interval_max": 0.5}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
