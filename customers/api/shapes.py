"""The shapes of the account, the price list and webhooks, as the API describes them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from customers.api.schema import page_of
from customers.choices import DeliveryStatus

Shape = serializers.Serializer[Any]


class KeySerializer(Shape):
    name = serializers.CharField()
    prefix = serializers.CharField(help_text=_("The part of the key before the point."))
    expires_at = serializers.DateTimeField(allow_null=True)


class AccountSerializer(Shape):
    name = serializers.CharField()
    customer_code = serializers.CharField()
    currency = serializers.CharField()
    must_confirm = serializers.BooleanField(help_text=_("Your orders take effect once you have confirmed them."))
    account_manager = serializers.CharField(allow_null=True)
    key = KeySerializer()
    limits = serializers.DictField(child=serializers.CharField(), help_text=_("Requests per time, for each key."))


class ProductSerializer(Shape):
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    specification = serializers.CharField()
    unit = serializers.CharField()
    currency = serializers.CharField()
    list_price = serializers.CharField()
    lead_time_days = serializers.IntegerField()


class NewWebhookSerializer(Shape):
    url = serializers.CharField(max_length=300, help_text=_("https, without user name; redirects are not followed."))


class WebhookSerializer(Shape):
    id = serializers.IntegerField()
    url = serializers.CharField()
    is_active = serializers.BooleanField(help_text=_("Switched off after 20 failures in a row or the answer 410."))
    failures = serializers.IntegerField(help_text=_("In a row."))
    created_at = serializers.DateTimeField()


class CreatedWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(
        help_text=_("Shown this once. Check `webhook-signature` with it (Standard Webhooks).")
    )


class WebhookDeliverySerializer(Shape):
    id = serializers.IntegerField()
    event_id = serializers.CharField(help_text=_("Sent as `webhook-id`; the same on every attempt."))
    event = serializers.CharField()
    status = serializers.ChoiceField(DeliveryStatus.choices)
    attempts = serializers.IntegerField()
    response_code = serializers.IntegerField(allow_null=True)
    last_error = serializers.CharField()
    created_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    payload = serializers.DictField()


ProductPage = page_of(ProductSerializer, "ProductPage")
EndpointPage = page_of(WebhookSerializer, "WebhookPage")
DeliveryPage = page_of(WebhookDeliverySerializer, "DeliveryPage")
ID = OpenApiParameter("endpoint", OpenApiTypes.INT, OpenApiParameter.PATH, description=_("The endpoint."))
DELIVERY_ID = OpenApiParameter("delivery", OpenApiTypes.INT, OpenApiParameter.PATH, description=_("The delivery."))
