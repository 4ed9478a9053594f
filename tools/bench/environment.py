"""What the measured processes run with: the production settings and nothing from outside."""

import os
from dataclasses import dataclass
from pathlib import Path

WORKERS = 2
CONNECTIONS = 4
SMALL = 10_000
GOODS = 10  # a round, each way


@dataclass(frozen=True)
class Size:
    """How much is built and measured; small figures for trying the tool itself."""

    orders: int
    rounds: int

    @property
    def requests(self) -> int:
        """Per act and round."""
        return max(4, min(200, self.orders // 30))

    @property
    def to_approve(self) -> int:
        """Orders that wait for their one signature: every round signs other ones, and some warm up."""
        return (self.rounds + 1) * self.requests + 2

    @property
    def at_once(self) -> int:
        """Orders to sign, and as many shipments to send off, that all want the same product; some warm up."""
        return (self.rounds + 1) * GOODS

    @property
    def movements(self) -> int:
        return min(1_000_000, self.orders * 100)

    @property
    def imported(self) -> int:
        return min(SMALL, self.orders)

    @property
    def due(self) -> int:
        return min(SMALL, self.orders)


def asked_for() -> Size:
    return Size(int(os.environ.get("ORDERS") or SMALL), int(os.environ.get("ROUNDS") or 3))


def environment(database_url: str, redis_url: str, port: int, folder: Path) -> dict[str, str]:
    for name in ("media", "mail"):
        (folder / name).mkdir(exist_ok=True)
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "tools.bench.settings",
        "SECRET_KEY": "only-for-measuring-" + "0123456789abcdefghij" * 2,
        "AUDIT_KEY": "audit-only-for-measuring-0123456789abcdef",
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "EMAIL_URL": f"file://{folder / 'mail'}",
        "DEFAULT_FROM_EMAIL": "Jiedan <jiedan@example.com>",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "STATEMENT_TIMEOUT": "600",
        "HTTPS": "false",
        "PORT": str(port),
        "WEB_WORKERS": str(WORKERS),
        "LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
    }
