"""The try-out on one machine: SQLite and an embedded broker under var/demo/, no mail sent.

Also what `manage.py` uses without DJANGO_SETTINGS_MODULE. Whatever the environment sets wins.
"""

import os
import secrets
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent.parent / "var" / "demo"


def kept(name: str) -> str:
    """A secret of this try-out, made once: a known one would sign in anybody."""
    path = HOME / name
    if not path.exists():
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text()


def broker() -> str:
    """Where the running try-out left its address (tools/demo.py), so that commands find it."""
    path = HOME / "broker.url"
    return path.read_text() if path.exists() else "redis://127.0.0.1:6379/0"


for folder in ("media", "mail"):
    (HOME / folder).mkdir(parents=True, exist_ok=True)

for name, value in {
    "SECRET_KEY": kept("secret_key"),
    "AUDIT_KEY": kept("audit_key"),
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
    "SITE_URL": f"http://127.0.0.1:{os.environ.get('PORT') or 8000}",
    "DATABASE_URL": f"sqlite:///{HOME / 'db.sqlite3'}",
    "REDIS_URL": broker(),
    "EMAIL_URL": f"file://{HOME / 'mail'}",
    "DEFAULT_FROM_EMAIL": "Jiedan <jiedan@localhost>",
    "MEDIA_ROOT": str(HOME / "media"),
    "COMPANY_NAME": "苏州接单机械有限公司",
    "COMPANY_NAME_EN": "Suzhou Jiedan Machinery Co., Ltd.",
    "COMPANY_ADDRESS": "江苏省苏州市工业园区星湖街 328 号",
    "COMPANY_ADDRESS_EN": "328 Xinghu Street, Suzhou Industrial Park",
    "COMPANY_PHONE": "+86 512 0000 0000",
    "COMPANY_EMAIL": "sales@example.com",
    "HTTPS": "false",
    "LOG_FORMAT": "console",
}.items():
    os.environ.setdefault(name, value)

from config.settings.base import *

DEMO = True
# A partner's program on the same machine may be told of events, without https.
WEBHOOK_ALLOW_PRIVATE = True
# No collectstatic: the try-out starts at once and shows changed files at once.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DEMO_PARTNER_KEY_FILE = HOME / "partner_key"
