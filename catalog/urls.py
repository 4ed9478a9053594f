from django.urls import path

from catalog.views import lookup, products, stock

app_name = "catalog"
urlpatterns = [
    path("", products.ProductList.as_view(), name="product-list"),
    path("lookup/", lookup.ProductLookup.as_view(), name="product-lookup"),
    path("new/", products.NewProduct.as_view(), name="product-new"),
    path("<int:pk>/", products.ProductPage.as_view(), name="product-detail"),
    path("<int:pk>/edit/", products.EditProduct.as_view(), name="product-edit"),
    path("<int:pk>/receive/", stock.ReceiveStock.as_view(), name="stock-receive"),
    path("lots/<int:pk>/correct/", stock.CorrectStock.as_view(), name="stock-correct"),
]
