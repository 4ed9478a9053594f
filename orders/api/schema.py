"""The shapes of orders, as the API describes them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_field
from rest_framework import serializers

from customers.api.schema import query
from orders.choices import DueEvent, OrderStatus

Shape = serializers.Serializer[Any]


def text(longest: int, help_text: Any = "", *, required: bool = False) -> serializers.CharField:
    return serializers.CharField(max_length=longest, required=required, allow_blank=not required, help_text=help_text)


def decimal(pattern: str, example: str) -> Any:
    schema = {"type": "string", "pattern": pattern, "example": example}
    return extend_schema_field(schema)(type("DecimalText", (serializers.CharField,), {}))


Quantity = decimal(r"^(?=.*[1-9])[0-9]{1,11}(\.[0-9]{1,3})?$", "10")
Price = decimal(r"^[0-9]{1,10}(\.[0-9]{1,4})?$", "4980.00")
Percent = decimal(r"^[0-9]{1,3}(\.[0-9]{1,2})?$", "30")
Amount = decimal(r"^[0-9]+(\.[0-9]+)?$", "49800.00")


class ContactSerializer(Shape):
    name = text(60, required=True)
    phone = text(32)


class DeliverySerializer(Shape):
    address = text(300, required=True)
    receiver = text(60)
    phone = text(32)


class TermSerializer(Shape):
    due_event = serializers.ChoiceField(DueEvent.choices)
    percent = Percent(help_text=_("Of the order's amount; the parts add up to 100."))
    days = serializers.IntegerField(
        required=False, min_value=0, max_value=365, help_text=_("After delivery, for after_delivery.")
    )


class NewLineSerializer(Shape):
    product_code = text(40, _("From /products/; without it describe the goods."))
    description = text(200)
    specification = text(200)
    quantity = Quantity()
    unit = text(20)
    unit_price = Price(required=False, help_text=_("The list price when left out."))


class NewOrderSerializer(Shape):
    reference = text(60, _("Your own number of this order; it can be used once."), required=True)
    end_customer = text(200, _("Who the goods are for in the end."), required=True)
    contact = ContactSerializer()
    delivery = DeliverySerializer()
    requested_date = serializers.DateField(help_text=_("The delivery date asked for; not before today."))
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False, help_text=_("Your account's when left out."))
    lines = serializers.ListField(child=NewLineSerializer(), min_length=1, max_length=200)
    payment_terms = serializers.ListField(
        child=TermSerializer(), min_length=1, max_length=12, required=False,
        help_text=_("30 % before production and 70 % on delivery when left out."),
    )  # fmt: skip
    packaging = text(300)
    customization = text(300)
    labels = text(300)
    remarks = text(4000)


class LineSerializer(Shape):
    position = serializers.IntegerField()
    product_code = serializers.CharField(allow_null=True)
    description = serializers.CharField()
    specification = serializers.CharField()
    unit = serializers.CharField()
    quantity = Amount()
    unit_price = Amount()
    amount = Amount()
    quantity_shipped = Amount()
    quantity_accepted = Amount()


class OrderSummarySerializer(Shape):
    number = serializers.CharField()
    reference = serializers.CharField()
    status = serializers.ChoiceField(OrderStatus.choices)
    awaiting_confirmation = serializers.BooleanField(help_text=_("Reviewed: confirm or object now."))
    end_customer = serializers.CharField()
    currency = serializers.CharField()
    amount = Amount()
    ordered_date = serializers.DateField()
    requested_date = serializers.DateField()
    promise_date = serializers.DateField(allow_null=True, help_text=_("The date production promised last."))
    received_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)


class OrderSerializer(OrderSummarySerializer):
    contact = ContactSerializer()
    delivery = DeliverySerializer()
    lines = LineSerializer(many=True)
    payment_terms = TermSerializer(many=True)
    packaging = serializers.CharField()
    customization = serializers.CharField()
    labels = serializers.CharField()
    remarks = serializers.CharField()
    approved_at = serializers.DateTimeField(allow_null=True)
    in_production_at = serializers.DateTimeField(allow_null=True)
    shipped_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    canceled_at = serializers.DateTimeField(allow_null=True)


class ReasonSerializer(Shape):
    reason = text(1000, required=True)


NUMBER = OpenApiParameter("number", str, OpenApiParameter.PATH, description=_("The order number, as 202611-001."))
FILTERS = (
    query("status", _("Only orders that stand there."), enum=[s.value for s in OrderStatus if s != OrderStatus.DRAFT]),
    query("changed_since", _("Only orders whose status changed at or after this moment (with its offset or Z).")),
    query("reference", _("The order with this reference of yours.")),
    query("number", _("The order with this number.")),
)

EXAMPLES = (
    OpenApiExample(
        "An order of ten servers",
        {
            "reference": "PO-2026-0815",
            "end_customer": "上海某某科技有限公司",
            "contact": {"name": "李明", "phone": "13800138000"},
            "requested_date": "2027-03-01",
            "delivery": {"address": "上海市浦东新区1号", "receiver": "王芳", "phone": "13900139000"},
            "lines": [{"product_code": "SRV-A", "quantity": "10"}],
            "payment_terms": [
                {"due_event": "before_production", "percent": "30"},
                {"due_event": "after_delivery", "percent": "70", "days": 30},
            ],
            "packaging": "Wooden case",
        },
        request_only=True,
    ),
)
