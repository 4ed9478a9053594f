"""Included by customers/urls.py under disclosures/."""

from django.urls import path

from customers.views import disclosures

urlpatterns = [
    path("", disclosures.DisclosureList.as_view(), name="disclosure-list"),
    path("readings/", disclosures.Readings.as_view(), name="reading-list"),
    path("<int:pk>/", disclosures.DisclosurePage.as_view(), name="disclosure-detail"),
    path("<int:pk>/grant/", disclosures.Grant.as_view(), name="disclosure-grant"),
    path("<int:pk>/refuse/", disclosures.Refuse.as_view(), name="disclosure-refuse"),
    path("<int:pk>/revoke/", disclosures.Revoke.as_view(), name="disclosure-revoke"),
]
