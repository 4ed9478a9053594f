from django.urls import include, path

from customers.views import archive, edit, lookup

app_name = "customers"
urlpatterns = [
    path("", archive.CustomerList.as_view(), name="customer-list"),
    path("lookup/", lookup.CustomerLookup.as_view(), name="customer-lookup"),
    path("new/", edit.NewCustomer.as_view(), name="customer-new"),
    path("partners/", include("customers.partner_urls")),
    path("<int:pk>/", archive.CustomerPage.as_view(), name="customer-detail"),
    path("<int:pk>/edit/", edit.EditCustomer.as_view(), name="customer-edit"),
    path("<int:pk>/verify/", archive.VerifyCustomer.as_view(), name="customer-verify"),
]
