"""How often a key may ask."""

from typing import Any

import pytest
from django.core.cache import caches

from customers.api import throttles
from tests.api.factories import client_of, make_account

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/"


@pytest.fixture
def rates(settings):
    def set_rates(**given):
        known = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], **given}
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": known}

    return set_rates


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    now = [1_800_000_000.0]
    monkeypatch.setattr("customers.api.throttles.time.time", lambda: now[0])
    return now


@pytest.mark.parametrize(("scope", "rate", "seconds"), [("burst", "3/10s", 10), ("sustained", "3/min", 60)])
def test_beyond_the_rate_one_is_told_how_long_to_wait(api, rates, clock, scope, rate, seconds):
    rates(**{scope: rate})
    assert [api.get(URL).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = api.get(URL)
    assert refused.json()["error"]["code"] == "throttled"
    assert seconds <= int(refused["Retry-After"]) <= seconds + 1
    clock[0] += seconds
    assert api.get(URL).status_code == 200


def test_each_key_has_its_own_count(api, partner, rates):
    rates(burst="1/s")
    others = (client_of(partner), client_of(make_account()))
    assert [api.get(URL).status_code, api.get(URL).status_code] == [200, 429]
    assert [other.get(URL).status_code for other in others] == [200, 200]


def test_counts_are_shared_by_all_processes_and_forgotten(api, rates):
    rates(burst="5/10s")
    api.get(URL)
    cache: Any = caches["default"]
    keys = [key.decode() for key in cache._cache.get_client(None).keys("*throttle:*")]
    assert len(keys) == 2
    assert all(0 < cache._cache.get_client(None).ttl(key) <= 61 for key in keys)


def test_without_the_cache_the_door_stays_open(api, monkeypatch):
    def gone(names):
        raise ConnectionError("no cache")

    monkeypatch.setattr(throttles, "count", gone)
    assert api.get(URL).status_code == 200


def test_another_cache_counts_as_well(settings, monkeypatch):
    local = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.CACHES = local
    assert [throttles.count([("a", 10), ("b", 60)]) for _ in range(2)] == [[1, 1], [2, 2]]


@pytest.mark.parametrize(
    ("rate", "parsed"), [("30/10s", (30, 10)), ("600/min", (600, 60)), ("5/h", (5, 3600)), ("1/2d", (1, 172800))]
)
def test_rates_are_read_as_written(rate, parsed):
    assert throttles.parsed(rate) == parsed
