"""Every environment variable, declared once: read at start, refused loudly, tabulated in the docs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings import parsers
from config.settings.database import parse_database_url

# Stands for "no default": the variable must be given.
REQUIRED = None


@dataclass(frozen=True)
class Variable:
    name: str
    parse: Callable[[str], Any]
    default: str | None
    help: str
    example: str


VARIABLES: tuple[Variable, ...] = (
    Variable(
        "SECRET_KEY",
        parsers.signing_key,
        REQUIRED,
        "Signs sessions and links. Changing it signs everybody out and voids links already sent.",
        "$(openssl rand -base64 48)",
    ),
    Variable(
        "AUDIT_KEY",
        parsers.secret,
        REQUIRED,
        "Seals the audit trail. Keep a copy apart from the database; never change it.",
        "$(openssl rand -base64 48)",
    ),
    Variable(
        "ALLOWED_HOSTS",
        parsers.host_list,
        REQUIRED,
        "Host names the system answers to, separated by commas.",
        "orders.example.com",
    ),
    Variable(
        "SITE_URL",
        parsers.site_url,
        REQUIRED,
        "The address people type; used in mails, documents and QR codes.",
        "https://orders.example.com",
    ),
    Variable(
        "DATABASE_URL",
        parsers.text,
        REQUIRED,
        "The database: PostgreSQL 15 or later with a UTF-8 LC_CTYPE; SQLite for a try-out only.",
        "postgresql://jiedan:password@db:5432/jiedan",
    ),
    Variable(
        "REDIS_URL",
        parsers.redis_url,
        REQUIRED,
        "Redis 7 or Valkey, for the queue. The number at the end is its database.",
        "redis://redis:6379/0",
    ),
    Variable(
        "CACHE_URL",
        parsers.redis_url,
        "",
        "Redis or Valkey for the cache and the throttles; without it, REDIS_URL's next database.",
        "redis://redis:6379/1",
    ),
    Variable(
        "EMAIL_URL",
        parsers.email_url,
        REQUIRED,
        "The mail server: smtp:// (STARTTLS), smtps:// (TLS) or smtp+plain:// (no encryption);"
        " console: and file:///folder keep mail on the machine.",
        "smtp://user:password@mail.example.com:587",
    ),
    Variable(
        "DEFAULT_FROM_EMAIL",
        parsers.text,
        REQUIRED,
        "The sender of all mail.",
        "Orders <orders@example.com>",
    ),
    Variable(
        "MEDIA_ROOT",
        parsers.folder,
        REQUIRED,
        "Folder for attachments and issued documents, shared by all web processes and workers.",
        "/var/lib/jiedan/media",
    ),
    Variable(
        "STATIC_ROOT",
        parsers.text,
        "",
        "Folder of the collected static files; without it, staticfiles/ beside the code.",
        "/var/lib/jiedan/static",
    ),
    Variable(
        "TRUSTED_PROXY_COUNT",
        parsers.integer,
        "0",
        "How many reverse proxies of your own stand in front. 0 ignores what forwarded headers say;"
        " too high a figure lets clients forge their address.",
        "1",
    ),
    Variable(
        "HTTPS",
        parsers.boolean,
        "true",
        "Send browsers to https and mark cookies secure. Only a machine of your own goes without.",
        "true",
    ),
    Variable(
        "HSTS_SECONDS",
        parsers.integer,
        "31536000",
        "How long browsers remember to come by https only.",
        "31536000",
    ),
    Variable("PORT", parsers.positive, "8000", "Port the web process listens on.", "8000"),
    Variable(
        "BIND",
        parsers.text,
        "127.0.0.1",
        "Address the web process listens on; 0.0.0.0 inside a container.",
        "0.0.0.0",  # noqa: S104 (what the example is about)
    ),
    Variable("WEB_WORKERS", parsers.positive, "2", "Web processes: about one per core.", "4"),
    Variable("WEB_THREADS", parsers.positive, "4", "Threads in each web process.", "4"),
    Variable(
        "WORKER_CONCURRENCY",
        parsers.positive,
        "2",
        "Processes of one background worker; a PDF needs about 200 MB in each.",
        "4",
    ),
    Variable("TIME_ZONE", parsers.time_zone, "Asia/Shanghai", "Zone for dates on pages.", "UTC"),
    Variable(
        "LANGUAGE_CODE",
        parsers.one_of("en", "zh-hans"),
        "en",
        "Language for people who chose none and whose browser asks for none we speak.",
        "zh-hans",
    ),
    Variable(
        "STATEMENT_TIMEOUT",
        parsers.positive,
        "30",
        "Seconds after which PostgreSQL gives up on one statement.",
        "30",
    ),
    Variable(
        "MAX_UPLOAD_MB",
        parsers.positive,
        "25",
        "Largest file that may be attached or imported. The reverse proxy needs the same limit.",
        "25",
    ),
    Variable("COMPANY_NAME", parsers.text, "", "Letterhead of documents: the company's name.", "苏州接单机械有限公司"),
    Variable("COMPANY_NAME_EN", parsers.text, "", "The name on English documents.", "Suzhou Jiedan Co., Ltd."),
    Variable("COMPANY_ADDRESS", parsers.text, "", "Letterhead: address.", "江苏省苏州市星湖街 328 号"),
    Variable("COMPANY_ADDRESS_EN", parsers.text, "", "The address on English documents.", "328 Xinghu St, Suzhou"),
    Variable("COMPANY_PHONE", parsers.text, "", "Letterhead: telephone.", "+86 512 0000 0000"),
    Variable("COMPANY_EMAIL", parsers.text, "", "Letterhead: e-mail.", "sales@example.com"),
    Variable("COMPANY_TAX_NUMBER", parsers.text, "", "Letterhead: tax number.", "91320594MA00000000"),
    Variable("COMPANY_BANK", parsers.text, "", "Bank and account for documents that ask for money.", "ICBC 1102…"),
    Variable(
        "CLAMD_ADDRESS",
        parsers.text,
        "",
        "ClamAV's clamd, host:port or the path of its socket: scans every attachment; while it does not answer,"
        " none is accepted. Without it files are checked by content only.",
        "clamav:3310",
    ),
    Variable(
        "METRICS_TOKEN",
        parsers.text,
        "",
        "Bearer token for /metrics; without it only private addresses that came through no proxy.",
        "$(openssl rand -hex 24)",
    ),
    Variable(
        "LOG_LEVEL",
        parsers.one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        "INFO",
        "Least severity that is logged.",
        "INFO",
    ),
    Variable(
        "LOG_FORMAT",
        parsers.one_of("json", "console"),
        "json",
        "One JSON object a line, or lines for people.",
        "console",
    ),
)


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """All values by name. Every problem is reported at once, so that one start suffices to fix them."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for variable in VARIABLES:
        try:
            values[variable.name] = _value(variable, environ)
        except ValueError as error:
            problems.append(f"{variable.name} {error}. Example: {variable.name}={variable.example}")
    problems += _contradictions(values)
    if problems:
        raise ImproperlyConfigured("The configuration cannot be used:\n  - " + "\n  - ".join(problems))
    return values


def _value(variable: Variable, environ: Mapping[str, str]) -> Any:
    raw = environ.get(variable.name, "").strip()
    if raw:
        if variable.name == "DATABASE_URL":
            parse_database_url(raw)
        return variable.parse(raw)
    if variable.default is REQUIRED:
        raise ValueError("is not set")
    return variable.parse(variable.default) if variable.default else ""


def _contradictions(values: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    if values.get("AUDIT_KEY") and values.get("AUDIT_KEY") == values.get("SECRET_KEY"):
        found.append("AUDIT_KEY must differ from SECRET_KEY: who has one must not have both")
    https = values.get("HTTPS")
    if https and str(values.get("SITE_URL", "https:")).startswith("http:"):
        found.append("SITE_URL starts with http:// although HTTPS is true: one of them is wrong")
    return found


HEADING = """# Configuration

All configuration comes from environment variables, read once when a process starts. What is missing or wrong
stops the start and is named, everything at once. `make docs` writes this page from `config/env.py`.

| variable | default | meaning | example |
| --- | --- | --- | --- |
"""


def as_markdown() -> str:
    return HEADING + "\n".join(_row(variable) for variable in VARIABLES)


def _row(variable: Variable) -> str:
    default = "**required**" if variable.default is REQUIRED else f"`{variable.default}`"
    if variable.default == "":
        default = ""
    return f"| `{variable.name}` | {default} | {variable.help} | `{variable.example}` |"
