"""Sealing the audit trail, so that tampering shows even where the triggers were switched off (R12.5).

Each seal fixes the digests of a run of entries and, by an HMAC with AUDIT_KEY, itself and all seals before it.
Whoever can write the database but does not hold the key cannot make a matching seal.
"""

import hashlib
import hmac
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, QuerySet
from django.db.utils import OperationalError
from django.utils import timezone

from core.canonical import canonical
from core.models.audit import AuditEntry, AuditSeal

log = structlog.get_logger(__name__)
BATCH = 1000
DIGEST = struct.Struct(">Q16s")
FIELDS = (
    "id", "at", "by_id", "action", "subject_type", "subject_id", "subject_label",
    "changes", "note", "request_id", "ip",
)  # fmt: skip


def seal_audit(*, now: datetime | None = None) -> int:
    """Seal all settled entries; returns how many. Two runs at once do no harm: one of them finds its number taken."""
    upper = settled_id()
    sealed = 0
    while upper is not None:
        seal = _seal_batch(upper, now or timezone.now())
        if seal is None:
            break
        sealed += seal.count
        # The log leaves the machine: whoever cuts off the newest seals is betrayed by it.
        log.info("audit_sealed", number=seal.number, last_id=seal.last_id, hash=seal.hash)
    return sealed


def settled_id() -> int | None:
    """The id below which no entry can still appear; None when that cannot be told just now.

    The race: a transaction draws id 100, another id 101 and commits first. Sealing up to 101 now would leave
    100, once committed, behind the seal, where it looks like a forgery. INSERT takes its table lock before it
    draws the id, and keeps it until commit; so when SHARE MODE is granted, no drawn id is uncommitted, and
    every later id is greater than max(id). While the lock waits, new writers queue behind it: it waits only
    briefly, gives up, and the next run tries again. SQLite has one writer at a time, so there is no race.
    """
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '300ms'")
                    cursor.execute(f"LOCK TABLE {AuditEntry._meta.db_table} IN SHARE MODE")
            return AuditEntry.objects.aggregate(last=Max("id"))["last"]
    except OperationalError as error:
        log.info("audit_seal_postponed", error=str(error).strip())
        return None


def _seal_batch(upper: int, now: datetime) -> AuditSeal | None:
    former = AuditSeal.objects.order_by("-number").first()
    start = former.last_id if former else 0
    entries = AuditEntry.objects.filter(id__gt=start, id__lte=upper).order_by("id")[:BATCH]
    digests = b"".join(packed(entry) for entry in pictures(entries))
    if not digests:
        return None
    seal = AuditSeal(
        number=former.number + 1 if former else 1,
        first_id=DIGEST.unpack_from(digests)[0],
        last_id=DIGEST.unpack_from(digests, len(digests) - DIGEST.size)[0],
        count=len(digests) // DIGEST.size,
        digests=digests,
        previous_hash=former.hash if former else "",
        at=now,
    )
    seal.hash = seal_hash(seal)
    try:
        with transaction.atomic():
            seal.save(force_insert=True)
    except IntegrityError:
        return None
    return seal


def pictures(entries: QuerySet[AuditEntry]) -> Iterator[dict[str, Any]]:
    return entries.values(*FIELDS).iterator(chunk_size=BATCH)


def packed(entry: dict[str, Any]) -> bytes:
    """Id and half a SHA-256: 24 bytes, and still nobody finds a second text to 128 bits."""
    return DIGEST.pack(entry["id"], hashlib.sha256(canonical(entry).encode()).digest()[:16])


def seal_hash(seal: AuditSeal) -> str:
    head = [
        seal.number, seal.first_id, seal.last_id, seal.count, seal.previous_hash,
        seal.at.astimezone(UTC).isoformat(),
    ]  # fmt: skip
    text = canonical(head).encode() + b"\n" + bytes(seal.digests)
    return hmac.new(settings.AUDIT_KEY.encode(), text, hashlib.sha256).hexdigest()
