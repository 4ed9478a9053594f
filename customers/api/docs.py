"""The description of the API and the page to try it; both tell nothing about anybody, so both are public."""

from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.utils.decorators import method_decorator
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


class Schema(SpectacularAPIView):
    access = PUBLIC
    authentication_classes: list[Any] = []
    throttle_classes = [AnonRateThrottle]


@method_decorator(csp_replace(POLICY), name="dispatch")
class TryIt(SpectacularSwaggerSplitView):
    access = PUBLIC
    authentication_classes: list[Any] = []
    throttle_classes: list[Any] = []
    url_name = "api:schema"
    title = "Jiedan API"
