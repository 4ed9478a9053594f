"""The archive of carriers: their contracts and rates (R5.7)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from customers.services.partners import new_secret
from fulfillment.choices import Mode
from fulfillment.models import Carrier, CarrierRate
from workflow.choices import WorkKind
from workflow.services import finish_work, open_work

KEEPERS = frozenset({Role.LOGISTICS, Role.PURCHASING, Role.ADMIN})
FIELDS = ("code", "name", "contract_number", "valid_until", "contact", "phone", "is_active")
REMIND_AHEAD = timedelta(days=30)


@act("fulfillment.save_carrier", roles=KEEPERS)
def save_carrier(*, carrier: Carrier, values: dict[str, Any], by: User, now: datetime | None = None) -> Carrier:
    """Create or change a carrier. A prolonged contract, or a carrier put out of use, ends the reminders of it.

    Raises DomainError("invalid") with the errors by field.
    """
    if carrier.pk is not None:
        carrier = Carrier.objects.select_for_update().get(pk=carrier.pk)
    before = {name: getattr(carrier, name) for name in FIELDS} if carrier.pk else {}
    for name in FIELDS:
        setattr(carrier, name, values[name])
    try:
        carrier.full_clean()
    except ValidationError as error:
        raise DomainError("invalid", _("Please correct the marked fields."), fields=error.message_dict) from error
    carrier.save()
    if changes := audit.differences(before, {name: getattr(carrier, name) for name in FIELDS}):
        audit.record("carrier.changed" if before else "carrier.created", carrier, by=by, changes=changes, now=now)
    if before and (not carrier.is_active or carrier.valid_until > before["valid_until"]):
        finish_work(WorkKind.CARRIER_CONTRACT, carrier, by=by, outcome="done", now=now)
    if not carrier.is_active:
        finish_work(WorkKind.CARRIER_REPLACEMENT, carrier, by=by, outcome="done", now=now)
    return carrier


@act("fulfillment.set_carrier_rate", roles=KEEPERS)
def set_carrier_rate(
    *, carrier: Carrier, mode: str, region: str, per_unit: Decimal | None, by: User, minimum: Decimal = Decimal(0)
) -> Carrier:
    """What the carrier asks a unit by mode and region, in yuan; without a price the rate is taken out.

    Raises DomainError by field.
    """
    carrier = Carrier.objects.select_for_update().get(pk=carrier.pk)
    region = region.strip()
    problems = {}
    if mode not in Mode.values:
        problems["mode"] = [_("Choose one.")]
    if not region:
        problems["region"] = [_("Required.")]
    if minimum < 0 or (per_unit is not None and per_unit < 0):
        problems["per_unit"] = [_("Not below zero.")]
    if problems:
        raise DomainError("incomplete", _("Please correct the marked fields."), fields=problems)
    known = CarrierRate.objects.filter(carrier=carrier, mode=mode, region=region)
    old = known.first()
    if per_unit is None:
        known.delete()
    else:
        CarrierRate.objects.update_or_create(
            carrier=carrier, mode=mode, region=region, defaults={"per_unit": per_unit, "minimum": minimum}
        )
    before = {"price per unit": old.per_unit, "minimum charge": old.minimum} if old else {}
    after = {} if per_unit is None else {"price per unit": per_unit, "minimum charge": minimum}
    changes = {"mode": [None, mode], "region": [None, region], **audit.differences(before, after)}
    audit.record("carrier.rate_set", carrier, by=by, changes=changes)
    return carrier


@act("fulfillment.open_carrier_callback", roles=KEEPERS)
def open_carrier_callback(*, carrier: Carrier, by: User, now: datetime | None = None) -> Carrier:
    """Let the carrier report events by itself, signed with a new secret; a former one signs nothing any more (R5.6).

    Raises Conflict("inactive") for a carrier out of use.
    """
    carrier = Carrier.objects.select_for_update().get(pk=carrier.pk)
    if not carrier.is_active:
        raise Conflict("inactive", _("This carrier is out of use."))
    carrier.callback_secret = new_secret()
    carrier.save(update_fields=["callback_secret"])
    audit.record("carrier.callback_opened", carrier, by=by, now=now)
    return carrier


@act("fulfillment.close_carrier_callback", roles=KEEPERS)
def close_carrier_callback(*, carrier: Carrier, by: User, now: datetime | None = None) -> Carrier:
    """The carrier reports nothing by itself any more. Raises Conflict("closed")."""
    carrier = Carrier.objects.select_for_update().get(pk=carrier.pk)
    if not carrier.callback_secret:
        raise Conflict("closed", _("This carrier reports nothing by itself."))
    carrier.callback_secret = ""
    carrier.save(update_fields=["callback_secret"])
    audit.record("carrier.callback_closed", carrier, by=by, now=now)
    return carrier


@act("fulfillment.remind_of_carrier_contracts", roles={Role.ADMIN})
def remind_of_carrier_contracts(*, by: User, now: datetime | None = None) -> int:
    """Put logistics to every contract that ends within 30 days, however often it runs. Answers how many."""
    now = now or timezone.now()
    ending = Carrier.objects.filter(is_active=True, valid_until__lte=timezone.localdate(now) + REMIND_AHEAD)
    carriers = list(ending.order_by("pk"))
    for carrier in carriers:
        open_work(WorkKind.CARRIER_CONTRACT, carrier, by=by, role=Role.LOGISTICS, now=now)
    return len(carriers)


def require_carrier(carrier: Carrier | None, today: date) -> None:
    """Raise DomainError("carrier") for one out of use or without a contract in force."""
    if carrier is None:
        return
    if not carrier.is_active or carrier.has_expired(today):
        text = _("%(carrier)s has no contract in force. Prolong it, or choose another carrier.") % {"carrier": carrier}
        raise DomainError("carrier", text, fields={"carrier_ref": [text]})
