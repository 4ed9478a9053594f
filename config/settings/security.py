"""Cookies, transport and what a page may load."""

from typing import Any

from csp.constants import NONE, SELF

from config.settings.values import values

ALLOWED_HOSTS = values["ALLOWED_HOSTS"]
CSRF_TRUSTED_ORIGINS = [values["SITE_URL"]]

HTTPS = values["HTTPS"]
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = values["HSTS_SECONDS"] if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SAVE_EVERY_REQUEST = False
# Not cached: a cache that was away would bring back sessions that were ended meanwhile.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Only a proxy of our own may say that the browser came by https.
TRUSTED_PROXY_COUNT = values["TRUSTED_PROXY_COUNT"]
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

METRICS_TOKEN = values["METRICS_TOKEN"]

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    # The API page brings its own, wider policy.
    "EXCLUDE_URL_PREFIXES": (),
    "DIRECTIVES": {
        "default-src": [SELF],
        # Signatures and chosen pictures are drawn on the page; Tabler's icons are data URLs.
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
