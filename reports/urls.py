from django.urls import path

from reports.views import dashboard, lists, quotations

app_name = "reports"
urlpatterns = [
    path("dashboard/", dashboard.DashboardPage.as_view(), name="dashboard"),
    path("overdue/", lists.OverdueList.as_view(), name="overdue-list"),
    path("shipped/", lists.ShippedList.as_view(), name="shipped-list"),
    path("quotations/", quotations.QuotationReport.as_view(), name="quotations"),
]
