from django.urls import path

from credit.views import limits, receipts

app_name = "credit"
urlpatterns = [
    path("", receipts.ReceiptList.as_view(), name="receipt-list"),
    path("<int:pk>/", receipts.ReceiptPage.as_view(), name="receipt-detail"),
    path("<int:pk>/confirm/", receipts.ConfirmReceipt.as_view(), name="receipt-confirm"),
    path("<int:pk>/refuse/", receipts.RefuseReceipt.as_view(), name="receipt-refuse"),
    path("customers/<int:pk>/limit/", limits.SetCreditLimit.as_view(), name="credit-limit"),
    path("customers/<int:pk>/report/", receipts.ReportReceipt.as_view(), name="receipt-report"),
]
