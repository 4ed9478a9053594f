from celery import shared_task

from workflow.services.calendars import warn_of_missing_year
from workflow.services.sweep import sweep


@shared_task
def sweep_work_items() -> int:
    count = sweep()
    warn_of_missing_year()
    return count
