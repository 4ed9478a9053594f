from django.urls import path

from fulfillment.api import carriers, views

urlpatterns = [
    path("shipments/", views.Shipments.as_view(), name="shipment-list"),
    path("shipments/<str:number>/", views.OneShipment.as_view(), name="shipment-detail"),
    path("orders/<str:number>/shipments/", views.OrderShipments.as_view(), name="order-shipments"),
    path("carriers/<str:code>/events/", carriers.CarrierEvents.as_view(), name="carrier-events"),
]
