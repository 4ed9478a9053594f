"""Partners sign in with a key: `Authorization: Api-Key <prefix>.<secret>`.

The package behind the keys only grants a permission and leaves the user anonymous; here the partner's account
becomes `request.user` and the key `request.auth`, in one query. Keys are kept as SHA-512: they are random, so a
slow hash would protect nothing and cost every request.
"""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_api_key.permissions import KeyParser

from accounts.models import User
from customers.models import PartnerApiKey

SHAPE = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{16,64}")
RELATED = ("partner__user", "partner__customer__owner")


class PartnerKeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, PartnerApiKey] | None:
        plain = KeyParser().get(request)
        if plain is None:
            return None
        key = usable_key(plain)
        if key is None:
            raise AuthenticationFailed(_("This API key is not valid: unknown, expired or revoked."))
        return key.partner.user, key

    def authenticate_header(self, request: Request) -> str:
        return "Api-Key"


def usable_key(plain: str) -> PartnerApiKey | None:
    """The live key of an active partner, or None; the answer does not tell which of these fails."""
    if not SHAPE.fullmatch(plain):
        return None
    prefix = plain.partition(".")[0]
    found = PartnerApiKey.objects.select_related(*RELATED).order_by().filter(prefix=prefix, revoked=False)
    key = next(iter(found), None)
    if key is None or not key.is_valid(plain) or key.has_expired:
        return None
    return key if key.partner.is_active and key.partner.user.is_active else None


class PartnerKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = PartnerKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": str(_("`Api-Key ` and the key you were given, as in `Api-Key AbCd1234.…`.")),
        }
