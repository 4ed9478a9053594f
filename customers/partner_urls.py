"""Included by customers/urls.py under partners/."""

from django.urls import path

from customers.views import developer, partners

HERE = "<int:pk>/developer/"
urlpatterns = [
    path("", partners.PartnerList.as_view(), name="partner-list"),
    path("new/", partners.NewPartner.as_view(), name="partner-new"),
    path(HERE, developer.DeveloperPage.as_view(), name="partner-developer"),
    path(f"{HERE}keys/new/", developer.IssueKey.as_view(), name="partner-issue-key"),
    path(f"{HERE}keys/<slug:prefix>/revoke/", developer.RevokeKey.as_view(), name="partner-revoke-key"),
    path(f"{HERE}endpoints/new/", developer.AddEndpoint.as_view(), name="partner-add-endpoint"),
    path(f"{HERE}endpoints/<int:endpoint>/remove/", developer.RemoveEndpoint.as_view(), name="partner-remove-endpoint"),
    path(f"{HERE}endpoints/<int:endpoint>/enable/", developer.EnableEndpoint.as_view(), name="partner-enable-endpoint"),
    path(f"{HERE}endpoints/<int:endpoint>/test/", developer.PingEndpoint.as_view(), name="partner-ping-endpoint"),
    path(f"{HERE}deliveries/<int:delivery>/replay/", developer.ReplayDelivery.as_view(), name="partner-replay"),
]
