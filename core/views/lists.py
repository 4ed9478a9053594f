"""The list page of every room.

    class OrderList(ListPage):
        access = SIGNED_IN
        model = Order                                  # Order.objects.visible_to(user)
        title = _("Orders")
        related = ("customer", "salesperson")          # select_related
        filterset_class = OrderFilter                  # a django-filter FilterSet; its "q" is the search box
        columns = (Column("number", _("Number"), kind="code", link=True, sort=("number",), phone="title"), …)
        default_sort = "-received"                     # name of a sortable column
        saved_views = (SavedView("all", _("All")), SavedView("late", _("Overdue"), {"overdue": "true"}))
        bulk_acts = {"remind": BulkAct(…)}
        new = (_("New order"), "orders:order-new")
        empty = (_("No orders yet"), _("The first order appears here."))

Everything a person set stands in the address: filters, sort, columns, place; people keep and share it under a name.
No count of the whole table; `row_url(row)`,
`row_class(row)` ("is-late") and `get_columns()` may be overridden. Exports: ?export=csv, ?export=xlsx.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.keyset import paginate
from core.models.list_view import ListView
from core.views import bulk, chips, export, once
from core.views.acts import page_of
from core.views.cells import cells
from core.views.columns import Column
from core.views.pages import Page, address

COUNT_CAP = 1000
NO_FILTER = frozenset({"view", "sort", "cursor", "cols"})


@dataclass(frozen=True)
class SavedView:
    name: str
    label: Any
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    obj: Any
    url: str
    css: str
    cells: SafeString

    def pick(self) -> str:
        return _("Choose %(what)s") % {"what": self.obj}


class ListPage(Page):
    template_name = "generic/list.html"
    model: type[Model]
    related: Sequence[str] = ()
    fields: Sequence[str] = ()  # what a row shows, where the table is much wider than that
    filterset_class: Any = None
    columns: Sequence[Column] = ()
    default_sort = ""
    page_size = 50
    saved_views: Sequence[SavedView] = ()
    bulk_acts: Mapping[str, bulk.BulkAct] = {}
    exports: Sequence[str] = ("csv", "xlsx")
    new: tuple[Any, str] | None = None
    empty: tuple[Any, Any] = ("", "")
    empty_icon = "inbox"

    # what the list is made of

    def get_queryset(self) -> QuerySet[Any]:
        rows = self.model._default_manager.all().visible_to(self.request.user)  # type: ignore[attr-defined]
        rows = rows.select_related(*self.related) if self.related else rows
        return rows.only(*self.fields) if self.fields else rows

    def get_columns(self) -> Sequence[Column]:
        return self.columns

    @cached_property
    def shown_columns(self) -> Sequence[Column]:
        """What fits beside each other, unless somebody chose."""
        return self.chosen_columns or [each for each in self.get_columns() if not each.optional]

    @cached_property
    def chosen_columns(self) -> Sequence[Column]:
        """The columns somebody chose, in their usual order; the one with the link stays."""
        chosen = set(self.request.GET.getlist("cols"))
        found = [column for column in self.get_columns() if column.name in chosen]
        return [each for each in self.get_columns() if each in found or each.link] if found else []

    @property
    def exported_columns(self) -> Sequence[Column]:
        """All of them, unless somebody chose."""
        return self.chosen_columns or self.get_columns()

    def row_url(self, row: Any) -> str:
        return page_of(row)

    def row_class(self, row: Any) -> str:
        return ""

    # answers

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        self.filter = self.get_filter()
        rows = self.filter.qs if self.filter else self.get_queryset()
        if (kind := request.GET.get("export", "")) in self.exports:
            return self.export(rows, kind)
        return self.render_to_response(self.get_context_data(rows=rows))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        act = self.open_acts().get(request.POST.get("act", ""))
        picked = request.POST.getlist("pick")[: bulk.MAX_ROWS + 1]
        if act is None or not picked:
            messages.warning(request, _("Choose at least one row and an act."))
            return HttpResponseRedirect(request.get_full_path())
        if len(picked) > bulk.MAX_ROWS:
            messages.warning(request, _("At most %(number)s rows at once.") % {"number": bulk.MAX_ROWS})
            return HttpResponseRedirect(request.get_full_path())
        rows = list(self.get_queryset().filter(pk__in=[pk for pk in picked if pk.isdecimal()]).order_by("pk"))
        return self.run_bulk(act, rows)

    def run_bulk(self, act: bulk.BulkAct, rows: list[Any]) -> HttpResponseBase:
        asked = "confirmed" in self.request.POST
        form = act.form_class(self.request.POST if asked else None) if act.form_class else None
        if act.asks and (not asked or (form is not None and not form.is_valid())):
            return self.ask(act, rows, form)
        submission = once.Submission(self.request)
        if not submission.claim():
            return HttpResponseRedirect(self.request.get_full_path())
        results = bulk.run(act, rows, by=self.request.user, **(form.cleaned_data if form else {}))
        context = {"results": results, "act": act, "done": sum(result.done for result in results)}
        return self.show("generic/bulk_result.html", act, context)

    def ask(self, act: bulk.BulkAct, rows: list[Any], form: Any) -> HttpResponseBase:
        context = {"act": act, "rows": rows, "form": form, "once": once.new_token()}
        response = self.show("generic/bulk_confirm.html", act, context)
        response.status_code = 422 if form is not None and form.is_bound else 200
        return response

    def show(self, template: str, act: bulk.BulkAct, context: dict[str, Any]) -> Any:
        head = {"title": str(act.label), "crumbs": [(self.get_title(), self.request.get_full_path())]}
        context = {"view": self, "back": self.request.get_full_path(), "act_name": self.request.POST["act"], **context}
        return self.response_class(self.request, [template], {**head, **context}, using=self.template_engine)

    def export(self, rows: QuerySet[Any], kind: str) -> HttpResponseBase:
        rows = rows.order_by(*self.ordering())
        if rows[export.LIMIT :].exists():
            text = _("More than %(number)s rows: narrow the filter, then export.")
            messages.warning(self.request, text % {"number": f"{export.LIMIT:,}"})
            return HttpResponseRedirect(chips.without(self.request.GET))
        name = f"{self.model._meta.verbose_name_plural}-{timezone.localdate():%Y%m%d}"
        safe = name if name.isascii() else f"{self.model._meta.model_name}-{timezone.localdate():%Y%m%d}"
        return export.export(kind, rows.iterator(chunk_size=500), self.exported_columns, safe.replace(" ", "-"))

    # parts

    def get_filter(self) -> Any:
        if self.filterset_class is None:
            return None
        return self.filterset_class(self.request.GET, queryset=self.get_queryset(), request=self.request)

    def sort(self) -> str:
        """The sort asked for, when it is one of ours."""
        asked = self.request.GET.get("sort", "")
        known = {column.name for column in self.get_columns() if column.sort}
        return asked if asked.removeprefix("-") in known else self.default_sort

    def ordering(self) -> list[str]:
        sort = self.sort()
        sign = "-" if sort.startswith("-") else ""
        by_name = {column.name: column.sort for column in self.get_columns()}
        columns = by_name.get(sort.removeprefix("-"), ())
        return [*(_signed(sign, name) for name in columns), f"{sign or ''}pk" if columns else "-pk"]

    def open_acts(self) -> dict[str, bulk.BulkAct]:
        return {name: act for name, act in self.bulk_acts.items() if act.open_to(self.request.user)}

    def count(self, rows: QuerySet[Any]) -> str:
        """Exact below a thousand; above it nobody needs it and the database would have to count them all."""
        number = rows.order_by().values("pk")[: COUNT_CAP + 1].count()
        return f"{number:,}" if number <= COUNT_CAP else f"{COUNT_CAP:,}+"

    @cached_property
    def place(self) -> str:
        """The name of its address; nothing for a list that stands under something else."""
        found = getattr(self.request, "resolver_match", None)
        return "" if found is None or found.kwargs else found.view_name

    @cached_property
    def kept_views(self) -> list[ListView]:
        """What people keep of this list, one's own first."""
        if not self.place:
            return []
        rows = ListView.objects.offered_to(self.request.user, self.place).only("owner_id", "name", "query")
        return sorted(rows, key=lambda view: view.owner_id != self.request.user.pk)

    def own_view(self) -> ListView | None:
        """The one that is looked at now, when it is one's own."""
        asked = self.request.GET.get("view", "")
        own = (view for view in self.kept_views if view.owner_id == self.request.user.pk)
        return next((view for view in own if asked == f"own{view.pk}"), None)

    def tabs(self) -> list[dict[str, Any]]:
        views = [(view.name, view.label, urlencode({**view.query, "view": view.name})) for view in self.saved_views]
        if self.kept_views and not views:
            views = [("", _("All"), "")]
        views += [(f"own{view.pk}", view.name, f"{view.query}&view=own{view.pk}") for view in self.kept_views]
        current = self.request.GET.get("view") or (views[0][0] if views else "")
        return [{"label": label, "url": f"?{query}", "current": name == current} for name, label, query in views]

    def is_narrowed(self) -> bool:
        """More is asked for than the saved view itself asks."""
        views = {view.name: dict(view.query) for view in self.saved_views}
        views |= {f"own{view.pk}": _filters(QueryDict(view.query)) for view in self.kept_views}
        return _filters(self.request.GET) != views.get(self.request.GET.get("view", ""), {})

    def choice_of_columns(self) -> dict[str, Any]:
        """What the menu of the view offers: columns, what else is set, keeping and removing."""
        query = self.request.GET
        others = [(name, value) for name in query for value in query.getlist(name) if name not in ("cols", "cursor")]
        kept = {"place": self.place, "query": query.urlencode()}
        return {
            "columns": [(column, column in self.shown_columns) for column in self.get_columns() if not column.link],
            "others": others,
            "save_url": f"{reverse('core:list-view-new')}?{urlencode(kept)}" if self.place else "",
            "own": self.own_view(),
        }

    def heads(self) -> list[dict[str, Any]]:
        sort = self.sort()
        heads = []
        for column in self.shown_columns:
            here = sort.removeprefix("-") == column.name
            down = here and sort.startswith("-")
            target = column.name if not here or down else f"-{column.name}"
            url = chips.without(self.request.GET, sort=target) if column.sort else ""
            heads.append({"column": column, "url": url, "state": _state(here, down) if column.sort else ""})
        return heads

    def table(self, items: Sequence[Any]) -> list[Row]:
        """Written here and not in the template, where four hundred cells took most of the page's time."""
        context = {"request": self.request}
        columns = [(column, column.opening()) for column in self.shown_columns]
        return [
            Row(obj, url := self.row_url(obj), self.row_class(obj), cells(columns, obj, url, context)) for obj in items
        ]

    def page(self, rows: QuerySet[Any]) -> Any:
        cursor = self.request.GET.get("cursor", "")
        try:
            return paginate(rows, ordering=self.ordering(), cursor=cursor, size=self.page_size)
        except DomainError:
            # An old address, or one for another sort: the first page answers it best.
            return paginate(rows, ordering=self.ordering(), size=self.page_size)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows: QuerySet[Any] = kwargs.pop("rows")
        page, query = self.page(rows), self.request.GET
        shown = list(chips.chips_of(self.filter.form, query)) if self.filter else []
        kept = [(name, value) for name in ("sort", "view", "cols") for value in query.getlist(name) if value]
        label, target = self.new or ("", "")
        return super().get_context_data(
            filter=self.filter,
            chips=shown,
            narrowed=self.is_narrowed(),
            clear_url=f"?{urlencode(kept)}",
            keep=kept,
            tabs=self.tabs(),
            choice=self.choice_of_columns(),
            heads=self.heads(),
            rows=self.table(page.items),
            acts=self.open_acts(),
            once=once.new_token(),
            count=self.count(rows),
            next_url=chips.without(query, cursor=page.next_cursor) if page.next_cursor else "",
            previous_url=chips.without(query, cursor=page.previous_cursor) if page.previous_cursor else "",
            exports=[(kind, chips.without(query, export=kind)) for kind in self.exports] if page.items else [],
            new_label=label,
            new_url=address(target) if target else "",
            **kwargs,
        )


def _filters(query: QueryDict) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value and name not in NO_FILTER}


def _signed(sign: str, name: str) -> str:
    """The column's own direction, turned round when the sort is."""
    if not sign:
        return name
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _state(here: bool, down: bool) -> str:
    if not here:
        return "none"
    return "descending" if down else "ascending"
