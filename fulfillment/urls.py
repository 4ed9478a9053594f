from django.urls import path

from fulfillment.views import acceptance, capacity, disruptions, production, requisitions, shipments

app_name = "fulfillment"
urlpatterns = [
    path("production/", production.ProductionList.as_view(), name="production-list"),
    path("capacity/", capacity.CapacityPage.as_view(), name="capacity"),
    path("capacity/set/", capacity.SetCapacity.as_view(), name="capacity-set"),
    path("capacity/conflicts/<int:pk>/", capacity.ConflictPage.as_view(), name="conflict-detail"),
    path("forms/", requisitions.RequisitionList.as_view(), name="requisition-list"),
    path("forms/new/<slug:kind>/", requisitions.WriteRequisition.as_view(), name="requisition-new"),
    path("forms/<int:pk>/", requisitions.RequisitionPage.as_view(), name="requisition-detail"),
    path("forms/<int:pk>/edit/", requisitions.EditRequisition.as_view(), name="requisition-edit"),
    path("forms/<int:pk>/submit/", requisitions.SubmitRequisition.as_view(), name="requisition-submit"),
    path("forms/<int:pk>/take-back/", requisitions.CancelRequisition.as_view(), name="requisition-cancel"),
    path("forms/<int:pk>/decide/", requisitions.DecideRequisition.as_view(), name="requisition-decide"),
    path("forms/<int:pk>/dispatch-date/", requisitions.AnswerDispatchDate.as_view(), name="requisition-answer"),
    path("forms/<int:pk>/bought/", requisitions.FinishOutsourcing.as_view(), name="requisition-bought"),
    path("time-nodes/<int:pk>/done/", requisitions.FinishNode.as_view(), name="node-finish"),
    path("disruptions/", disruptions.DisruptionList.as_view(), name="disruption-list"),
    path("disruptions/new/", disruptions.ReportDisruption.as_view(), name="disruption-new"),
    path("disruptions/<int:pk>/", disruptions.DisruptionPage.as_view(), name="disruption-detail"),
    path("disruptions/<int:pk>/orders/", disruptions.NameOrders.as_view(), name="disruption-orders"),
    path("disruptions/<int:pk>/end/", disruptions.EndDisruption.as_view(), name="disruption-end"),
    path("notices/<int:pk>/tell/", disruptions.TellCustomer.as_view(), name="notice-tell"),
    path("orders/<int:pk>/reply/", production.ProductionReply.as_view(), name="production-reply"),
    path("orders/<int:pk>/settle-date/", production.SettlePromise.as_view(), name="settle-promise"),
    path("orders/<int:pk>/inspection/", production.RecordInspection.as_view(), name="inspection"),
    path("orders/<int:pk>/ship/", shipments.CreateShipment.as_view(), name="shipment-create"),
    path("shipments/", shipments.ShipmentList.as_view(), name="shipment-list"),
    path("shipments/<int:pk>/", shipments.ShipmentPage.as_view(), name="shipment-detail"),
    path("shipments/<int:pk>/dispatch/", shipments.DispatchShipment.as_view(), name="shipment-dispatch"),
    path("shipments/<int:pk>/cancel/", shipments.CancelShipment.as_view(), name="shipment-cancel"),
    path("shipments/<int:pk>/new-code/", shipments.RenewLink.as_view(), name="shipment-renew-link"),
    path("shipments/<int:pk>/acceptance/", acceptance.PaperAcceptance.as_view(), name="shipment-accept"),
    path("problems/<int:pk>/", acceptance.SettleProblem.as_view(), name="problem-settle"),
]
