"""The description of the API and the page to try it; both tell nothing about anybody, so both are public."""

from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.throttling import AnonRateThrottle

from accounts.access import PUBLIC

# Swagger UI writes style attributes and draws its icons as data URLs; scripts stay our own files.
POLICY: dict[str, Any] = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
}


DESCRIPTION = _(
    """Orders and shipments for channel partners.

**Key.** Send `Authorization: Api-Key …` with every request. Two keys may live at once: change over, then have the
old one revoked.

**Values.** Amounts and quantities are text (`"12.50"`), so that nothing is lost on the way; moments carry their
offset. Members and query parameters that are not described here are refused.

**Errors.** Every refusal has one shape, `{"error": {"code", "message", "reasons", "fields"}}`: `code` is for programs,
the rest for people, in the language of `Accept-Language` (en, zh-hans).

**Once.** Send `Idempotency-Key` with every POST: a request repeated after a lost answer is then carried out once.

**Pages.** Lists come with `next` and `previous`; there is no count.

**Limits.** `429` says in `Retry-After` how many seconds to wait; `/me/` shows the limits.

**Webhooks.** Events are signed as [Standard Webhooks](https://www.standardwebhooks.com) describe: check
`webhook-signature` with the endpoint's secret, and take each `webhook-id` once, since an event may come twice.
`order.status_changed` carries `{"order", "reference", "from", "to"}`.

**Carriers** need no key: they sign what they post in the same way, with the secret of their contract."""
)


class Schema(SpectacularAPIView):
    access = PUBLIC
    authentication_classes: list[Any] = []
    throttle_classes = [AnonRateThrottle]
    custom_settings = {"DESCRIPTION": DESCRIPTION}


@method_decorator(csp_replace(POLICY), name="dispatch")
class TryIt(SpectacularSwaggerSplitView):
    access = PUBLIC
    authentication_classes: list[Any] = []
    throttle_classes: list[Any] = []
    url_name = "api:schema"
    title = "Jiedan API"
