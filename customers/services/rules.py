from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from customers.models import ArchiveRules

CHANGEABLE = ("verify_after_months", "paper_notice_days", "regular_from", "frequent_from")
RANGES = {
    "verify_after_months": (1, 120), "paper_notice_days": (0, 366),
    "regular_from": (2, 1000), "frequent_from": (3, 10_000),
}  # fmt: skip


@act("customers.change_archive_rules", roles={Role.ADMIN})
def change_archive_rules(
    *, version: int, by: User, note: str = "", now: datetime | None = None, **values: int
) -> ArchiveRules:
    """Put the next version in force: months until an archive is verified again, days a paper is renewed ahead (R1.4).

    `version` is the one the person saw. Raises Conflict("rules_changed") when there is a newer one by now,
    DomainError("rules") for values out of range.
    """
    # The row of the defaults, so that the first change has something to lock.
    ArchiveRules.objects.bulk_create([ArchiveRules()], ignore_conflicts=True)
    current = ArchiveRules.objects.select_for_update().get(is_current=True)
    if current.version != version:
        raise Conflict("rules_changed", _("Somebody else changed these rules. Look at them again."))
    before = {name: getattr(current, name) for name in CHANGEABLE}
    check_rules({**before, **values})
    changes = audit.differences(before, {**before, **values})
    if not changes:
        return current
    ArchiveRules.objects.filter(is_current=True).update(is_current=False)
    following = ArchiveRules.objects.create(
        version=current.version + 1, created_by=by, note=note[:200], **{**before, **values}
    )
    audit.record("archive_rules.changed", following, by=by, changes=changes, note=note, now=now)
    return following


def check_rules(values: dict[str, int]) -> None:
    """Raise DomainError("rules") with the fields for values that cannot be put in force."""
    problems: dict[str, list[Any]] = {
        name: [_("Between %(least)s and %(most)s.") % {"least": RANGES[name][0], "most": RANGES[name][1]}]
        for name, value in values.items()
        if name not in RANGES or not RANGES[name][0] <= value <= RANGES[name][1]
    }
    if not problems and values["frequent_from"] <= values["regular_from"]:
        problems = {"frequent_from": [_("More than for regular customers.")]}
    if problems:
        raise DomainError("rules", _("These values cannot be put in force."), fields=problems)
