"""The customer's signing link (R6.2): unguessable, hashed in the database, good for one signature.

The token is HMAC(secret key, shipment and seed). Whoever reads the database finds a seed and a hash and can make no
link of them; the application can make it again for the QR code. When the secret key was changed, papers already
printed still work (their hash is here), only the link can no longer be shown: it is renewed.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from fulfillment.models import Shipment

LIFETIME = timedelta(days=30)
SALT = "fulfillment.signing"
LENGTH = 27  # 20 bytes in URL-safe base64


def new_link(shipment: Shipment, *, now: datetime) -> None:
    """Give the shipment a fresh link, which ends the former one. Does not save."""
    shipment.signing_seed = secrets.token_hex(16)
    shipment.signing_hash = hash_of(token_of(shipment.pk, shipment.signing_seed))
    shipment.signing_expires_at = now + LIFETIME


def token_of(shipment_id: int, seed: str) -> str:
    digest = salted_hmac(SALT, f"{shipment_id}:{seed}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:20]).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_shipment(token: str) -> Shipment | None:
    """Whose link this is, expired or used ones included; None for anything else."""
    if len(token) != LENGTH:
        return None
    related = ("order__customer", "order__salesperson")
    return Shipment.objects.select_related(*related).filter(signing_hash=hash_of(token)).first()


def link_of(shipment: Shipment) -> str:
    """The full address, or '' when there is none or it can no longer be made."""
    if not shipment.signing_hash:
        return ""
    token = token_of(shipment.pk, shipment.signing_seed)
    return address(token) if hmac.compare_digest(hash_of(token), shipment.signing_hash) else ""


def address(token: str) -> str:
    return settings.SITE_URL + reverse("signing:sign", args=[token])


def qr_of(link: str) -> str:
    """As a data URL for an <img>."""
    return segno.make(link, error="m").svg_data_uri(border=2, scale=4) if link else ""
