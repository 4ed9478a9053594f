from celery import shared_task

from customers.services.renewals import open_archive_renewals, open_paper_renewals


@shared_task
def open_renewals() -> int:
    return open_paper_renewals() + open_archive_renewals()
