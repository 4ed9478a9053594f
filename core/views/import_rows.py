"""Every row's outcome, and every order's: lists inside an import."""

from collections.abc import Iterable, Sequence
from typing import Any

import django_filters as filters
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import subjects
from core.imports.choices import Outcome
from core.imports.reading import RowReader
from core.imports.reasons import say
from core.imports.registry import importer_of
from core.key_filter import KeyFilter
from core.models.imports import ROLES, ImportGroup, ImportJob, ImportRow
from core.views.columns import Column
from core.views.lists import ListPage, SavedView

CELLS_SHOWN = 8
WORDS = "core/imports/_words.html"


class RowFilter(filters.FilterSet):
    outcome = filters.ChoiceFilter(label=gettext_lazy("Outcome"), choices=Outcome.choices)
    reason = filters.CharFilter(label=gettext_lazy("Reason"), method="by_reason")
    row = KeyFilter(label=gettext_lazy("From row"), field_name="row_no", lookup_expr="gte")

    class Meta:
        model = ImportRow
        fields: list[str] = []

    def by_reason(self, rows: QuerySet[ImportRow], name: str, value: str) -> QuerySet[ImportRow]:
        """By its code, never by what it quotes; the links of the preview use it."""
        return rows.alias(words=Cast("reasons", TextField())).filter(words__contains=f'["{value}", ')


class GroupFilter(filters.FilterSet):
    q = filters.CharFilter(label=gettext_lazy("Number or name"), method="search")
    outcome = filters.ChoiceFilter(label=gettext_lazy("Outcome"), choices=Outcome.choices)

    class Meta:
        model = ImportGroup
        fields: list[str] = []

    def search(self, rows: QuerySet[ImportGroup], name: str, value: str) -> QuerySet[ImportGroup]:
        return rows.filter(key__icontains=value) | rows.filter(label__icontains=value)


class InsideJob(ListPage):
    access = ROLES
    exports = ()
    job: ImportJob

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated and request.user.has_role(*ROLES):
            self.job = get_object_or_404(ImportJob.objects.visible_to(request.user), pk=kwargs["pk"])
            self.importer = importer_of(self.job.kind)
            self.shown = RowReader(self.job, request.user)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [
            (_("Imports"), reverse("core:import-list")),
            (self.job.number, subjects.url_of("core.importjob", self.job.pk)),
        ]

    def lines(self, sentences: Iterable[str]) -> Any:
        return format_html_join(SafeString("<br>"), "{}", [(sentence,) for sentence in sentences]) or ""

    def row_url(self, row: Any) -> str:
        return ""


class Rows(InsideJob):
    model = ImportRow
    related = ("group",)
    title = gettext_lazy("Rows")
    filterset_class = RowFilter
    default_sort = "row"
    saved_views = (
        SavedView("all", gettext_lazy("All")),
        *(SavedView(value, label, {"outcome": value}) for value, label in Outcome.choices if value != Outcome.PARTIAL),
    )

    def get_queryset(self) -> QuerySet[ImportRow]:
        return self.job.rows.select_related("group")

    def get_columns(self) -> list[Column]:
        return [
            Column("row", _("Row"), value="row_no", kind="number", sort=("row_no",), phone="corner"),
            Column("outcome", _("Outcome"), kind="status", phone="title"),
            Column("reasons", _("Reasons"), value=lambda row: self.lines(self.shown.reasons(row)), template=WORDS),
            Column("key", str(self.importer.thing).capitalize(), value=lambda row: row.group.key if row.group else ""),
            Column("raw", _("Content"), value=lambda row: content_of(self.shown.cells(row))),
        ]


class Groups(InsideJob):
    model = ImportGroup
    filterset_class = GroupFilter
    default_sort = "place"
    saved_views = (
        SavedView("all", gettext_lazy("All")),
        *(SavedView(value, label, {"outcome": value}) for value, label in Outcome.choices),
    )

    def get_title(self) -> str:
        return str(self.importer.thing).capitalize()

    def get_queryset(self) -> QuerySet[ImportGroup]:
        return self.job.groups.all()

    def notes_of(self, row: ImportGroup) -> Any:
        return self.lines(say(note, self.importer.reasons) for note in row.notes)

    def row_url(self, row: ImportGroup) -> str:
        if row.target_id is None or not self.importer.subject_type:
            return ""
        return subjects.url_of(self.importer.subject_type, row.target_id)

    def get_columns(self) -> list[Column]:
        return [
            Column("place", _("In the file"), value="key", kind="code", link=True, sort=("id",), phone="title"),
            Column("outcome", _("Outcome"), kind="status", phone="corner"),
            Column("target_label", _("Here"), kind="code"),
            Column("label", _("Name")),
            Column("sound_rows", _("Sound rows"), kind="number"),
            Column("refused_rows", _("Refused rows"), kind="number"),
            Column("amount", _("Amount"), kind="money"),
            Column("notes", _("Filled in"), value=self.notes_of, template=WORDS),
        ]


def content_of(cells: Sequence[str]) -> str:
    cells = [cell for cell in cells if cell.strip()]
    more = " …" if len(cells) > CELLS_SHOWN else ""
    return " · ".join(cell[:60] for cell in cells[:CELLS_SHOWN]) + more
