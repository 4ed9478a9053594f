from typing import Any

from celery import shared_task

from core import housekeeping, outbox_delivery, sealing
from core.imports import services as imports
from core.imports.checking import check_job
from core.imports.committing import commit_job


@shared_task(name="core.tasks.deliver_message")
def deliver_message(message_id: int) -> None:
    outbox_delivery.deliver(message_id)


@shared_task(name="core.tasks.publish_outbox")
def publish_outbox() -> None:
    outbox_delivery.deliver_due()


@shared_task(name="core.tasks.seal_audit")
def seal_audit() -> None:
    sealing.seal_audit()


@shared_task(name="core.tasks.forget_old_rows")
def forget_old_rows() -> None:
    housekeeping.forget_old_rows()


@shared_task(name="core.tasks.check_import", bind=True)
def check_import(self: Any, job_id: int) -> None:
    check_job(job_id, self.request.id)


@shared_task(name="core.tasks.commit_import", bind=True)
def commit_import(self: Any, job_id: int) -> None:
    if commit_job(job_id, self.request.id):
        commit_import.delay(job_id)


@shared_task(name="core.tasks.resume_imports")
def resume_imports() -> None:
    imports.resume_silent()
