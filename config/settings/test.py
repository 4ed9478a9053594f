"""For pytest. tools/pytest_services.py has put the addresses of real services into the environment."""

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

HOME = Path(tempfile.gettempdir()) / f"jiedan-test-{os.getuid()}"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
(HOME / WORKER).mkdir(parents=True, exist_ok=True)

# Each worker its own queue and cache: a number pair in one broker.
_broker = urlsplit(os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0"))
_number = 2 * int(WORKER.removeprefix("gw")) if WORKER != "main" else 0

os.environ.update(
    SECRET_KEY="only-for-tests-" + "0123456789abcdefghij" * 2,
    AUDIT_KEY="audit-only-for-tests-0123456789abcdef",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    SITE_URL="http://testserver",
    DATABASE_URL=os.environ.get("TEST_DATABASE_URL", f"sqlite:///{HOME / 'db.sqlite3'}"),
    REDIS_URL=_broker._replace(path=f"/{_number}").geturl(),
    CACHE_URL="",
    EMAIL_URL="console:",
    DEFAULT_FROM_EMAIL="Jiedan <jiedan@example.com>",
    MEDIA_ROOT=str(HOME / WORKER),
    HTTPS="false",
    TRUSTED_PROXY_COUNT="0",
    TIME_ZONE="Asia/Shanghai",
    LANGUAGE_CODE="en",
    LOG_FORMAT="console",
    LOG_LEVEL="WARNING",
)

from config.settings.base import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
# Many tests share one minute and one address; throttling has tests that set their own rates.
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"anon": "100000/min", "burst": "100000/s", "sustained": "100000/min"}
ACCOUNT_RATE_LIMITS = False
# Servers of the tests live on this machine; what is refused elsewhere has tests that say so.
WEBHOOK_ALLOW_PRIVATE = True

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: only a file has the locks that production has.
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
else:
    # A test that waits this long for a row has found a deadlock.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
