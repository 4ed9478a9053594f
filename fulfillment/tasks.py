from celery import shared_task

from accounts.models import system_user
from fulfillment import services


@shared_task(name="fulfillment.tasks.remind_of_carrier_contracts")
def remind_of_carrier_contracts() -> int:
    return services.remind_of_carrier_contracts(by=system_user())


@shared_task(name="fulfillment.tasks.watch_arrivals")
def watch_arrivals() -> int:
    return services.watch_arrivals(by=system_user())


@shared_task(name="fulfillment.tasks.rate_carriers")
def rate_carriers() -> int:
    return services.rate_carriers(by=system_user())


@shared_task(name="fulfillment.tasks.tell_of_arrivals")
def tell_of_arrivals() -> int:
    return services.tell_of_arrivals(by=system_user())
