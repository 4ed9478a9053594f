"""What beat asks for, and how often.

Every entry may run twice or late without harm. `expires` drops what piled up while no worker was
there: the next tick does the same work on the same rows.
"""

from typing import Any

from celery.schedules import crontab

MINUTE = 60


def every(task: str, seconds: int) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


def daily(task: str, *, hour: int, minute: int = 0) -> dict[str, Any]:
    """`hour` is UTC; the longest wait is kept short so that a day's work is not done at noon."""
    schedule = crontab(hour=str(hour), minute=str(minute))
    return {"task": task, "schedule": schedule, "options": {"expires": 6 * 60 * MINUTE}}


BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-work-items": every("workflow.tasks.sweep_work_items", MINUTE),
    "publish-outbox": every("core.tasks.publish_outbox", MINUTE),
    "fold-figures": every("reports.tasks.fold_figures", MINUTE),
    "resume-imports": every("core.tasks.resume_imports", 2 * MINUTE),
    "resume-dossiers": every("orders.tasks.resume_dossiers", 2 * MINUTE),
    "seal-audit": every("core.tasks.seal_audit", 5 * MINUTE),
    # Some at a time, so that a holiday's worth of them is no long transaction.
    "expire-quotations": every("orders.tasks.expire_quotations", 60 * MINUTE),
    # 00:00 UTC is 08:00 in Shanghai: the day's work begins.
    "remind-of-contracts": daily("orders.tasks.remind_of_contracts", hour=0),
    # A day ahead means in the course of the day before; an hour more or less is nothing.
    "tell-of-arrivals": every("fulfillment.tasks.tell_of_arrivals", 60 * MINUTE),
    "watch-arrivals": daily("fulfillment.tasks.watch_arrivals", hour=0),
    # 19:00 UTC is 03:00 in Shanghai: nobody waits.
    "open-renewals": daily("customers.tasks.open_renewals", hour=19, minute=20),
    "count-purchases": daily("orders.tasks.count_purchases", hour=19, minute=40),
    "remind-of-carrier-contracts": daily("fulfillment.tasks.remind_of_carrier_contracts", hour=0),
    "rate-carriers": daily("fulfillment.tasks.rate_carriers", hour=19, minute=50),
    "forget-old-rows": daily("core.tasks.forget_old_rows", hour=19),
    "clear-dossiers": daily("orders.tasks.clear_dossiers", hour=19, minute=50),
    "forget-unsaved-entries": daily("orders.tasks.forget_old_entries", hour=19),
}
