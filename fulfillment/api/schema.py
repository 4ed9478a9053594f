"""The shapes of shipments, as the API describes them."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from customers.api.schema import page_of, query
from fulfillment.choices import Mode, ShipmentStatus
from orders.api.schema import Amount, Shape


class ShipmentLineSerializer(Shape):
    position = serializers.IntegerField(help_text=_("The line of the order."))
    description = serializers.CharField()
    quantity = Amount()
    unit = serializers.CharField()


class ShipmentSerializer(Shape):
    number = serializers.CharField()
    order = serializers.CharField()
    reference = serializers.CharField()
    status = serializers.ChoiceField(ShipmentStatus.choices)
    carrier = serializers.CharField()
    mode = serializers.ChoiceField(Mode.choices)
    waybill = serializers.CharField()
    planned_date = serializers.DateField(allow_null=True)
    shipped_at = serializers.DateTimeField(allow_null=True)
    expected_arrival = serializers.DateField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    lines = ShipmentLineSerializer(many=True)


ShipmentPage = page_of(ShipmentSerializer, "ShipmentPage")
NUMBER = OpenApiParameter("number", str, OpenApiParameter.PATH, description=_("The shipment number."))
FILTERS = (
    query("status", _("Only shipments that stand there."), enum=ShipmentStatus.values),
    query("order", _("Only shipments of the order with this number.")),
)
