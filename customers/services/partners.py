"""Partners, the keys they sign in with, and where their events go (R10.1, R14.12, R14.14)."""

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Kind, Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError, NotPermitted
from core.outbox import enqueue
from customers.choices import DeliveryStatus
from customers.models import Customer, Partner, PartnerApiKey, WebhookDelivery, WebhookEndpoint
from customers.webhook_target import check_address

KEEPERS = {Role.ADMIN, Role.SALES_MANAGER}
OWNERS = KEEPERS | {Role.PARTNER}
LIVE_KEYS, MOST_ENDPOINTS = 2, 10
PING = "webhook.ping"


@act("customers.create_partner", roles=KEEPERS)
def create_partner(
    *, customer: Customer, by: User, name: str = "", must_confirm: bool = True, now: datetime | None = None
) -> Partner:
    """Make a customer a channel partner, with an account that only its API keys open.

    Raises Conflict("partner") when it is one already, DomainError("owner") without an account manager, to whom the
    partner's orders go.
    """
    customer = Customer.objects.select_for_update(of=("self",)).select_related("partner").get(pk=customer.pk)
    if hasattr(customer, "partner"):
        raise Conflict("partner", _("This customer is a partner already."))
    if customer.owner_id is None:
        raise DomainError("owner", _("Name the customer's account manager first: the partner's orders go there."))
    user = User(username=f"partner-{customer.code}".lower(), kind=Kind.PARTNER, display_name=name or customer.name)
    user.set_unusable_password()
    user.save()
    partner = Partner.objects.create(
        name=name or customer.name, customer=customer, user=user, must_confirm=must_confirm
    )
    audit.record("partner.created", partner, by=by, now=now)
    return partner


@act("customers.issue_key", roles=KEEPERS)
def issue_key(
    *, partner: Partner, name: str, by: User, expires_at: datetime | None = None, now: datetime | None = None
) -> tuple[PartnerApiKey, str]:
    """(row, key). The key is shown this once; only its hash is kept. Two may live, so that one replaces the other.

    Raises Conflict("two_keys") while two are usable, DomainError("name") without a name.
    """
    now = now or timezone.now()
    if not 0 < len(name.strip()) <= 50:
        raise DomainError("name", _("Give the key a name."), fields={"name": [_("1 to 50 characters.")]})
    Partner.objects.select_for_update().get(pk=partner.pk)
    if live_keys(partner, now).count() >= LIVE_KEYS:
        raise Conflict("two_keys", _("Two keys are in use already. Revoke the one that is no longer needed."))
    key, plain = PartnerApiKey.objects.create_key(partner=partner, name=name.strip(), expiry_date=expires_at)
    audit.record("partner.key_issued", partner, by=by, changes={"key": [None, key.prefix]}, note=name, now=now)
    return cast(PartnerApiKey, key), plain


@act("customers.revoke_key", roles=KEEPERS)
def revoke_key(*, key: PartnerApiKey, by: User, now: datetime | None = None) -> PartnerApiKey:
    """From now on the key opens nothing; it cannot be brought back. Raises Conflict when it was revoked before."""
    if not PartnerApiKey.objects.filter(pk=key.pk, revoked=False).update(revoked=True):
        raise Conflict("revoked", _("This key is revoked already."))
    key.revoked = True
    audit.record("partner.key_revoked", key.partner, by=by, changes={"key": [key.prefix, None]}, now=now)
    return key


def live_keys(partner: Partner, now: datetime) -> Any:
    valid = Q(expiry_date__isnull=True) | Q(expiry_date__gt=now)
    return PartnerApiKey.objects.filter(valid, partner=partner, revoked=False)


@act("customers.add_endpoint", roles=OWNERS)
def add_endpoint(*, partner: Partner, url: str, by: User, now: datetime | None = None) -> WebhookEndpoint:
    """Send the partner's events to `url` from now on, signed with a secret of its own.

    Raises DomainError("url") for an address we do not post to, Conflict for one that is there or one too many.
    """
    _require_own(partner, by)
    check_address(url)
    Partner.objects.select_for_update().get(pk=partner.pk)
    present = set(partner.webhook_endpoints.values_list("url", flat=True))
    if url in present:
        raise Conflict("endpoint", _("This address is registered already."))
    if len(present) >= MOST_ENDPOINTS:
        raise Conflict("endpoints", _("More than %(number)s addresses are not kept.") % {"number": MOST_ENDPOINTS})
    endpoint = WebhookEndpoint.objects.create(partner=partner, url=url, secret=new_secret())
    audit.record("partner.endpoint_added", partner, by=by, changes={"endpoint": [None, url]}, now=now)
    return endpoint


@act("customers.remove_endpoint", roles=OWNERS)
def remove_endpoint(*, endpoint: WebhookEndpoint, by: User, now: datetime | None = None) -> None:
    """Its log goes with it; what was sent there stays in the audit trail as a fact of the endpoint's life."""
    _require_own(endpoint.partner, by)
    endpoint.delete()
    audit.record("partner.endpoint_removed", endpoint.partner, by=by, changes={"endpoint": [endpoint.url, None]},
                 now=now)  # fmt: skip


@act("customers.enable_endpoint", roles=OWNERS)
def enable_endpoint(*, endpoint: WebhookEndpoint, by: User, now: datetime | None = None) -> WebhookEndpoint:
    """Switch on again what failed too often; missed events are sent by replaying them."""
    _require_own(endpoint.partner, by)
    if not WebhookEndpoint.objects.filter(pk=endpoint.pk, is_active=False).update(is_active=True, failures=0):
        raise Conflict("active", _("This endpoint is switched on already."))
    endpoint.is_active, endpoint.failures = True, 0
    audit.record("partner.endpoint_enabled", endpoint.partner, by=by, note=endpoint.url, now=now)
    return endpoint


@act("customers.ping_endpoint", roles=OWNERS)
def ping_endpoint(*, endpoint: WebhookEndpoint, by: User, now: datetime | None = None) -> WebhookDelivery:
    """Send a test event to this endpoint alone. Raises Conflict while it is switched off."""
    now = now or timezone.now()
    _require_own(endpoint.partner, by)
    _require_on(endpoint)
    event_id = f"ping-{secrets.token_hex(12)}"
    payload = {"type": PING, "timestamp": now.isoformat(), "data": {"endpoint": endpoint.pk}}
    delivery = WebhookDelivery.objects.create(endpoint=endpoint, event_id=event_id, event=PING, payload=payload)
    enqueue("webhook", {"delivery_id": delivery.pk}, now=now)
    return delivery


@act("customers.replay_delivery", roles=OWNERS)
def replay_delivery(*, delivery: WebhookDelivery, by: User, now: datetime | None = None) -> WebhookDelivery:
    """Post an event again, under its old id. Raises Conflict while it still waits or its endpoint is off."""
    endpoint = delivery.endpoint
    _require_own(endpoint.partner, by)
    _require_on(endpoint)
    now = now or timezone.now()
    # The last try is over within a day; what still waits then was left by a worker that died.
    still_tried = Q(status=DeliveryStatus.PENDING, created_at__gt=now - timedelta(days=1))
    if not WebhookDelivery.objects.filter(~still_tried, pk=delivery.pk).update(status=DeliveryStatus.PENDING):
        raise Conflict("pending", _("This delivery is still being tried."))
    delivery.status = DeliveryStatus.PENDING
    enqueue("webhook", {"delivery_id": delivery.pk}, now=now)
    audit.record("partner.delivery_replayed", endpoint.partner, by=by, note=delivery.event_id, now=now)
    return delivery


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _require_own(partner: Partner, by: User) -> None:
    if by.kind == Kind.PARTNER and partner.user_id != by.pk:
        raise NotPermitted("not_yours", _("This belongs to another partner."))


def _require_on(endpoint: WebhookEndpoint) -> None:
    if not endpoint.is_active:
        raise Conflict("inactive", _("This endpoint is switched off. Switch it on first."))
