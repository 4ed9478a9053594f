"""Special approvals as the monthly list (R14.4): who, which gate, why, up to how much, until when, used on what."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from core import subjects
from core.errors import Reason
from core.views.acts import ActView
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from workflow.choices import Gate, WaiverStatus
from workflow.models import Waiver
from workflow.querysets import OVERSEERS
from workflow.services.waivers import GRANTERS, revoke_waiver

MONTHS = 24


def months() -> list[tuple[str, str]]:
    """The last two years, the newest first: "2026-11"."""
    today, found = timezone.localdate(), []
    year, month = today.year, today.month
    for _month in range(MONTHS):
        found.append((f"{year:04d}-{month:02d}",) * 2)
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found


class WaiverFilter(django_filters.FilterSet):
    month = django_filters.ChoiceFilter(label=_("Month"), choices=months, method="in_month")
    gate = django_filters.ChoiceFilter(label=_("Gate"), choices=Gate.choices)
    status = django_filters.ChoiceFilter(label=_("Status"), choices=WaiverStatus.choices)

    class Meta:
        model = Waiver
        fields = ()

    def in_month(self, queryset: Any, name: str, value: str) -> Any:
        """By the day it was granted, in the company's time."""
        first = date.fromisoformat(f"{value}-01")
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        start, end = (timezone.make_aware(datetime.combine(day, time())) for day in (first, after))
        return queryset.filter(decided_at__gte=start, decided_at__lt=end)


class TakeBackForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea({"rows": 3}))


class RevokeWaiver(ActView):
    access = frozenset(role for roles in GRANTERS.values() for role in roles)
    model = Waiver
    service = revoke_waiver
    form_class = TakeBackForm
    title = _("Take back: %(subject)s")
    submit_label = _("Take special approval back")
    success_message = _("The special approval is taken back; its gate is shut again.")
    tone = "danger"

    def get_reasons(self) -> Sequence[Reason]:
        if self.subject.status == WaiverStatus.GRANTED:
            return []
        text = _("This special approval is “%(status)s” by now.")
        return [Reason("waiver_status", text % {"status": self.subject.get_status_display()})]


class WaiverList(ListPage):
    access = frozenset({*OVERSEERS, Role.FINANCE, Role.ORDER_CENTER})
    model = Waiver
    title = _("Special approvals")
    lead = _("What was let through against a rule: by whom, why, up to how much, and what it was used on.")
    related = ("decided_by", "used_by")
    filterset_class = WaiverFilter
    default_sort = "-decided_at"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("used", WaiverStatus.USED.label, {"status": WaiverStatus.USED.value}),
        SavedView("granted", WaiverStatus.GRANTED.label, {"status": WaiverStatus.GRANTED.value}),
    )
    empty = (_("No special approval"), _("What is let through against a rule appears here."))
    empty_icon = "gavel"
    columns = (
        Column("subject_label", _("About"), kind="code", link=True, phone="title"),
        Column("gate", _("Gate"), value="get_gate_display"),
        Column("decided_at", _("Granted"), kind="moment", sort=("decided_at",)),
        Column("decided_by", _("By")),
        Column("reason", _("Reason")),
        Column("cap", _("Up to"), kind="number"),
        Column("expires_at", _("Valid until"), kind="moment", phone="hidden"),
        Column("used_reference", _("Used on"), kind="code"),
        Column("used_amount", _("Amount used"), kind="number", phone="hidden"),
        Column("used_at", _("Used"), kind="moment", phone="hidden"),
        Column("status", _("Status"), kind="status", phone="corner"),
    )

    def row_url(self, row: Waiver) -> str:
        return subjects.url_of(row.subject_type, row.subject_id)
