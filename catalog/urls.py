from django.urls import path

from catalog.views import counts, ledger, lookup, products, stock, warehouses

app_name = "catalog"
urlpatterns = [
    path("", products.ProductList.as_view(), name="product-list"),
    path("lookup/", lookup.ProductLookup.as_view(), name="product-lookup"),
    path("new/", products.NewProduct.as_view(), name="product-new"),
    path("<int:pk>/", products.ProductPage.as_view(), name="product-detail"),
    path("<int:pk>/edit/", products.EditProduct.as_view(), name="product-edit"),
    path("<int:pk>/receive/", stock.ReceiveStock.as_view(), name="stock-receive"),
    path("lots/<int:pk>/move/", stock.TransferStock.as_view(), name="stock-transfer"),
    path("movements/", ledger.MovementList.as_view(), name="movement-list"),
    path("reservations/", ledger.ReservationList.as_view(), name="reservation-list"),
    path("counts/", counts.CountList.as_view(), name="count-list"),
    path("counts/new/", counts.DrawCount.as_view(), name="count-new"),
    path("counts/<int:pk>/", counts.CountPage.as_view(), name="count-detail"),
    path("counts/<int:pk>/post/", counts.PostCount.as_view(), name="count-post"),
    path("counts/<int:pk>/discard/", counts.DiscardCount.as_view(), name="count-discard"),
    path("warehouses/", warehouses.WarehouseList.as_view(), name="warehouse-list"),
    path("warehouses/new/", warehouses.NewWarehouse.as_view(), name="warehouse-new"),
    path("warehouses/<int:pk>/edit/", warehouses.EditWarehouse.as_view(), name="warehouse-edit"),
    path("lots/<int:pk>/correct/", stock.CorrectStock.as_view(), name="stock-correct"),
]
