"""Carriers report where goods are (R5.6)."""

from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import PUBLIC
from accounts.api.permissions import DeclaredAccess
from accounts.models import system_user
from customers.api.reading import Reader
from customers.api.schema import ERRORS
from customers.api.views import KEY_SHAPE, PartnerView
from fulfillment.api.signature import CarrierSignature, CarrierThrottle
from fulfillment.choices import TransportEventKind
from fulfillment.models import Carrier
from fulfillment.services import receive_carrier_event
from orders.api.schema import Shape, text


class CarrierEventSerializer(Shape):
    waybill = text(60, gettext_lazy("Your number of the goods; it may stand for several shipments."), required=True)
    kind = serializers.ChoiceField(TransportEventKind.choices)
    at = serializers.DateTimeField(help_text=gettext_lazy("When it happened, with its offset."))
    place = text(120)
    note = text(500, gettext_lazy("Needed for `exception`."))


class ReceivedSerializer(Shape):
    shipments = serializers.ListField(
        child=serializers.CharField(), help_text=gettext_lazy("The numbers of the shipments it was entered for.")
    )
    repeated = serializers.BooleanField(help_text=gettext_lazy("It had come before; nothing was changed."))


def header(name: str, description: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True, description=description)


PARAMETERS = [
    OpenApiParameter("code", str, OpenApiParameter.PATH, description=gettext_lazy("The code we keep you under.")),
    header("webhook-id", gettext_lazy("Your number of the event; sent again it is entered once.")),
    header("webhook-timestamp", gettext_lazy("Seconds since 1970, at most five minutes from now.")),
]
SUMMARY = gettext_lazy("Report an event of goods on their way")
DESCRIPTION = gettext_lazy(
    "For carriers. Sign each request as [Standard Webhooks](https://www.standardwebhooks.com) describe, with the "
    "secret you were given: `webhook-signature` is `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`. Answered "
    "409 when a number came before with another content, 422 for a waybill that is not under way with you."
)


class CarrierEvents(PartnerView):
    """The signature is the permission; who signs is a carrier, no partner."""

    access = PUBLIC
    authentication_classes = [CarrierSignature]
    permission_classes = [DeclaredAccess]
    throttle_classes = [CarrierThrottle]

    @extend_schema(
        operation_id="carrier_events_create", summary=SUMMARY, description=DESCRIPTION, tags=["Carriers"],
        request=CarrierEventSerializer, parameters=PARAMETERS,
        responses={
            200: OpenApiResponse(ReceivedSerializer, gettext_lazy("Done.")),
            **{code: ERRORS[code] for code in (400, 401, 409, 413, 415, 422, 429, "default")},
        },
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        number = request.headers["webhook-id"]
        if not KEY_SHAPE.fullmatch(number):
            raise ValidationError({"webhook-id": [_("1 to 200 printable ASCII characters.")]})
        received = receive_carrier_event(
            carrier=cast(Carrier, request.auth), external_id=number, by=system_user(), **read_event(request.data)
        )
        shipments = [event.shipment.number for event in received.events]
        return Response({"shipments": shipments, "repeated": received.repeated})


def read_event(data: Any) -> dict[str, Any]:
    body = Reader(data)
    event = {
        "waybill": body.text("waybill", longest=60, required=True),
        "kind": body.choice("kind", TransportEventKind.values, required=True),
        "at": body.moment("at", required=True),
        "place": body.text("place", longest=120),
        "note": body.text("note", longest=500),
    }
    body.finish()
    return event
