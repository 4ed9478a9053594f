"""Events on their way to partners (R10.2, R14.12): signed by Standard Webhooks, logged, tried again, switched off.

An event is fanned out into one delivery per active endpoint, and each delivery gets a message of its own in the
outbox, so that a dead endpoint holds up nobody else's. A delivery is posted at least once: a worker may die between
the answer and its noting. `webhook-id` is the event's and stays the same, so that the receiver can tell.
"""

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_noop
from standardwebhooks import Webhook

from accounts.choices import Role
from accounts.models import User
from core.models import OutboxMessage
from core.outbox import enqueue_many
from core.outbox_delivery import MAX_ATTEMPTS, DeliveryRefused
from customers.choices import DeliveryStatus
from customers.models import Partner, WebhookDelivery, WebhookEndpoint
from customers.webhook_target import NotDelivered, post
from workflow.notifications import notify

# In a row, over all events: about a day of silence for one event, sooner where many fail.
MOST_FAILURES = 20
ERROR_LENGTH = 300
SWITCHED_OFF = gettext_noop("Webhook %(url)s of %(partner)s is switched off: %(error)s")


class TryAgain(Exception):
    """This attempt failed; the outbox waits and calls again."""


def deliver_webhook(message: OutboxMessage) -> None:
    """Outbox handler: an event {partner_id, event, event_id, at, data}, or one delivery {delivery_id}."""
    if "delivery_id" in message.payload:
        _attempt(message.payload["delivery_id"], last=message.attempts >= MAX_ATTEMPTS)
    else:
        _fan_out(message.payload)


def _fan_out(event: dict[str, Any]) -> None:
    """Log rows and messages stand together or not at all, and once, however often this is repeated."""
    payload = {"type": event["event"], "timestamp": event["at"], "data": event["data"]}
    endpoints = WebhookEndpoint.objects.filter(
        partner_id=event["partner_id"], partner__is_active=True, is_active=True
    ).order_by("pk")
    with transaction.atomic():
        WebhookDelivery.objects.bulk_create(
            [
                WebhookDelivery(endpoint=endpoint, event_id=event["event_id"], event=event["event"], payload=payload)
                for endpoint in endpoints
            ],
            ignore_conflicts=True,
        )
        made = WebhookDelivery.objects.filter(endpoint__in=endpoints, event_id=event["event_id"])
        enqueue_many(
            [
                OutboxMessage(kind="webhook", payload={"delivery_id": pk}, key=f"delivery-{pk}")
                for pk in made.order_by("pk").values_list("pk", flat=True)
            ]
        )


def _attempt(delivery_id: int, *, last: bool) -> None:
    """Raises TryAgain, or DeliveryRefused when trying again cannot help."""
    delivery = WebhookDelivery.objects.select_related("endpoint__partner").filter(pk=delivery_id).first()
    if delivery is None or delivery.status != DeliveryStatus.PENDING:
        return
    if not delivery.endpoint.is_active:
        _note(delivery, DeliveryStatus.FAILED, None, "endpoint switched off", attempts=0)
        raise DeliveryRefused("endpoint switched off")
    code, error = _post(delivery)
    if code is not None and 200 <= code < 300:
        _note(delivery, DeliveryStatus.DELIVERED, code, "")
        WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).exclude(failures=0).update(failures=0)
        return
    gone = code == HTTPStatus.GONE
    off = _count_failure(delivery.endpoint, error, gone=gone)
    over = last or gone or off
    _note(delivery, DeliveryStatus.FAILED if over else DeliveryStatus.PENDING, code, error)
    raise (DeliveryRefused if gone or off else TryAgain)(error)


def _post(delivery: WebhookDelivery) -> tuple[int | None, str]:
    body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":"))
    try:
        code = post(delivery.endpoint.url, body.encode(), signed(delivery, body))
    except NotDelivered as error:
        return None, str(error)
    return code, "" if 200 <= code < 300 else _words(code)


def signed(delivery: WebhookDelivery, body: str) -> dict[str, str]:
    at = datetime.now(UTC)  # the library writes the clock's own time as UTC
    return {
        "Content-Type": "application/json",
        "User-Agent": "Jiedan-Webhooks/1",
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(delivery.endpoint.secret).sign(delivery.event_id, at, body),
    }


def _words(code: int) -> str:
    if 300 <= code < 400:
        return f"answered {code}; redirects are not followed"
    return f"answered {code}"


def _note(delivery: WebhookDelivery, status: str, code: int | None, error: str, *, attempts: int = 1) -> None:
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        status=status,
        attempts=F("attempts") + attempts,
        response_code=code,
        last_error=error.replace("\x00", "")[:ERROR_LENGTH],
        delivered_at=timezone.now() if status == DeliveryStatus.DELIVERED else None,
    )


def _count_failure(endpoint: WebhookEndpoint, error: str, *, gone: bool) -> bool:
    """Whether the endpoint is off now: it said 410, or failed too often in a row."""
    rows = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    rows.update(failures=F("failures") + 1)
    due = rows.filter(is_active=True)
    due = due if gone else due.filter(failures__gte=MOST_FAILURES)
    with transaction.atomic():
        if due.update(is_active=False):
            _tell(endpoint, error)
    return not rows.filter(is_active=True).exists()


def _tell(endpoint: WebhookEndpoint, error: str) -> None:
    partner = endpoint.partner
    manager = partner.customer.owner
    people = [*User.objects.with_role(Role.ADMIN), *([manager] if manager else [])]
    notify(
        people, SWITCHED_OFF, params={"url": endpoint.url, "partner": partner.name, "error": error},
        about=("customers.partner", partner.pk, partner.name), url=_page(partner),
    )  # fmt: skip


def _page(partner: Partner) -> str:
    try:
        return reverse("customers:partner-developer", args=[partner.pk])
    except NoReverseMatch:
        return ""
