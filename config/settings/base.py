"""Settings every mode shares. The modes differ in their environment, hardly in code."""

from config.settings.company import *
from config.settings.database import parse_database_url
from config.settings.logs import *
from config.settings.queue import *
from config.settings.rest import *
from config.settings.security import *
from config.settings.signin import *
from config.settings.values import BASE_DIR, values

DEBUG = False
SECRET_KEY = values["SECRET_KEY"]
AUDIT_KEY = values["AUDIT_KEY"]
SITE_URL = values["SITE_URL"]
DEMO = False

INSTALLED_APPS = [
    "config.apps.ProjectConfig",
    "reports",
    "aftersales",
    "fulfillment",
    "orders",
    "credit",
    "customers",
    "catalog",
    "workflow",
    "accounts",
    "core",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "rest_framework",
    "rest_framework_api_key",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "import_export",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_prometheus",
]

MIDDLEWARE = [
    "config.health.OperationsMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "accounts.middleware.AccessMiddleware",
    "core.middleware.DomainErrorMiddleware",
    "core.middleware.RequestContextMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.pages.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
# Form templates of the project come before Django's own.
INSTALLED_APPS += ["django.forms"]

DATABASES = {"default": parse_database_url(values["DATABASE_URL"], statement_timeout=values["STATEMENT_TIMEOUT"])}

LANGUAGE_CODE = values["LANGUAGE_CODE"]
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = values["TIME_ZONE"]
USE_TZ = True

EMAIL = values["EMAIL_URL"]
globals().update(EMAIL)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = values["DEFAULT_FROM_EMAIL"]

STATIC_URL = "/static/"
STATIC_ROOT = values["STATIC_ROOT"] or BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = values["MEDIA_ROOT"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Compressing what no page asks for took most of the time of a start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "jpg", "gif", "webp", "gz", "br", "woff", "woff2")

MAX_UPLOAD_BYTES = values["MAX_UPLOAD_MB"] * 1024 * 1024
# Bodies without files: JSON of the API and long forms. Files have the limit above.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_PERMISSIONS = 0o640

# Lower rooms reach upward only through these names.
OUTBOX_HANDLERS = {
    "arrival_mail": "fulfillment.arrivals.deliver",
    "document_mail": "core.documents.mailing.deliver",
    "email": "workflow.notifications.deliver_email",
    "document": "core.documents.render_from_outbox",
    "webhook": "customers.webhooks.deliver_webhook",
}
IMPORTERS = {
    "orders": "orders.imports.OrderImporter",
    "customers": "customers.imports.CustomerImporter",
    "products": "catalog.imports.ProductImporter",
}
# Only https to public addresses: the address comes from a partner, and our own network is nobody's business.
WEBHOOK_ALLOW_PRIVATE = False
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
