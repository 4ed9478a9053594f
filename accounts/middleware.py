"""Closed by default, and each person in the own language."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.access import allows, declared_access
from core.errors import NotPermitted
from core.views.errors import refused_page

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class LanguageMiddleware:
    """A signed-in person reads the language chosen in the profile; strangers what the browser asks for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and not request.path.startswith("/api/"):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class AccessMiddleware:
    """Refuses every view that nobody declared; sends strangers to sign in; keeps partners to the API.

    REST views carry their own permission class, which reads the same declaration after the API key was checked.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        rule = declared_access(view)
        if rule is None:
            raise PermissionDenied("undeclared view")
        if getattr(view, "cls", None) is not None:
            return None
        if allows(rule, request):
            return None
        return self._refuse_part(request) if getattr(request, "htmx", False) else self._refuse_page(request)

    @staticmethod
    def _refuse_page(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied

    @staticmethod
    def _refuse_part(request: HttpRequest) -> HttpResponse:
        """A whole page, be it of signing in, has no place inside another: a message, or nothing that is put there."""
        if not request.user.is_authenticated:
            return HttpResponse(status=401)
        return refused_page(request, NotPermitted("role", _("This page is not open to your role")))
