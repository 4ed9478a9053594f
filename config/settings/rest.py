"""The partners' API."""

from typing import Any

from config.settings.values import values

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "customers.api.authentication.PartnerKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    # Closed by default: a view without a declared permission answers nobody.
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.permissions.DeclaredAccess"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.KeysetPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["customers.api.throttles.KeyThrottle"],
    # Per key: `burst` in a short window, `sustained` over the long one. Strangers (`anon`) only read the schema.
    "DEFAULT_THROTTLE_RATES": {"anon": "30/min", "burst": "100/10s", "sustained": "1200/min"},
    "EXCEPTION_HANDLER": "core.api.errors.exception_handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "NUM_PROXIES": values["TRUSTED_PROXY_COUNT"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Jiedan",
    "DESCRIPTION": "Orders, shipments, payments and statements for channel partners.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "customers.api.schema.close_requests",
    ],
    "AUTHENTICATION_WHITELIST": [
        "customers.api.authentication.PartnerKeyAuthentication",
        "fulfillment.api.signature.CarrierSignature",
    ],
    "ENUM_NAME_OVERRIDES": {
        "OrderStatus": "orders.choices.OrderStatus",
        "ShipmentStatus": "fulfillment.choices.ShipmentStatus",
        "WebhookDeliveryStatus": "customers.choices.DeliveryStatus",
    },
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": False, "deepLinking": True, "tryItOutEnabled": True},
    # The page and its scripts come from this server, as the content policy asks.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
