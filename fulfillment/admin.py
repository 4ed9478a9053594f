"""For looking, not for changing: every change goes through a service."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from fulfillment import models


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(models.Shipment)
class ShipmentAdmin(LookOnly):
    list_display = ("number", "order", "status", "carrier", "waybill", "shipped_at")
    list_filter = ("status", "mode")
    list_select_related = ("order",)
    search_fields = ("number", "waybill")
    # Read on the shipment's page, masked for who may not (R1.6).
    exclude = ("receiver", "receiver_phone")


@admin.register(models.Inspection)
class InspectionAdmin(LookOnly):
    list_display = ("about", "kind", "result", "by", "at")
    list_select_related = ("order", "step", "lot__product", "requisition", "by")


@admin.register(models.AcceptanceProblem)
class ProblemAdmin(LookOnly):
    list_display = ("description", "severity", "status", "opened_at")
    list_filter = ("status", "severity")
