"""From the text of an environment variable to a value, or a ValueError that says what is wrong."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def text(raw: str) -> str:
    return raw


def integer(raw: str) -> int:
    try:
        value = int(raw)
    except ValueError:
        raise ValueError("must be a whole number") from None
    if value < 0:
        raise ValueError("must not be negative")
    return value


def positive(raw: str) -> int:
    if (value := integer(raw)) == 0:
        raise ValueError("must be at least 1")
    return value


def boolean(raw: str) -> bool:
    if raw.lower() in TRUE | FALSE:
        return raw.lower() in TRUE
    raise ValueError("must be true or false")


def secret(raw: str) -> str:
    if len(raw) < 32:
        raise ValueError("is too short to be safe: at least 32 random characters")
    return raw


def signing_key(raw: str) -> str:
    if len(raw) < 50 or len(set(raw)) < 5:
        raise ValueError("is too short to be safe: at least 50 random characters")
    return raw


def host_list(raw: str) -> list[str]:
    hosts = [host.strip() for host in raw.split(",") if host.strip()]
    if not hosts:
        raise ValueError("names no host")
    for host in hosts:
        bracketed = host.startswith("[") and host.endswith("]")
        if "/" in host or (":" in host and not bracketed):
            raise ValueError(f"takes names without scheme or port, not {host!r}")
    return hosts


def site_url(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be the full address people type, with https://")
    if parts.path.strip("/") or parts.query:
        raise ValueError("must end after the host: the system lives at the root of its address")
    return raw.rstrip("/")


def redis_url(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError("must start with redis:// or rediss:// and name a host")
    if parts.path.strip("/") and not parts.path.strip("/").isdigit():
        raise ValueError("must end in a database number, such as /0")
    return raw


def folder(raw: str) -> Path:
    path = Path(raw)
    if not path.is_absolute():
        raise ValueError("must be a full path, starting with /")
    return path


def time_zone(raw: str) -> str:
    try:
        ZoneInfo(raw)
    except Exception:
        raise ValueError("is not the name of a time zone") from None
    return raw


def one_of(*allowed: str) -> Any:
    def choice(raw: str) -> str:
        if raw not in allowed:
            raise ValueError("must be one of " + ", ".join(allowed))
        return raw

    return choice


def email_url(raw: str) -> dict[str, Any]:
    """`smtp` with STARTTLS on 587, `smtps` with TLS on 465, `smtp+plain` for a relay of your own."""
    parts = urlsplit(raw)
    backend = "django.core.mail.backends."
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": backend + "console.EmailBackend"}
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": backend + "filebased.EmailBackend", "EMAIL_FILE_PATH": parts.path}
    ports = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
    if parts.scheme not in ports or not parts.hostname:
        raise ValueError("must start with smtp://, smtps:// or smtp+plain:// and name a host")
    timeout = parse_qs(parts.query).get("timeout", ["15"])[0]
    return {
        "EMAIL_BACKEND": backend + "smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": positive(timeout),
    }
