"""The partners' API, version 1."""

from django.urls import include, path, re_path

from customers.api.views import NoSuchAddress

app_name = "api"
urlpatterns = [
    path("", include("customers.api.urls")),
    path("", include("orders.api.urls")),
    path("", include("fulfillment.api.urls")),
    re_path(r"^.*$", NoSuchAddress.as_view(), name="no-such-address"),
]
