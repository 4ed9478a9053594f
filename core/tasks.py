from celery import shared_task

from core import housekeeping, outbox_delivery, sealing


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
