from django.urls import path

from customers.api import account, docs, webhooks

urlpatterns = [
    path("me/", account.Me.as_view(), name="me"),
    path("products/", account.Products.as_view(), name="product-list"),
    path("products/<str:code>/", account.OneProduct.as_view(), name="product-detail"),
    path("webhooks/", webhooks.Endpoints.as_view(), name="webhook-list"),
    path("webhooks/<int:endpoint>/", webhooks.OneEndpoint.as_view(), name="webhook-detail"),
    path("webhooks/<int:endpoint>/enable/", webhooks.Enable.as_view(), name="webhook-enable"),
    path("webhooks/<int:endpoint>/test/", webhooks.Ping.as_view(), name="webhook-test"),
    path("webhooks/<int:endpoint>/deliveries/", webhooks.Deliveries.as_view(), name="webhook-deliveries"),
    path("webhooks/<int:endpoint>/deliveries/<int:delivery>/replay/", webhooks.Replay.as_view(), name="webhook-replay"),
    path("schema/", docs.Schema.as_view(), name="schema"),
    path("docs/", docs.TryIt.as_view(), name="docs"),
]
