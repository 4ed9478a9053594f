from django.urls import path

from orders.views import acts, entry, lists, lookup, quotation_entry, quotations, review, unsaved
from orders.views.detail import OrderPage
from orders.views.export import ExportOrders

app_name = "orders"

urlpatterns = [
    path("", lists.OrderList.as_view(), name="order-list"),
    path("line-lookup/", lookup.LineLookup.as_view(), name="line-lookup"),
    path("unsaved/", unsaved.KeepEntry.as_view(), name="entry-keep-new"),
    path("unsaved/<slug:key>/discard/", unsaved.DiscardEntry.as_view(), name="entry-discard"),
    path("<int:pk>/unsaved/", unsaved.KeepEntry.as_view(), name="entry-keep"),
    path("new/", entry.NewOrder.as_view(), name="order-new"),
    path("export.<slug:fmt>", ExportOrders.as_view(), name="order-export"),
    path("reviews/", lists.ReviewQueues.as_view(), name="review-list"),
    path("quotations/", quotations.QuotationList.as_view(), name="quotation-list"),
    path("quotations/new/", quotation_entry.NewQuotation.as_view(), name="quotation-new"),
    path("quotations/<int:pk>/", quotations.QuotationPage.as_view(), name="quotation-detail"),
    path("quotations/<int:pk>/edit/", quotation_entry.EditQuotation.as_view(), name="quotation-edit"),
    path("quotations/<int:pk>/submit/", quotations.SubmitQuotation.as_view(), name="quotation-submit"),
    path("quotations/<int:pk>/decide/", quotations.DecideQuotation.as_view(), name="quotation-decide"),
    path("quotations/<int:pk>/send/", quotations.SendQuotation.as_view(), name="quotation-send"),
    path("quotations/<int:pk>/send-again/", quotations.ResendQuotation.as_view(), name="quotation-resend"),
    path("quotations/<int:pk>/accept/", quotations.AcceptQuotation.as_view(), name="quotation-accept"),
    path("quotations/<int:pk>/lose/", quotations.LoseQuotation.as_view(), name="quotation-lose"),
    path("quotations/<int:pk>/revise/", quotations.ReviseQuotation.as_view(), name="quotation-revise"),
    path("quotations/<int:pk>/order/", quotations.OrderQuotation.as_view(), name="quotation-order"),
    path("<int:pk>/", OrderPage.as_view(), name="order-detail"),
    path("<int:pk>/edit/", entry.EditOrder.as_view(), name="order-edit"),
    path("<int:pk>/copy/", entry.CopyOrder.as_view(), name="order-copy"),
    path("repeat/<int:pk>/", entry.RepeatLastOrder.as_view(), name="order-repeat"),
    path("<int:pk>/receive/", acts.ReceiveOrder.as_view(), name="order-receive"),
    path("<int:pk>/preliminary-review/", review.PreliminaryReviewPage.as_view(), name="order-preliminary"),
    path("<int:pk>/review/", review.ReviewSheet.as_view(), name="review-sheet"),
    path("<int:pk>/pass-review/", acts.PassReview.as_view(), name="order-review"),
    path("<int:pk>/return/", acts.ReturnToSales.as_view(), name="order-return"),
    path("<int:pk>/approve/", review.DecideApproval.as_view(), name="order-approve"),
    path("<int:pk>/put-in-force/", acts.PutInForce.as_view(), name="order-put-in-force"),
    path("<int:pk>/waiver/<slug:gate>/", acts.GrantWaiver.as_view(), name="order-waiver"),
    path("<int:pk>/payment/", acts.ReportPayment.as_view(), name="order-receipt"),
    path("<int:pk>/start/", acts.StartProduction.as_view(), name="order-start"),
    path("<int:pk>/close/", acts.CloseOrder.as_view(), name="order-close"),
    path("<int:pk>/cancel/", acts.CancelOrder.as_view(), name="order-cancel"),
    path("<int:pk>/hold/", acts.HoldOrder.as_view(), name="order-hold"),
    path("<int:pk>/hold/<int:hold>/release/", acts.ReleaseHold.as_view(), name="order-release"),
    path("<int:pk>/ask/", acts.AskCustomer.as_view(), name="clarification-open"),
    path("clarifications/<int:pk>/", acts.RecordTalk.as_view(), name="clarification"),
    path("clarifications/<int:pk>/settle/", acts.ResolveClarification.as_view(), name="clarification-resolve"),
]
