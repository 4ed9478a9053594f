from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from aftersales.models import Visit


@admin.register(Visit)
class VisitAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For looking, not for changing: visits are recorded through the service."""

    list_display = ("order", "satisfaction", "by", "at")
    list_filter = ("satisfaction",)
    list_select_related = ("order", "by")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
