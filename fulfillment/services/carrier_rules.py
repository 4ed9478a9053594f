"""The rules carriers are rated by, changed in versions (R5.7, R14.13)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from fulfillment.models import CarrierRules
from fulfillment.models.carrier_rules import MOST_PENALTY

RANGES = {"poor_below": (1, 100), "fewest_shipments": (1, 1000), "rated_days": (30, 731)}
PENALTY = ("penalty_from", "penalty_to")
CHANGEABLE = (*RANGES, *PENALTY)


def current_carrier_rules() -> CarrierRules:
    return CarrierRules.objects.filter(is_current=True).first() or CarrierRules()


def kept_carrier_rules() -> CarrierRules:
    """The rules in force as a row that others may point to, the defaults too."""
    CarrierRules.objects.bulk_create([CarrierRules()], ignore_conflicts=True)
    return CarrierRules.objects.get(is_current=True)


@act("fulfillment.change_carrier_rules", roles={Role.ADMIN})
def change_carrier_rules(
    *, version: int, by: User, note: str = "", now: datetime | None = None, **values: Any
) -> CarrierRules:
    """Put the next version in force; the next night rates by it. `rated_days` are calendar days, penalties yuan.

    `version` is the one the person saw. Raises Conflict("rules_changed") when there is a newer one by now,
    DomainError("rules") with the fields for values out of range.
    """
    kept_carrier_rules()  # so that the first change has something to lock
    current = CarrierRules.objects.select_for_update().filter(is_current=True).first()
    if current is None or current.version != version:  # None: replaced while we waited for the lock
        raise Conflict("rules_changed", _("Somebody else changed these rules. Look at them again."))
    before = {name: getattr(current, name) for name in CHANGEABLE}
    following = {**before, **values}
    check_carrier_rules(following)
    changes = audit.differences(before, following)
    if not changes:
        return current
    CarrierRules.objects.filter(is_current=True).update(is_current=False)
    made = CarrierRules.objects.create(version=current.version + 1, created_by=by, note=note[:200], **following)
    audit.record("carrier_rules.changed", made, by=by, changes=changes, note=note, now=now)
    return made


def check_carrier_rules(values: dict[str, Any]) -> None:
    """Raise DomainError("rules") with the fields for values that cannot be put in force."""
    problems: dict[str, list[Any]] = {
        name: [_("Between %(least)s and %(most)s.") % {"least": least, "most": most}]
        for name, (least, most) in RANGES.items()
        if not least <= values[name] <= most
    }
    least, most = (values[name] for name in PENALTY)
    if (least is None) != (most is None):
        problems["penalty_to"] = [_("Both, or neither.")]
    elif most is not None and not 1 <= least <= most <= MOST_PENALTY:
        problems["penalty_to"] = [_("From 1 yuan on, and the upper end not below the lower.")]
    if problems:
        raise DomainError("rules", _("These values cannot be put in force."), fields=problems)
