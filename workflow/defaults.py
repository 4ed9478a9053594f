"""What stands in a new database: the regulations' time limits, the first ladder, hours and holidays.

Runs after every migrate and only adds what is missing: what an administrator changed stays.

Basis of each clock. The regulations give hours and days without saying whose. Hours that a department must keep
(the 2 hours of R2.4, the 4 of R4.2) are working hours: a question that arrives at 17:30 cannot be put to a customer
at 19:30. Days are working days, as R7.1 and R3.10 say. An administrator can change the basis in the browser.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, router, transaction
from django.utils import timezone

from accounts.choices import Role
from workflow import calendar
from workflow.choices import Basis, WorkKind
from workflow.models import ApprovalRule, CalendarDay, CalendarYear, ClockRevision, CompanyHours, RuleSet, WorkPolicy
from workflow.work_parts import parts_of

HOUR = 60
MANAGER_THEN_GM = ((2 * HOUR, Role.SALES_MANAGER), (8 * HOUR, Role.GENERAL_MANAGER))
AT_ONCE = ((0, Role.SALES_MANAGER), (4 * HOUR, Role.GENERAL_MANAGER))
SLOW = ((8 * HOUR, Role.SALES_MANAGER), (24 * HOUR, Role.GENERAL_MANAGER))

# kind: (basis, minutes or days, parts at which to warn, ladder after the due time in working minutes)
POLICIES: dict[str, tuple[str, int, tuple[str, ...], tuple[tuple[int, str], ...]]] = {
    WorkKind.PRELIMINARY_REVIEW: (Basis.WORKING_HOURS, 4 * HOUR, ("0.75",), MANAGER_THEN_GM),
    WorkKind.CLARIFICATION: (Basis.WORKING_HOURS, 2 * HOUR, ("0.5",), AT_ONCE),  # R2.4
    WorkKind.CUSTOMER_ANSWER: (Basis.WORKING_DAYS, 2, ("0.5",), SLOW),  # R2.5
    WorkKind.REVIEW: (Basis.WORKING_HOURS, 8 * HOUR, ("0.75",), MANAGER_THEN_GM),  # R3.1; each department its own
    WorkKind.RETURNED_ORDER: (Basis.WORKING_HOURS, 8 * HOUR, ("0.75",), MANAGER_THEN_GM),  # R3.3
    WorkKind.APPROVAL: (Basis.WORKING_HOURS, 8 * HOUR, ("0.75",), ((4 * HOUR, Role.GENERAL_MANAGER),)),  # R3.5
    WorkKind.WAIVER: (Basis.WORKING_HOURS, 8 * HOUR, ("0.75",), ((4 * HOUR, Role.GENERAL_MANAGER),)),  # R3.4
    WorkKind.PARTNER_CONFIRMATION: (Basis.WORKING_DAYS, 2, ("0.5",), SLOW),  # R3.10
    WorkKind.PRODUCTION_REPLY: (Basis.WORKING_HOURS, 4 * HOUR, ("0.75",), AT_ONCE),  # R4.2
    WorkKind.PROMISE_SETTLEMENT: (Basis.WORKING_DAYS, 1, ("0.5",), MANAGER_THEN_GM),  # R4.2
    WorkKind.CAPACITY_DECISION: (Basis.WORKING_DAYS, 1, ("0.5",), ((0, Role.GENERAL_MANAGER),)),  # R4.4
    WorkKind.CUSTOMER_NOTICE: (Basis.WORKING_HOURS, 4 * HOUR, ("0.5",), AT_ONCE),  # R4.3, R4.11
    WorkKind.RETURNED_REQUISITION: (Basis.WORKING_HOURS, 8 * HOUR, ("0.75",), MANAGER_THEN_GM),  # R4.5
    WorkKind.TIME_NODE: (Basis.WORKING_DAYS, 5, ("0.75",), MANAGER_THEN_GM),  # R4.5; due on the node's day
    WorkKind.DISPATCH_DATE: (Basis.WORKING_HOURS, 4 * HOUR, ("0.75",), AT_ONCE),  # R4.5
    WorkKind.OUTSOURCE: (Basis.WORKING_DAYS, 1, ("0.75",), MANAGER_THEN_GM),  # R4.7
    WorkKind.START_PRODUCTION: (Basis.WORKING_DAYS, 1, ("0.75",), MANAGER_THEN_GM),
    WorkKind.FINAL_INSPECTION: (Basis.WORKING_HOURS, 8 * HOUR, ("0.75",), MANAGER_THEN_GM),
    WorkKind.PLAN_STEP: (Basis.WORKING_DAYS, 1, ("0.75",), MANAGER_THEN_GM),  # R4.8: until the day of the plan
    WorkKind.INCOMING_INSPECTION: (Basis.WORKING_HOURS, 8 * HOUR, ("0.75",), MANAGER_THEN_GM),  # R4.9
    WorkKind.IN_PROCESS_INSPECTION: (Basis.WORKING_HOURS, 4 * HOUR, ("0.5",), MANAGER_THEN_GM),  # R4.9
    WorkKind.NONCONFORMITY: (Basis.WORKING_HOURS, 4 * HOUR, ("0.5",), AT_ONCE),  # R4.9
    WorkKind.FOLLOW_UP: (Basis.WORKING_DAYS, 1, ("0.75",), MANAGER_THEN_GM),  # R4.10: every day, or every other
    WorkKind.CONTINGENCY: (Basis.WORKING_DAYS, 2, ("0.5",), AT_ONCE),  # R4.12: until the day the plan names
    WorkKind.CONFIRM_RECEIPT: (Basis.WORKING_HOURS, 8 * HOUR, ("0.75",), MANAGER_THEN_GM),
    WorkKind.DISPATCH_CHECK: (Basis.WORKING_HOURS, 4 * HOUR, ("0.5",), MANAGER_THEN_GM),  # R5.2
    WorkKind.RETURNED_DISPATCH: (Basis.WORKING_HOURS, 8 * HOUR, ("0.75",), MANAGER_THEN_GM),  # R5.2
    WorkKind.SHORTAGE: (Basis.WORKING_HOURS, 4 * HOUR, ("0.5",), AT_ONCE),  # R5.4
    WorkKind.DISPATCH: (Basis.WORKING_HOURS, 8 * HOUR, ("0.75",), MANAGER_THEN_GM),
    WorkKind.ACCEPTANCE: (Basis.WORKING_DAYS, 3, ("0.75",), SLOW),  # R6.3
    WorkKind.ACCEPTANCE_PROBLEM: (Basis.WORKING_DAYS, 2, ("0.5",), AT_ONCE),  # R6.4
    WorkKind.OVERDUE_ARRIVAL: (Basis.WORKING_HOURS, 4 * HOUR, ("0.5",), MANAGER_THEN_GM),  # R5.6
    WorkKind.TRANSPORT_INCIDENT: (Basis.WORKING_DAYS, 1, ("0.5",), AT_ONCE),  # R5.6
    WorkKind.CARRIER_CONTRACT: (Basis.WORKING_DAYS, 15, ("0.5",), SLOW),  # R5.7
    WorkKind.CARRIER_REPLACEMENT: (Basis.WORKING_DAYS, 5, ("0.5",), SLOW),  # R5.7
    WorkKind.VISIT: (Basis.WORKING_DAYS, 3, ("0.75",), SLOW),  # R7.1
    WorkKind.RETURNED_QUOTATION: (Basis.WORKING_HOURS, 8 * HOUR, ("0.75",), MANAGER_THEN_GM),  # R3.7
    WorkKind.SEND_QUOTATION: (Basis.WORKING_HOURS, 8 * HOUR, ("0.75",), MANAGER_THEN_GM),  # R3.7
    WorkKind.QUOTATION_FOLLOW_UP: (Basis.WORKING_DAYS, 5, ("0.75",), SLOW),  # R3.7
    WorkKind.ORDER_QUOTATION: (Basis.WORKING_DAYS, 1, ("0.75",), MANAGER_THEN_GM),  # R1.3
    # R3.8: asked so long before the last day.
    WorkKind.CONTRACT_EXPIRY: (Basis.WORKING_DAYS, 22, ("0.5",), SLOW),
    WorkKind.CLOSE_ORDER: (Basis.WORKING_DAYS, 5, ("0.75",), ((24 * HOUR, Role.SALES_MANAGER),)),
    WorkKind.INQUIRY: (Basis.WORKING_HOURS, 8 * HOUR, ("0.5",), MANAGER_THEN_GM),  # R1.2
    WorkKind.PAPER_RENEWAL: (Basis.WORKING_DAYS, 20, ("0.5", "0.9"), ((8 * HOUR, Role.SALES_MANAGER),)),  # R1.7
    WorkKind.ARCHIVE_RENEWAL: (Basis.WORKING_DAYS, 20, ("0.75",), ((24 * HOUR, Role.SALES_MANAGER),)),  # R1.4
    WorkKind.DISCLOSURE: (Basis.WORKING_DAYS, 1, ("0.5",), MANAGER_THEN_GM),  # R1.6
}


def _over(fact: str, value: str, **more: Any) -> list[dict[str, Any]]:
    return [{"fact": fact, "op": "gt", "value": value, "currency": "CNY", **more}]


# code: (position, role, conditions, in force) — R3.5, R14.3
ORDER_LADDER: dict[str, tuple[int, str, list[dict[str, Any]], bool]] = {
    "order-always": (1, Role.SALES_MANAGER, [], True),
    "order-large": (2, Role.SALES_DIRECTOR, _over("amount", "50000"), True),
    "order-special-terms": (2, Role.SALES_DIRECTOR, [{"fact": "special_terms", "op": "is", "value": True}], True),
    "order-split": (2, Role.SALES_DIRECTOR, _over("customer_sum", "50000", days=3), True),
    "order-split-seller": (2, Role.SALES_DIRECTOR, _over("salesperson_sum", "200000", days=3), False),
    "order-split-product": (2, Role.SALES_DIRECTOR, _over("product_sum", "200000", days=7), False),
    "order-lookalike": (2, Role.SALES_DIRECTOR, [{"fact": "lookalikes", "op": "gt", "value": "0"}], True),
    "order-margin": (2, Role.SALES_DIRECTOR, [{"fact": "margin_percent", "op": "lt", "value": "10"}], False),
    "order-discount": (2, Role.SALES_DIRECTOR, [{"fact": "discount_percent", "op": "gt", "value": "15"}], False),
    "order-low-grade": (2, Role.FINANCE, [{"fact": "credit_grade", "op": "in", "value": ["D"]}], False),
    "order-very-large": (3, Role.GENERAL_MANAGER, _over("amount", "500000"), False),
}

# R3.7: who lets a quotation go out.
QUOTATION_LADDER: dict[str, tuple[int, str, list[dict[str, Any]], bool]] = {
    "quotation-always": (1, Role.SALES_MANAGER, [], True),
    "quotation-large": (2, Role.SALES_DIRECTOR, _over("amount", "50000"), True),
    "quotation-below-floor": (2, Role.SALES_DIRECTOR, [{"fact": "below_floor", "op": "is", "value": True}], True),
}
# R4.5: the marketing VP or above signs, the departments review, the general manager decides.
DEMAND_PLAN_LADDER: dict[str, tuple[int, str, list[dict[str, Any]], bool]] = {
    "demand-director": (1, Role.SALES_DIRECTOR, [], True),
    "demand-engineering": (2, Role.ENGINEERING, [], True),
    "demand-production": (2, Role.PRODUCTION, [], True),
    "demand-purchasing": (2, Role.PURCHASING, [], True),
    "demand-quality": (2, Role.QUALITY, [], True),
    "demand-decision": (3, Role.GENERAL_MANAGER, [], True),
}
# R4.6
CHANGE_NOTICE_LADDER: dict[str, tuple[int, str, list[dict[str, Any]], bool]] = {
    "change-director": (1, Role.SALES_DIRECTOR, [], True),
}
# R4.7
OUTSOURCING_LADDER: dict[str, tuple[int, str, list[dict[str, Any]], bool]] = {
    "outsourcing-director": (1, Role.SALES_DIRECTOR, [], True),
    "outsourcing-decision": (2, Role.GENERAL_MANAGER, [], True),
}
LADDERS = {
    "order": ORDER_LADDER,
    "quotation": QUOTATION_LADDER,
    "demand_plan": DEMAND_PLAN_LADDER,
    "change_notice": CHANGE_NOTICE_LADDER,
    "outsourcing": OUTSOURCING_LADDER,
}


def fill_defaults(*, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Receiver of post_migrate."""
    if not router.allow_migrate_model(using, WorkPolicy) or not _tables_stand(using):
        return
    with transaction.atomic(using=using):
        ClockRevision.objects.using(using).get_or_create(pk=1)
        _fill_policies(using)
        _fill_ladder(using)
        _fill_hours(using)
        _fill_days(using)
    calendar.forget()


def _tables_stand(using: str) -> bool:
    """Another app may be migrated alone, or this one taken back."""
    tables = set(connections[using].introspection.table_names())
    return all(
        model._meta.db_table in tables for model in (WorkPolicy, ApprovalRule, RuleSet, CalendarYear, ClockRevision)
    )


def _fill_policies(using: str) -> None:
    known = set(WorkPolicy.objects.using(using).values_list("kind", "part"))
    clocks = [(kind, part) for kind in POLICIES for part in parts_of(kind) or ("",)]
    WorkPolicy.objects.using(using).bulk_create(_policy(*clock) for clock in clocks if clock not in known)


def _policy(kind: str, part: str) -> WorkPolicy:
    basis, amount, warn_at, ladder = POLICIES[kind]
    amount = parts_of(kind)[part].minutes if part else amount
    escalation = [{"after_minutes": after, "role": str(role)} for after, role in ladder]
    return WorkPolicy(
        kind=kind, part=part, version=1, basis=basis, amount=amount, warn_at=list(warn_at), escalation=escalation
    )


def _fill_ladder(using: str) -> None:
    for kind, ladder in LADDERS.items():
        if RuleSet.objects.using(using).filter(kind=kind, status="in_force").exists():
            continue  # the company wrote its own: what is missing there was taken out
        for code, (position, role, conditions, is_active) in ladder.items():
            values = {"position": position, "role": role, "conditions": conditions, "is_active": is_active}
            ApprovalRule.objects.using(using).get_or_create(code=code, defaults={"kind": kind, **values})


def _fill_hours(using: str) -> None:
    if not CompanyHours.objects.using(using).exists():
        CompanyHours.objects.using(using).bulk_create(
            CompanyHours(weekday=weekday, start=start, end=end)
            for weekday, hours in calendar.DEFAULT_WEEK.items()
            for start, end in hours
        )


def _fill_days(using: str) -> None:
    """This year and what the package knows beyond; `load_calendar` adds others."""
    known = set(CalendarYear.objects.using(using).values_list("year", flat=True))
    for year in calendar.official_years():
        if year >= timezone.localdate().year - 1 and year not in known:
            CalendarDay.objects.using(using).bulk_create(official_rows(year), ignore_conflicts=True)
            CalendarYear.objects.using(using).create(year=year, loaded_at=timezone.now())


def official_rows(year: int) -> list[CalendarDay]:
    return [
        CalendarDay(date=day, is_working=is_working, name=name)
        for day, (is_working, name) in calendar.official_days(year).items()
    ]
