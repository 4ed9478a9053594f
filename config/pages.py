from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """What every template may show: the mode, and languages to choose from."""
    return {"DEMO": settings.DEMO, "SITE_URL": settings.SITE_URL, "SITE_LANGUAGES": settings.LANGUAGES}
