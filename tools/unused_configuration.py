"""A complete production configuration nobody uses: to check settings, and to build an image."""

import os
import secrets

from config import env
from tools.stamps import ROOT


def environment() -> dict[str, str]:
    """Opens no connection by itself; the keys are new each time."""
    declared = {variable.name for variable in env.VARIABLES}
    return {
        **{name: value for name, value in os.environ.items() if name not in declared},
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "AUDIT_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "orders.example.com",
        "SITE_URL": "https://orders.example.com",
        "DATABASE_URL": "postgresql://jiedan@localhost/jiedan",
        "REDIS_URL": "redis://localhost:6379/0",
        "EMAIL_URL": "smtp://mail.example.com",
        "DEFAULT_FROM_EMAIL": "orders@example.com",
        "MEDIA_ROOT": str(ROOT / "var" / "check"),
        "TRUSTED_PROXY_COUNT": "1",
    }
