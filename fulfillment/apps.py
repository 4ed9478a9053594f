from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FulfillmentConfig(AppConfig):
    name = "fulfillment"
    verbose_name = _("Fulfillment")

    def ready(self) -> None:
        from core import subjects
        from fulfillment.models import (
            AcceptanceProblem,
            CapacityConflict,
            CustomerNotice,
            Disruption,
            Inspection,
            Shipment,
        )
        from orders.page import disclosed

        subjects.register(
            Shipment,
            url="fulfillment:shipment-detail",
            visible_to=lambda user: Shipment.objects.visible_to(user),
            reads_persons=lambda user, shipment: disclosed(shipment.order, user),
        )
        subjects.register(
            AcceptanceProblem,
            url="fulfillment:problem-settle",
            visible_to=lambda user: AcceptanceProblem.objects.visible_to(user),
        )
        subjects.register(
            Disruption,
            url="fulfillment:disruption-detail",
            visible_to=lambda user: Disruption.objects.visible_to(user),
        )
        subjects.register(
            CapacityConflict,
            url="fulfillment:conflict-detail",
            visible_to=lambda user: CapacityConflict.objects.visible_to(user),
        )
        subjects.register(
            CustomerNotice,
            url="fulfillment:notice-tell",
            visible_to=lambda user: CustomerNotice.objects.visible_to(user),
        )
        subjects.register(Inspection, url=order_of, visible_to=lambda user: Inspection.objects.visible_to(user))


def order_of(inspection: Any) -> str:
    return str(inspection.order.get_absolute_url())
