"""Redis away: pages are served, limits hold per process, and nothing depends on what was kept there."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache
from django.test import Client
from redis.exceptions import RedisError

from core import cache as caching
from core.cache import ForgivingRedisCache
from customers.api import throttles
from tests.factories import make_user
from tools.throwaway import free_port, valkey

QUICK = {"OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1}}


def gone() -> str:
    """An address where nobody listens."""
    return f"redis://127.0.0.1:{free_port()}/0"


def cache_at(address: str) -> ForgivingRedisCache:
    return ForgivingRedisCache(address, QUICK)


@pytest.fixture
def without_redis(settings: Any) -> Iterator[None]:
    """The settings' own cache, at an address where nobody listens."""
    set_cache(settings, caching.ForgivingRedisCache)
    yield
    forget(settings)


def set_cache(settings: Any, backend: type) -> None:
    backend_path = f"{backend.__module__}.{backend.__qualname__}"
    settings.CACHES = {"default": {"BACKEND": backend_path, "LOCATION": gone(), **QUICK}}
    forget(settings)


def forget(_settings: Any) -> None:
    caches.close_all()
    connections: Any = caches
    if hasattr(connections._connections, "default"):
        del connections["default"]


def test_the_project_uses_it():
    assert isinstance(caches["default"], ForgivingRedisCache)


def test_while_redis_is_away_the_process_remembers_for_itself():
    away = cache_at(gone())
    assert away.get("x", "none") == "none"
    assert away.add("x", 1, 60) and not away.add("x", 1, 60)
    assert away.incr("x") == 2
    away.set_many({"y": 3})
    assert away.get_many(["x", "y"]) == {"x": 2, "y": 3}
    away.delete("x")
    assert "x" not in away
    away.clear()
    assert away.get("y") is None


def test_without_forgiveness_it_raises():
    """The control."""
    with pytest.raises(RedisError):
        RedisCache(gone(), QUICK).get("x")


def test_it_is_asked_again_after_a_rest_and_what_was_kept_meanwhile_is_forgotten(monkeypatch):
    with valkey() as address:
        server = cache_at(address)
        with monkeypatch.context() as broken:
            broken.setattr(RedisCache, "get", fail)
            broken.setattr(RedisCache, "set", fail)
            server.set("x", "mine")
            assert server.get("x") == "mine"
        assert server.get("x") == "mine"  # still at rest
        monkeypatch.setattr(caching, "REST", 0.0)
        server.outage._ask_again_at = 0.0
        assert server.get("x") is None
        assert not server.outage.is_on and server.outage.standby.get("x") is None


def fail(*_args: Any, **_kwargs: Any) -> None:
    raise ConnectionError


def test_a_frozen_server_is_waited_for_once(monkeypatch):
    asked = []
    server = cache_at(gone())
    monkeypatch.setattr(RedisCache, "get", lambda *_args, **_kwargs: asked.append(1) or fail())
    for _number in range(20):
        server.get("x")
    assert len(asked) == 1


def test_an_outage_is_logged_once(caplog):
    server = cache_at(gone())
    for _number in range(5):
        server.get("x")
    assert sum("cache_away" in str(record.msg) for record in caplog.records) == 1


@pytest.fixture
def limited(settings):
    """The limits of sign-in, which the other tests do without."""
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/5m/key"}


def sign_in(client: Client, password: str = "demo") -> Any:
    return client.post("/accounts/login/", {"login": "clerk", "password": password})


@pytest.mark.django_db
@pytest.mark.usefixtures("without_redis", "limited")
class TestSignIn:
    @pytest.fixture(autouse=True)
    def clerk(self, db):
        return make_user("sales", username="clerk")

    def test_works_and_leads_to_pages(self, client):
        assert sign_in(client).status_code == 302
        assert client.get("/").status_code == 200

    def test_is_still_limited_by_the_process(self, client):
        answers = [sign_in(client, "wrong").status_code for _ in range(5)]
        assert answers[:3] == [200] * 3
        assert "Too many" in sign_in(client).content.decode()

    def test_signing_out_ends_the_session(self, client):
        sign_in(client)
        stolen = client.cookies["sessionid"].value
        client.post("/accounts/logout/")
        client.cookies["sessionid"] = stolen
        assert client.get("/").status_code == 302


@pytest.mark.usefixtures("without_redis")
def test_the_limits_of_the_api_hold_in_each_process(monkeypatch):
    asked = []
    monkeypatch.setattr(throttles, "_count_together", lambda *_args: asked.append(1) or fail())
    assert [throttles.count([("key", 10), ("other", 60)]) for _ in range(3)] == [[1, 1], [2, 2], [3, 3]]
    assert len(asked) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("limited")
def test_without_forgiveness_nobody_signs_in(settings, client):
    """The control."""
    make_user("sales", username="clerk")
    set_cache(settings, RedisCache)
    try:
        with pytest.raises(RedisError):
            sign_in(client)
    finally:
        forget(settings)


@pytest.mark.django_db
@pytest.mark.usefixtures("without_redis")
def test_readyz_names_what_is_missing_and_keeps_the_pages_in_service(client, settings):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["checks"] == {"database": "ok", "migrations": "ok", "broker": "ok", "cache": "failed"}
    settings.CELERY_BROKER_URL = gone()
    assert client.get("/readyz").json()["checks"]["broker"] == "failed"


def test_the_tests_cache_is_untouched_by_all_this():
    cache.set("x", 1)
    assert cache.get("x") == 1
