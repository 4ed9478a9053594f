from celery import shared_task

from workflow import previews
from workflow.services.calendars import warn_of_missing_year
from workflow.services.sweep import sweep


@shared_task
def sweep_work_items() -> int:
    count = sweep()
    warn_of_missing_year()
    return count


@shared_task(name="workflow.tasks.work_out_preview")
def work_out_preview(preview_id: int) -> None:
    previews.work_out(preview_id)
