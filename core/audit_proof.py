"""Proving the sealed trail whole, or naming the first entry that is not (R12.5)."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from core.models.audit import AuditEntry, AuditSeal
from core.sealing import DIGEST, packed, pictures, seal_hash


@dataclass(frozen=True)
class Proof:
    """`fault` is '' when all is well. `head` is the last seal's hash: kept elsewhere, it also proves the end."""

    fault: str
    seals: int
    entries: int
    unsealed: int
    head: str


def verify_audit(*, anchor: str = "") -> Proof:
    """Check every seal and entry in order. `anchor` ("number:hash", as once printed) must be among the seals."""
    former: AuditSeal | None = None
    count, fault = 0, _strays()
    anchor_number, _colon, anchor_hash = anchor.partition(":")
    for seal in AuditSeal.objects.order_by("number").iterator(chunk_size=50):
        fault = fault or _seal_fault(seal, former) or _entry_fault(seal, former)
        if fault:
            break
        if anchor and str(seal.number) == anchor_number and not hmac.compare_digest(seal.hash, anchor_hash):
            fault = f"seal {seal.number} is not the one the anchor names"
            break
        former, count = seal, count + seal.count
    last = former.last_id if former else 0
    if not fault and anchor and (former is None or former.number < int(anchor_number or 0)):
        fault = f"seal {anchor_number} of the anchor is missing: the end of the trail was cut off"
    unsealed = 0 if fault else AuditEntry.objects.filter(id__gt=last).count()
    head = f"{former.number}:{former.hash}" if former else ""
    return Proof(fault, former.number if former else 0, count, unsealed, head)


def _strays() -> str:
    stray = AuditEntry.objects.filter(id__lt=1).order_by("id").values_list("id", flat=True).first()
    return f"entry {stray} was inserted before the first" if stray is not None else ""


def _seal_fault(seal: AuditSeal, former: AuditSeal | None) -> str:
    expected = former.number + 1 if former else 1
    if seal.number != expected:
        return f"seal {expected} is missing"
    if seal.previous_hash != (former.hash if former else ""):
        return f"seal {seal.number} does not follow the one before it"
    if not hmac.compare_digest(seal.hash, seal_hash(seal)):
        return f"seal {seal.number} was altered, or was not made with this AUDIT_KEY"
    return ""


def _entry_fault(seal: AuditSeal, former: AuditSeal | None) -> str:
    """Walk the sealed digests and the rows side by side; the first that has no partner is named."""
    rows = AuditEntry.objects.filter(id__gt=former.last_id if former else 0, id__lte=seal.last_id).order_by("id")
    sealed = _sealed(seal)
    expected = next(sealed, None)
    for entry in pictures(rows):
        if expected is None or entry["id"] < expected[0]:
            return f"entry {entry['id']} was inserted after seal {seal.number}"
        if entry["id"] > expected[0]:
            return f"entry {expected[0]} is missing"
        if packed(entry)[8:] != expected[1]:
            return f"entry {entry['id']} was changed after it was sealed"
        expected = next(sealed, None)
    return f"entry {expected[0]} is missing" if expected is not None else ""


def _sealed(seal: AuditSeal) -> Iterator[tuple[int, bytes]]:
    return DIGEST.iter_unpack(bytes(seal.digests))
