"""The same request twice is carried out once; the second time it gets the first answer."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.canonical import canonical
from core.errors import Conflict, DomainError
from core.models.idempotency import IdempotencyKey

Answer = tuple[int, Any]
MAX_KEY = 200


class InFlight(Conflict):
    """The first request with this key is still at work."""

    retry_after = 1


def run(
    owner_id: int, key: str, body_hash: str, fn: Callable[[], Answer], *, now: datetime | None = None
) -> tuple[int, Any, bool]:
    """(status, body, replayed). Raises DomainError for another body under the same key, InFlight for a twin.

    `fn` runs in this transaction, and its answer is stored in it: either both stand or neither. An act that
    raises leaves the key free. Who is at work holds an advisory lock of the transaction, not a row: inserting
    the row first would make the twin wait for it, and a marker in a row of its own would outlive a killed
    process. PostgreSQL drops the lock with the transaction or the connection. SQLite has one writer at a
    time: there the twin waits and finds the answer.
    """
    if not 0 < len(key) <= MAX_KEY:
        raise DomainError("idempotency_key", _("The idempotency key needs 1 to 200 characters."))
    try:
        with transaction.atomic():
            _enter(owner_id, key)
            # A statement of its own, after the lock: its snapshot shows what the twin has just committed.
            found = IdempotencyKey.objects.filter(owner_id=owner_id, key=key).first()
            if found is not None:
                return _replay(found, body_hash)
            status, body = fn()
            _store(owner_id, key, body_hash, status, body, now or timezone.now())
            return status, body, False
    except _Taken:
        raise _in_flight() from None


def body_hash(*parts: Any) -> str:
    """Over method, path and body; canonical, so that the order of a JSON object's members does not matter."""
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


class _Taken(Exception):
    pass


def _enter(owner_id: int, key: str) -> None:
    if connection.vendor != "postgresql":
        return
    name = hashlib.blake2b(f"idempotency:{owner_id}:{key}".encode(), digest_size=8).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(name, "big", signed=True)])
        if not cursor.fetchone()[0]:
            raise _in_flight()


def _in_flight() -> InFlight:
    return InFlight("request_in_flight", _("The first request with this key is still being carried out."))


def _replay(found: IdempotencyKey, body_hash: str) -> tuple[int, Any, bool]:
    if found.body_hash != body_hash:
        raise DomainError("idempotency_key_reused", _("This idempotency key was used with another request."))
    return found.status, found.response, True


def _store(owner_id: int, key: str, body_hash: str, status: int, body: Any, now: datetime) -> None:
    row = IdempotencyKey(owner_id=owner_id, key=key, body_hash=body_hash, status=status, response=body, created_at=now)
    try:
        row.save(force_insert=True)
    except IntegrityError:
        # Only where no advisory lock stands before it; everything is rolled back and may be sent again.
        raise _Taken from None
