from django.urls import include, path

from customers.views import archive, disclosures, edit, lookup, papers, rules

app_name = "customers"
urlpatterns = [
    path("", archive.CustomerList.as_view(), name="customer-list"),
    path("lookup/", lookup.CustomerLookup.as_view(), name="customer-lookup"),
    path("new/", edit.NewCustomer.as_view(), name="customer-new"),
    path("twins/", edit.Twins.as_view(), name="customer-twins"),
    path("disclosures/", include("customers.disclosure_urls")),
    path("<int:pk>/disclosures/new/", disclosures.Apply.as_view(), name="customer-apply"),
    path("inquiries/", include("customers.inquiry_urls")),
    path("rules/", rules.RulesEdit.as_view(), name="rules"),
    path("papers/<int:pk>/withdraw/", papers.WithdrawPaper.as_view(), name="paper-withdraw"),
    path("<int:pk>/papers/new/", papers.FilePaper.as_view(), name="paper-file"),
    path("partners/", include("customers.partner_urls")),
    path("<int:pk>/", archive.CustomerPage.as_view(), name="customer-detail"),
    path("<int:pk>/edit/", edit.EditCustomer.as_view(), name="customer-edit"),
    path("<int:pk>/verify/", archive.VerifyCustomer.as_view(), name="customer-verify"),
]
