from typing import Any

from celery import shared_task

from accounts.models import system_user
from orders import services
from orders.dossier.packing import pack
from orders.services import dossiers, frequency
from orders.services.contracts import BATCH
from orders.services.unsaved import forget_old_entries as forget


@shared_task(name="orders.tasks.forget_old_entries")
def forget_old_entries() -> int:
    return forget()


@shared_task(name="orders.tasks.remind_of_contracts")
def remind_of_contracts() -> None:
    """Batch by batch, each in a transaction of its own: it comes round once a day only."""
    while services.remind_of_contracts(by=system_user()) == BATCH:
        pass


@shared_task(name="orders.tasks.expire_quotations")
def expire_quotations() -> None:
    services.expire_quotations(by=system_user())


@shared_task
def count_purchases() -> int:
    return frequency.count_purchases()


@shared_task(name="orders.tasks.pack_dossier", bind=True)
def pack_dossier(self: Any, dossier_id: int) -> None:
    pack(dossier_id, self.request.id or "")


@shared_task(name="orders.tasks.resume_dossiers")
def resume_dossiers() -> int:
    return dossiers.resume_silent()


@shared_task(name="orders.tasks.clear_dossiers")
def clear_dossiers() -> None:
    while dossiers.clear_expired():
        pass
