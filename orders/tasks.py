from celery import shared_task

from orders.services.unsaved import forget_old_entries as forget


@shared_task(name="orders.tasks.forget_old_entries")
def forget_old_entries() -> int:
    return forget()
