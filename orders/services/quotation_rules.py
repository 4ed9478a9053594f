"""The rules of quotations: the days they are valid unless the seller says otherwise (R3.7, R14.13)."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from orders.models import QuotationRules

LEAST, MOST = 1, 366


def current_quotation_rules() -> QuotationRules:
    return QuotationRules.objects.filter(is_current=True).first() or QuotationRules()


def usual_validity(today: date) -> date:
    """The last day of a quotation written today that nobody gave another one."""
    return today + timedelta(days=current_quotation_rules().valid_days)


@act("orders.change_quotation_rules", roles={Role.ADMIN})
def change_quotation_rules(
    *, valid_days: int, version: int, by: User, note: str = "", now: datetime | None = None
) -> QuotationRules:
    """Put the next version in force; quotations there are keep their day.

    `version` is the one the person saw. Raises Conflict("rules_changed") when there is a newer one by now,
    DomainError("rules") outside one day to 366.
    """
    # The row of the default, so that the first change has something to lock.
    QuotationRules.objects.bulk_create([QuotationRules()], ignore_conflicts=True)
    current = QuotationRules.objects.select_for_update().get(is_current=True)
    if current.version != version:
        raise Conflict("rules_changed", _("Somebody else changed these rules. Look at them again."))
    if not LEAST <= valid_days <= MOST:
        text = _("Between %(least)s and %(most)s.") % {"least": LEAST, "most": MOST}
        raise DomainError("rules", _("These values cannot be put in force."), fields={"valid_days": [text]})
    if valid_days == current.valid_days:
        return current
    QuotationRules.objects.filter(is_current=True).update(is_current=False)
    following = QuotationRules.objects.create(
        version=current.version + 1, valid_days=valid_days, created_by=by, note=note[:200]
    )
    changes = {"valid_days": [current.valid_days, valid_days]}
    audit.record("quotation_rules.changed", following, by=by, changes=changes, note=note, now=now)
    return following
