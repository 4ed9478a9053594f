"""A partner's own webhook endpoints, their log and replay (R10.2, R14.12)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api import schema, shapes
from customers.api.reading import Reader, refuse_body
from customers.api.schema import documented
from customers.api.views import PAGING, PartnerView, one
from customers.models import Partner, WebhookDelivery, WebhookEndpoint
from customers.services import partners


def own_endpoints(partner: Partner) -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.filter(partner=partner).select_related("partner")


class Endpoints(PartnerView):
    parameters = {"GET": PAGING}

    @documented(
        gettext_lazy("List your endpoints"), shapes.EndpointPage, operation="webhooks_list", tag="Webhooks",
        parameters=schema.PAGING,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.paged(own_endpoints(self.partner), ("id",), show)

    @documented(
        gettext_lazy("Register an endpoint"), shapes.CreatedWebhookSerializer, status=201, operation="webhooks_create",
        request=shapes.NewWebhookSerializer, tag="Webhooks",
        description=gettext_lazy(
            "Every change of status of your orders is posted there as `order.status_changed`, signed with the secret "
            "in the answer. Answer 2xx within 10 seconds; anything else is tried again for some hours."
        ),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = Reader(request.data)
        url = body.text("url", longest=300, required=True)
        body.finish()

        def act() -> tuple[int, Any]:
            endpoint = partners.add_endpoint(partner=self.partner, url=url, by=self.me)
            return 201, {**show(endpoint), "secret": endpoint.secret}

        return self.once(act, request.data)


class OneEndpoint(PartnerView):
    @documented(
        gettext_lazy("Read an endpoint"), shapes.WebhookSerializer, operation="webhooks_read", tag="Webhooks",
        found=True,
        parameters=[shapes.ID],
    )  # fmt: skip
    def get(self, request: Request, endpoint: int) -> Response:
        return Response(show(one(own_endpoints(self.partner), pk=endpoint)))

    @documented(
        gettext_lazy("Remove an endpoint and its log"), None, status=204, operation="webhooks_delete", tag="Webhooks",
        found=True, parameters=[shapes.ID],
    )  # fmt: skip
    def delete(self, request: Request, endpoint: int) -> Response:
        partners.remove_endpoint(endpoint=one(own_endpoints(self.partner), pk=endpoint), by=self.me)
        return Response(status=204)


class Enable(PartnerView):
    @documented(
        gettext_lazy("Switch an endpoint on again"), shapes.WebhookSerializer, operation="webhooks_enable",
        tag="Webhooks",
        found=True, parameters=[shapes.ID],
    )  # fmt: skip
    def post(self, request: Request, endpoint: int) -> Response:
        row = one(own_endpoints(self.partner), pk=endpoint)
        refuse_body(request.data)
        return self.once(lambda: (200, show(partners.enable_endpoint(endpoint=row, by=self.me))))


class Ping(PartnerView):
    @documented(
        gettext_lazy("Send a test event"), shapes.WebhookDeliverySerializer, status=202,
        operation="webhooks_test", tag="Webhooks",
        found=True, parameters=[shapes.ID],
        description=gettext_lazy("`webhook.ping`, to this endpoint alone. See its log for how it went."),
    )  # fmt: skip
    def post(self, request: Request, endpoint: int) -> Response:
        row = one(own_endpoints(self.partner), pk=endpoint)
        refuse_body(request.data)
        return self.once(lambda: (202, show_delivery(partners.ping_endpoint(endpoint=row, by=self.me))))


class Deliveries(PartnerView):
    parameters = {"GET": PAGING}

    @documented(
        gettext_lazy("Read an endpoint's log, the newest first"), shapes.DeliveryPage, found=True, tag="Webhooks",
        operation="webhook_deliveries_list", parameters=[shapes.ID, *schema.PAGING],
    )  # fmt: skip
    def get(self, request: Request, endpoint: int) -> Response:
        row = one(own_endpoints(self.partner), pk=endpoint)
        return self.paged(WebhookDelivery.objects.filter(endpoint=row), ("-id",), show_delivery)


class Replay(PartnerView):
    @documented(
        gettext_lazy("Send an event again"), shapes.WebhookDeliverySerializer, status=202,
        operation="webhook_deliveries_replay",
        tag="Webhooks", found=True, parameters=[shapes.ID, shapes.DELIVERY_ID],
        description=gettext_lazy("Under its old `webhook-id`."),
    )  # fmt: skip
    def post(self, request: Request, endpoint: int, delivery: int) -> Response:
        own = WebhookDelivery.objects.filter(endpoint__partner=self.partner).select_related("endpoint__partner")
        row = one(own, pk=delivery, endpoint_id=endpoint)
        refuse_body(request.data)
        return self.once(lambda: (202, show_delivery(partners.replay_delivery(delivery=row, by=self.me))))


def show(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """Without the secret: that is told once."""
    return {
        "id": endpoint.pk,
        "url": endpoint.url,
        "is_active": endpoint.is_active,
        "failures": endpoint.failures,
        "created_at": endpoint.created_at.isoformat(),
    }


def show_delivery(delivery: WebhookDelivery) -> dict[str, Any]:
    at = delivery.delivered_at
    return {
        "id": delivery.pk,
        "event_id": delivery.event_id,
        "event": delivery.event,
        "status": str(delivery.status),
        "attempts": delivery.attempts,
        "response_code": delivery.response_code,
        "last_error": delivery.last_error,
        "created_at": delivery.created_at.isoformat(),
        "delivered_at": at.isoformat() if at else None,
        "payload": delivery.payload,
    }
