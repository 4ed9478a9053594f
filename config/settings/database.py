"""How each database is opened. The figures were tried under concurrent writers."""

from typing import Any
from urllib.parse import unquote, urlsplit

POSTGRESQL_SCHEMES = ("postgresql", "postgres")


def parse_database_url(url: str, *, statement_timeout: int = 30) -> dict[str, Any]:
    """Raises ValueError with a plain sentence when the address cannot be used."""
    parts = urlsplit(url)
    if parts.scheme in POSTGRESQL_SCHEMES:
        return _postgresql(url, statement_timeout)
    if parts.scheme == "sqlite":
        return _sqlite(url)
    raise ValueError("must start with postgresql:// or sqlite:///")


def _postgresql(url: str, statement_timeout: int) -> dict[str, Any]:
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ValueError("names no database after the host")
    # A request that waits longer than this for a row is better refused than left hanging.
    limits = f"-c statement_timeout={statement_timeout}s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": limits, "connect_timeout": 5},
    }


def _sqlite(url: str) -> dict[str, Any]:
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url == prefix:
        raise ValueError("needs three slashes and a file, as in sqlite:////var/lib/jiedan/db.sqlite3")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": url.removeprefix(prefix),
        # With Django's defaults most concurrent writers fail with "database is locked".
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": ("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"),
        },
    }
