"""Configuration is refused loudly, and written down where people look."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from tools.unused_configuration import environment

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_page_says_what_the_code_reads() -> None:
    assert (ROOT / "docs" / "configuration.md").read_text().strip() == env.as_markdown().strip(), "run: make docs"


def test_a_complete_configuration_is_accepted() -> None:
    assert env.read(environment())["PORT"]


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.read({})
    for variable in env.VARIABLES:
        assert (f"{variable.name} is not set" in str(refusal.value)) == (variable.default is env.REQUIRED)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("SECRET_KEY", "short", "too short"),
        ("AUDIT_KEY", "short", "too short"),
        ("ALLOWED_HOSTS", "https://orders.example.com", "without scheme"),
        ("SITE_URL", "orders.example.com", "full address"),
        ("SITE_URL", "http://orders.example.com", "HTTPS is true"),
        ("SITE_URL", "https://example.com/orders", "end after the host"),
        ("DATABASE_URL", "mysql://localhost/jiedan", "must start with postgresql://"),
        ("DATABASE_URL", "postgresql://localhost", "names no database"),
        ("DATABASE_URL", "sqlite://db.sqlite3", "three slashes"),
        ("REDIS_URL", "localhost:6379", "must start with redis://"),
        ("EMAIL_URL", "mail.example.com", "must start with smtp://"),
        ("MEDIA_ROOT", "media", "full path"),
        ("TIME_ZONE", "Mars/Olympus", "not the name of a time zone"),
        ("LANGUAGE_CODE", "fr", "must be one of en, zh-hans"),
        ("TRUSTED_PROXY_COUNT", "one", "whole number"),
        ("TRUSTED_PROXY_COUNT", "-1", "not be negative"),
        ("WEB_WORKERS", "0", "at least 1"),
        ("HTTPS", "perhaps", "true or false"),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence(name: str, value: str, complaint: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.read(environment() | {name: value})
    assert name in str(refusal.value)
    assert complaint in str(refusal.value)


def test_both_keys_must_differ() -> None:
    same = "k3" * 32 + "abc"
    with pytest.raises(ImproperlyConfigured, match="AUDIT_KEY must differ"):
        env.read(environment() | {"SECRET_KEY": same, "AUDIT_KEY": same})


def test_a_secret_is_never_repeated_in_the_refusal() -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.read(environment() | {"SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(refusal.value)


def test_the_cache_has_a_database_of_its_own() -> None:
    from config.settings.queue import next_database

    assert next_database("redis://redis:6379/0") == "redis://redis:6379/1"
    assert next_database("redis://redis:6379") == "redis://redis:6379/1"
