from django.urls import path

from fulfillment.api import views

urlpatterns = [
    path("shipments/", views.Shipments.as_view(), name="shipment-list"),
    path("shipments/<str:number>/", views.OneShipment.as_view(), name="shipment-detail"),
    path("orders/<str:number>/shipments/", views.OrderShipments.as_view(), name="order-shipments"),
]
