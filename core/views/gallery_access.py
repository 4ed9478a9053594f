from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse


class OnlyInTryout:
    """The gallery shows invented things; production has none of it."""

    access = frozenset({"admin"})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (settings.DEMO or getattr(settings, "UI_GALLERY", False)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
