"""What follows when a vehicle carries something else than before (R5.5, R6.1). Locks: load, after its shipments."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict
from fulfillment.documents import issue_load_manifest
from fulfillment.models import DeliveryCheck, Load, LoadManifest, ManifestStop, Shipment
from fulfillment.services.trail import enter_trail


def lock_load(load: Load) -> Load:
    """As it stands now, after its orders and shipments. Raises Conflict("status") unless it is prepared."""
    load = Load.objects.select_for_update().get(pk=load.pk)
    if not load.is_prepared:
        words = {"number": load.number, "status": load.get_status_display()}
        raise Conflict("status", _("Load %(number)s is “%(status)s” by now.") % words)
    return load


def leave_load(shipment: Shipment, load: Load, *, by: User, now: datetime) -> None:
    """A shipment rides with the others no more: all are checked anew, and the manifest is without it.

    The load is locked; the caller saves the shipment.
    """
    shipment.load = None
    others = list(load.shipments.exclude(pk=shipment.pk).select_related("order").order_by("pk"))
    check_anew([shipment, *others], by=by, now=now, note=load.number)
    ManifestStop.objects.filter(manifest__load=load, shipment=shipment).delete()
    if others:
        renew_manifest(load, by=by, now=now)


def renew_manifest(load: Load, *, by: User, now: datetime) -> None:
    """Where one was written, the paper says what is so now."""
    manifest = LoadManifest.objects.filter(load=load).first()
    if manifest is not None:
        manifest.load = load
        issue_load_manifest(manifest, by=by, now=now)


def check_anew(shipments: Iterable[Shipment], *, by: User, now: datetime, note: str) -> None:
    """What was looked at concerned another vehicle, or other goods beside them."""
    rows = {shipment.pk: shipment for shipment in shipments}
    checks = DeliveryCheck.objects.filter(shipment__in=rows)
    voided = sorted(checks.values_list("shipment_id", flat=True))
    checks.delete()
    for key in voided:
        enter_trail(rows[key], "check_voided", by=by, now=now, note=note)
