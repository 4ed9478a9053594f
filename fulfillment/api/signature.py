"""Carriers sign what they post, as Standard Webhooks describe; ours to partners are signed the same way."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from accounts.models import User, system_user
from core.api.parsers import TooLarge
from core.middleware import client_address
from customers.api.throttles import KeyThrottle
from fulfillment.models import Carrier
from fulfillment.throttle import is_shut, too_often

MISSES = {"limit": 60, "seconds": 600}


class CarrierSignature(BaseAuthentication):
    """Closed by default: a carrier without a secret is as unknown as one that does not exist.

    A signature holds for five minutes; what is sent again within them is told by its number.
    """

    def authenticate(self, request: Request) -> tuple[User, Carrier]:
        who = client_address(request._request) or "unknown"
        if is_shut("carrier-miss", who, limit=MISSES["limit"]):
            raise Throttled(wait=MISSES["seconds"])
        carrier = self.find(str(request.parser_context["kwargs"]["code"]))
        if carrier is None or not has_signed(carrier, request):
            too_often("carrier-miss", who, **MISSES)
            raise AuthenticationFailed(_("Unknown carrier, or the signature does not hold."))
        return system_user(), carrier

    def find(self, code: str) -> Carrier | None:
        found = Carrier.objects.filter(code=code.replace("\x00", ""), is_active=True).exclude(callback_secret="")
        return found.first()

    def authenticate_header(self, request: Request) -> str:
        return "Webhook-Signature"


def has_signed(carrier: Carrier, request: Request) -> bool:
    try:
        Webhook(carrier.callback_secret).verify(request._request.body, dict(request.headers), json_parse=False)
    except RequestDataTooBig:
        raise TooLarge(_("The body is too large.")) from None
    except (WebhookVerificationError, ValueError):  # ValueError: no text, no number, no base64
        return False
    return True


class CarrierThrottle(KeyThrottle):
    """A carrier's reports are counted as a key's requests are."""

    def counted(self, request: Request) -> str:
        return f"carrier-{request.auth.pk}" if isinstance(request.auth, Carrier) else ""


class CarrierScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = CarrierSignature
    name = "carrierSignature"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        text = gettext_lazy("`v1,` and the signature of webhook-id, webhook-timestamp and body with your secret.")
        return {"type": "apiKey", "in": "header", "name": "webhook-signature", "description": str(text)}
