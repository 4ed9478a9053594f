"""The rules of the automatic checks as they stand in a new database, and what each can be set to.

Runs after every migrate and only adds what is missing: what an administrator changed stays.

Severity. What costs money or breaks a promise needs a special approval. What is often so for a good reason (goods
outside the list, a repeated order, an archive without a tax number) is shown to the people who review.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, router
from django.utils.translation import gettext_lazy as _

from orders.choices import CheckCode, Severity
from orders.models import CheckPolicy


@dataclass(frozen=True)
class Limit:
    """One figure of a rule; `places` 0 for whole days."""

    label: Any
    default: str
    most: int = 999
    places: int = 0


TERMS_BY_GRADE = {
    "days_a": Limit(_("Days on credit, grade A"), "60"),
    "days_b": Limit(_("Days on credit, grade B"), "30"),
    "days_c": Limit(_("Days on credit, grade C"), "0"),
    "days_d": Limit(_("Days on credit, grade D"), "0"),
    "prepaid_a": Limit(_("Percent before shipment, grade A"), "0", most=100),
    "prepaid_b": Limit(_("Percent before shipment, grade B"), "0", most=100),
    "prepaid_c": Limit(_("Percent before shipment, grade C"), "30", most=100),
    "prepaid_d": Limit(_("Percent before shipment, grade D"), "100", most=100),
}
LIMITS: dict[str, dict[str, Limit]] = {
    CheckCode.MARGIN: {"min_percent": Limit(_("Lowest margin in percent"), "5", most=100, places=2)},
    CheckCode.PAYMENT_TERMS: TERMS_BY_GRADE,
    CheckCode.ARREARS: {"grace_days": Limit(_("Days of grace after the due day"), "3")},
    CheckCode.DUPLICATE: {"window_days": Limit(_("Days looked back"), "7", most=90)},
    CheckCode.SMALL_ORDER: {
        "small_below": Limit(_("Small below (CNY)"), "1000", most=10_000_000, places=2),
        "uplift_percent": Limit(_("Proposed uplift in percent"), "5", most=100, places=2),
        "extra_days": Limit(_("Proposed days longer"), "3", most=365),
    },
}
SEVERITIES: dict[str, str] = {
    CheckCode.IDENTITY: Severity.INFORM,
    CheckCode.QUALIFICATION: Severity.INFORM,
    CheckCode.PRICE_FLOOR: Severity.WAIVER,
    CheckCode.PRICE_LIST: Severity.INFORM,
    CheckCode.MARGIN: Severity.WAIVER,
    CheckCode.LEAD_TIME: Severity.WAIVER,
    CheckCode.PAYMENT_TERMS: Severity.WAIVER,
    CheckCode.CREDIT_LIMIT: Severity.WAIVER,
    CheckCode.ARREARS: Severity.WAIVER,
    CheckCode.DUPLICATE: Severity.INFORM,
    CheckCode.SMALL_ORDER: Severity.INFORM,
}


def limits_of(code: str) -> dict[str, Limit]:
    return LIMITS.get(code, {})


def default_policy(code: str) -> CheckPolicy:
    """Unsaved: what holds until somebody changes it."""
    limits = {name: limit.default for name, limit in limits_of(code).items()}
    return CheckPolicy(code=code, version=1, severity=SEVERITIES[code], limits=limits)


def current_policies() -> dict[str, CheckPolicy]:
    """By code, each as it is in force now. One query."""
    return {policy.code: policy for policy in CheckPolicy.objects.filter(is_current=True)}


def fill_defaults(*, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Receiver of post_migrate."""
    table = CheckPolicy._meta.db_table
    if (
        not router.allow_migrate_model(using, CheckPolicy)
        or table not in connections[using].introspection.table_names()
    ):
        return
    known = set(CheckPolicy.objects.using(using).values_list("code", flat=True))
    CheckPolicy.objects.using(using).bulk_create(default_policy(code) for code in CheckCode.values if code not in known)


def in_range(code: str, limits: dict[str, Any]) -> dict[str, list[Any]]:
    """What is wrong with the figures, by name; empty when they can be put in force."""
    known = limits_of(code)
    wrong: dict[str, list[Any]] = {name: [_("There is no such figure.")] for name in limits.keys() - known.keys()}
    for name, limit in known.items():
        value = Decimal(str(limits.get(name, "-1")))
        if not 0 <= value <= limit.most:
            wrong[name] = [_("Between 0 and %(most)s.") % {"most": limit.most}]
        elif value != round(value, limit.places):
            wrong[name] = [_("Too many decimals.") if limit.places else _("A whole number.")]
    return wrong
