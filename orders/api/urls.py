from django.urls import path

from orders.api import views

urlpatterns = [
    path("orders/", views.Orders.as_view(), name="order-list"),
    path("orders/<str:number>/", views.OneOrder.as_view(), name="order-detail"),
    path("orders/<str:number>/confirm/", views.Confirm.as_view(), name="order-confirm"),
    path("orders/<str:number>/object/", views.Object.as_view(), name="order-object"),
    path("orders/<str:number>/cancel/", views.Cancel.as_view(), name="order-cancel"),
]
