from celery import shared_task

from reports.services.figures import fold_all


@shared_task
def fold_figures() -> int:
    return fold_all()
