"""The tables of this room in the admin: to look at. What changes them is a service, with its rules and its trace."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from workflow.models import (
    ApprovalCase,
    ApprovalRule,
    ApprovalStep,
    CalendarDay,
    CompanyHours,
    Hold,
    Notification,
    RuleSet,
    Waiver,
    WorkItem,
    WorkPause,
    WorkPolicy,
    WorkReminder,
)


class LookOnly:
    """Mixed into ModelAdmin and inlines."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class PauseInline(LookOnly, admin.TabularInline):
    model = WorkPause
    extra = 0


class ReminderInline(LookOnly, admin.TabularInline):
    model = WorkReminder
    extra = 0


class StepInline(LookOnly, admin.TabularInline):
    model = ApprovalStep
    extra = 0


@admin.register(WorkItem)
class WorkItemAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("kind", "subject_label", "owner_role", "owner", "due_at", "done_at", "outcome")
    list_filter = ("kind", "owner_role")
    list_select_related = ("owner",)
    search_fields = ("subject_label",)
    show_full_result_count = False
    inlines = (PauseInline, ReminderInline)


@admin.register(ApprovalCase)
class ApprovalCaseAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("subject_label", "kind", "status", "amount", "currency", "submitted_by", "opened_at")
    list_filter = ("status", "kind")
    list_select_related = ("submitted_by",)
    show_full_result_count = False
    inlines = (StepInline,)


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(LookOnly, admin.ModelAdmin):
    list_select_related = ("person",)
    list_display = ("code", "kind", "position", "asks", "role", "person", "mode", "conditions", "is_active")


@admin.register(RuleSet)
class RuleSetAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("kind", "version", "status", "created_by", "created_at", "settled_by", "settled_at", "note")
    list_select_related = ("created_by", "settled_by")


@admin.register(WorkPolicy)
class WorkPolicyAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("kind", "part", "version", "is_current", "basis", "amount", "created_at", "created_by")
    list_filter = ("is_current",)


@admin.register(Hold)
class HoldAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("subject_label", "kind", "reason", "placed_by", "placed_at", "released_at")
    show_full_result_count = False


@admin.register(Waiver)
class WaiverAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("subject_label", "gate", "status", "reason", "cap", "expires_at", "decided_by", "used_at")
    list_filter = ("gate", "status")
    show_full_result_count = False


@admin.register(Notification)
class NotificationAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("user", "text", "created_at", "read_at")
    show_full_result_count = False


@admin.register(CalendarDay)
class CalendarDayAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("date", "is_working", "name", "source")


@admin.register(CompanyHours)
class CompanyHoursAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("weekday", "start", "end")
