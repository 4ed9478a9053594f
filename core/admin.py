"""Looking only: what stands here is written by acts, and the audit trail by nobody twice."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from core import audit
from core.models import (
    Attachment,
    AuditEntry,
    AuditSeal,
    Comment,
    Document,
    NumberCounter,
    NumberSeries,
    OutboxMessage,
)


class LookOnly(admin.ModelAdmin):
    """No count of the whole table, no adding, changing or deleting."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(LookOnly):
    list_display = ("at", "by", "action", "subject_label", "ip")
    list_select_related = ("by",)
    search_fields = ("action", "=subject_id", "=by__username")
    ordering = ("-id",)


@admin.register(AuditSeal)
class AuditSealAdmin(LookOnly):
    list_display = ("number", "first_id", "last_id", "count", "at", "hash")
    exclude = ("digests",)
    ordering = ("-number",)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(LookOnly):
    list_display = ("id", "kind", "status", "attempts", "created_at", "available_at")
    list_filter = ("status",)
    ordering = ("-id",)


@admin.register(Document)
class DocumentAdmin(LookOnly):
    list_display = ("number", "kind", "revision", "subject_label", "issued_at", "issued_by")
    list_select_related = ("issued_by",)
    search_fields = ("=number", "=code")
    # What a paper says of the customer's people is read on its own page, masked for who may not (R1.6).
    exclude = ("code", "context")
    ordering = ("-id",)


@admin.register(Attachment)
class AttachmentAdmin(LookOnly):
    list_display = ("name", "kind", "size", "uploaded_by", "at")
    list_select_related = ("uploaded_by",)
    # The file is handed out by its page only, which asks who may have it.
    exclude = ("file",)
    ordering = ("-id",)


@admin.register(Comment)
class CommentAdmin(LookOnly):
    list_display = ("at", "by", "subject_type", "subject_id", "text")
    list_select_related = ("by",)
    ordering = ("-id",)


@admin.register(NumberCounter)
class NumberCounterAdmin(LookOnly):
    list_display = ("series", "period", "value")


@admin.register(NumberSeries)
class NumberSeriesAdmin(admin.ModelAdmin):
    """The pattern may be changed; its code is what the acts draw by."""

    list_display = ("code", "pattern", "reset")
    readonly_fields = ("code",)

    def save_model(self, request: HttpRequest, obj: NumberSeries, form: Any, change: bool) -> None:
        before = {name: form.initial.get(name) for name in form.changed_data}
        super().save_model(request, obj, form, change)
        changes = audit.differences(before, {name: getattr(obj, name) for name in before})
        audit.record("number_series.changed", None, by=request.user, changes=changes, note=obj.code)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
