from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("workflow.urls")),
    path("orders/", include("orders.urls")),
    path("customers/", include("customers.urls")),
    path("products/", include("catalog.urls")),
    path("payments/", include("credit.urls")),
    path("fulfillment/", include("fulfillment.urls")),
    path("after-sales/", include("aftersales.urls")),
    path("reports/", include("reports.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("s/", include("fulfillment.public_urls")),
    path("api/v1/", include("config.api_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("", include("core.urls")),
]
