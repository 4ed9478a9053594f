"""The load manifest (裝車單): who drives what, and which pieces are unloaded where (R5.5). Locks: shipments, load."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.models import User
from core import audit
from core.errors import DomainError
from fulfillment.documents import issue_load_manifest
from fulfillment.models import Load, LoadManifest, ManifestStop, Shipment
from fulfillment.services.load_contents import lock_load
from fulfillment.services.loads import LOADERS, lock_loaded

MOST_STOPS = 99
MOST_PIECES = 99_999


@dataclass(frozen=True)
class Stop:
    """The place in the order of unloading, from 1, and how many pieces leave the vehicle."""

    position: int
    pieces: int


@act("fulfillment.write_manifest", roles=LOADERS)
def write_manifest(
    *, load: Load, vehicle: str, driver: str, driver_phone: str, stops: Mapping[int, Stop], by: User,
    now: datetime | None = None,
) -> LoadManifest:  # fmt: skip
    """Write the manifest of a load that has not left, `stops` by shipment key; written again it replaces the former.

    Raises DomainError("incomplete") by field, DomainError("empty"), Conflict("status").
    """
    now = now or timezone.now()
    rows = lock_loaded(load, by=by)
    load = lock_load(load)
    if not rows:
        raise DomainError("empty", _("Nothing is in this load."))
    values = {"vehicle": vehicle.strip(), "driver": driver.strip(), "driver_phone": driver_phone.strip()}
    _check(values, rows, stops)
    manifest, _made = LoadManifest.objects.update_or_create(load=load, defaults={**values, "by": by, "at": now})
    manifest.stops.all().delete()
    ManifestStop.objects.bulk_create(
        ManifestStop(manifest=manifest, shipment=row, position=stops[row.pk].position, pieces=stops[row.pk].pieces)
        for row in rows
    )
    audit.record("load.manifest_written", load, by=by, note=f"{values['vehicle']} {values['driver']}", now=now)
    issue_load_manifest(manifest, by=by, now=now)
    return manifest


def _check(values: Mapping[str, str], rows: list[Shipment], stops: Mapping[int, Stop]) -> None:
    problems: dict[str, list[Any]] = {name: [_("Required.")] for name, text in values.items() if not text}
    for row in rows:
        given = stops.get(row.pk, Stop(0, 0))
        for name, number, most in (("stop", given.position, MOST_STOPS), ("pieces", given.pieces, MOST_PIECES)):
            if not 1 <= number <= most:
                problems[f"{name}_{row.pk}"] = [_("A number from 1 to %(most)s.") % {"most": most}]
    if problems:
        raise DomainError("incomplete", _("The load manifest is incomplete."), fields=problems)
