"""Is it alive, is it ready, how is it doing: answered before hosts, sessions and sign-in.

Probes come by IP address and plain http, so they must not meet the host check or the redirect.
"""

import ipaddress
import secrets
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django_prometheus.exports import ExportToDjangoView
from redis import Redis

Handler = Callable[[HttpRequest], HttpResponse]


class OperationsMiddleware:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        handler = PROBES.get(request.path_info)
        return handler(request) if handler else self.get_response(request)


def livez(request: HttpRequest) -> HttpResponse:
    """This process answers; says nothing about anything else, so that an outage restarts nobody."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """503 when no page can be served. What pages do without is named, but sends nobody away."""
    needed, helpful = _passing(NEEDED), _passing(HELPFUL)
    words = {name: "ok" if passed else "failed" for name, passed in {**needed, **helpful}.items()}
    if not all(needed.values()):
        return JsonResponse({"status": "unavailable", "checks": words}, status=503)
    return JsonResponse({"status": "ok" if all(helpful.values()) else "degraded", "checks": words})


def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_read_metrics(request):
        return HttpResponseNotFound()
    return ExportToDjangoView(request)


def _passing(checks: dict[str, Callable[[], object]]) -> dict[str, bool]:
    return {name: _passes(check) for name, check in checks.items()}


def _passes(check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception:  # Whatever goes wrong means: send no requests here.
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@cache
def _migrations() -> None:
    """Costly, so a good answer is kept; a failure is asked again."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are not applied")


def _broker() -> None:
    _ping(settings.CELERY_BROKER_URL)


def _cache() -> None:
    """Asked directly: the cache itself forgives."""
    _ping(settings.CACHES["default"]["LOCATION"])


def _ping(address: str) -> None:
    with Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1) as server:
        server.ping()


NEEDED: dict[str, Callable[[], object]] = {"database": _database, "migrations": _migrations}
HELPFUL: dict[str, Callable[[], object]] = {"broker": _broker, "cache": _cache}


def _may_read_metrics(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return secrets.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}")
    # A request that came through the proxy shows the proxy's address, which is private.
    if "X-Forwarded-For" in request.headers:
        return False
    return ipaddress.ip_address(request.META["REMOTE_ADDR"]).is_private


PROBES: dict[str, Handler] = {"/livez": livez, "/readyz": readyz, "/metrics": metrics}
