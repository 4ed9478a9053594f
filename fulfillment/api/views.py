"""What became of a partner's orders on the road; read only (R10.2)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api import schema as shared
from customers.api.schema import documented
from customers.api.views import PAGING, PartnerView, one
from customers.models import Partner
from fulfillment.api import schema
from fulfillment.choices import ShipmentStatus
from fulfillment.models import Shipment
from orders.api.schema import NUMBER
from orders.api.shown import moment, quantity
from orders.api.views import own_orders


def own_shipments(partner: Partner) -> QuerySet[Shipment]:
    shipments = Shipment.objects.filter(order__customer_id=partner.customer_id, order__partner_id=partner.pk)
    return shipments.select_related("order").prefetch_related("lines__order_line")


class Shipments(PartnerView):
    parameters = {"GET": PAGING | {"status", "order"}}

    @documented(
        gettext_lazy("List your shipments, the newest first"), schema.ShipmentPage, operation="shipments_list",
        tag="Shipments", parameters=[*schema.FILTERS, *shared.PAGING],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        shipments = own_shipments(self.partner)
        if status := request.query_params.get("status"):
            if status not in ShipmentStatus.values:
                allowed = ", ".join(ShipmentStatus.values)
                raise ValidationError({"status": [_("One of: %(allowed)s.") % {"allowed": allowed}]})
            shipments = shipments.filter(status=status)
        if asked := request.query_params.get("order"):
            shipments = shipments.filter(order__number=asked)
        return self.paged(shipments, ("-id",), show)


class OneShipment(PartnerView):
    @documented(
        gettext_lazy("Read a shipment"), schema.ShipmentSerializer, operation="shipments_read", tag="Shipments",
        found=True,
        parameters=[schema.NUMBER],
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        return Response(show(one(own_shipments(self.partner), number=number)))


class OrderShipments(PartnerView):
    parameters = {"GET": PAGING}

    @documented(
        gettext_lazy("List the shipments of an order"), schema.ShipmentPage, operation="order_shipments_list",
        tag="Shipments", found=True, parameters=[NUMBER, *shared.PAGING],
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        order = one(own_orders(self.partner), number=number)
        return self.paged(own_shipments(self.partner).filter(order=order), ("-id",), show)


def show(shipment: Shipment) -> dict[str, Any]:
    return {
        "number": shipment.number,
        "order": shipment.order.number,
        "reference": shipment.order.partner_reference,
        "status": str(shipment.status),
        "carrier": shipment.carrier,
        "mode": str(shipment.mode),
        "waybill": shipment.waybill,
        "planned_date": moment(shipment.planned_date),
        "shipped_at": moment(shipment.shipped_at),
        "expected_arrival": moment(shipment.expected_arrival),
        "accepted_at": moment(shipment.accepted_at),
        "lines": [_line(line) for line in shipment.lines.all()],
    }


def _line(line: Any) -> dict[str, Any]:
    goods = line.order_line
    return {
        "position": goods.position,
        "description": goods.description,
        "quantity": quantity(line.quantity),
        "unit": goods.unit,
    }
