"""How a refused act looks."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from core.errors import DomainError


def refused_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A fragment for htmx, which puts it where the page keeps its messages; else a page of its own."""
    context = {"error": error, "way_back": way_back(request)}
    if getattr(request, "htmx", False):
        response = render(request, "generic/_refused.html", context, status=error.status)
        response["HX-Retarget"] = "#toasts"
        response["HX-Reswap"] = "beforeend"
        return response
    return render(request, "generic/refused.html", context, status=error.status)


def way_back(request: HttpRequest) -> str:
    """Where the person came from, if that was here; never a page of somebody else."""
    came_from = request.META.get("HTTP_REFERER", "")
    allowed = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure())
    return urlsplit(came_from)._replace(scheme="", netloc="").geturl() if allowed else "/"
