"""The partners' API, version 1."""

from django.urls import include, path, re_path

from customers.api.views import NoSuchAddress

app_name = "api"
urlpatterns = [
    path("", include("customers.api.urls")),
    path("", include("orders.api.urls")),
    path("", include("fulfillment.api.urls")),
    re_path(r"^[\s\S]*$", NoSuchAddress.as_view()),  # a line break in an address is no way out
]
