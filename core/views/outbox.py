"""What goes out, what could not be delivered, and trying it again."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.act_words import code_in_words
from core.choices import OutboxStatus
from core.models.outbox import OutboxMessage
from core.outbox_replay import replay
from core.views.bulk import BulkAct
from core.views.columns import Column
from core.views.lists import ListPage, SavedView

KEEPERS = frozenset({"admin", "supervision"})


class OutboxFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(label=_("Status"), choices=OutboxStatus.choices)
    kind = django_filters.CharFilter(label=_("Kind"))

    class Meta:
        model = OutboxMessage
        fields = ("status", "kind")


class OutboxList(ListPage):
    access = KEEPERS
    model = OutboxMessage
    title = _("Outgoing messages")
    lead = _("Mails, documents and webhooks, delivered after the act that caused them.")
    filterset_class = OutboxFilter
    columns = (
        Column("id", _("Number"), kind="code", sort=("id",), phone="title"),
        Column("kind", _("Kind"), value=lambda row: code_in_words(row.kind)),
        Column("status", _("Status"), kind="status", phone="corner"),
        Column("attempts", _("Attempts"), kind="number"),
        Column("created_at", _("Created"), kind="moment"),
        Column("available_at", _("Next try"), value=lambda row: next_try(row), kind="moment"),
        Column("sent_at", _("Sent"), kind="moment"),
        Column("last_error", _("Last error"), value=lambda row: row.last_error[:300]),
    )
    default_sort = "-id"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("failed", _("Given up"), {"status": OutboxStatus.FAILED}),
        SavedView("pending", _("Waiting"), {"status": OutboxStatus.PENDING}),
    )
    bulk_acts = {"replay": BulkAct(_("Try again"), replay, argument="message", icon="refresh", roles=KEEPERS)}
    empty = (_("Nothing goes out"), _("What an act sends appears here: mails, documents, webhooks."))
    empty_icon = "send"

    def get_queryset(self) -> QuerySet[Any]:
        return OutboxMessage.objects.defer("payload")


def next_try(message: OutboxMessage) -> Any:
    return message.available_at if message.status == OutboxStatus.PENDING else None
