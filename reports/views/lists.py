"""What stands behind the figures that are not orders by status."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.views.person import person_of
from core import subjects
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from orders.models import Order, StatusChange
from reports.filters import OverdueFilter, ShippedFilter
from reports.views.dashboard import READERS
from workflow.models import WorkItem

PUNCTUAL: dict[bool | None, Any] = {True: _("On time"), False: _("Late"), None: _("Nothing promised")}
DASHBOARD = (_("Dashboard"), "reports:dashboard")


class OverdueList(ListPage):
    access = READERS
    model = WorkItem
    title = _("Overdue clocks")
    lead = _("Open work past its time, the oldest first. Paused clocks do not count.")
    crumbs = (DASHBOARD,)
    filterset_class = OverdueFilter
    columns = (
        Column("subject_label", _("About"), kind="code", link=True, phone="title"),
        Column("name", _("Work")),
        Column("owner_name", _("Owner")),
        Column("opened_at", _("Opened"), kind="moment", phone="hidden"),
        Column("due_at", _("Due"), kind="moment", sort=("due_at",)),
    )
    default_sort = "due_at"
    empty = (_("Nothing is overdue"), _("Every open clock is in time."))
    empty_icon = "mood-happy"

    def get_queryset(self) -> QuerySet[WorkItem]:
        return WorkItem.objects.overdue(self.now()).select_related("owner")

    def now(self) -> datetime:
        return timezone.now()

    def row_url(self, row: Any) -> str:
        return subjects.url_of(row.subject_type, row.subject_id)

    def row_class(self, row: Any) -> str:
        return "is-late"


class ShippedList(ListPage):
    access = READERS
    model = StatusChange
    title = _("Shipped orders")
    lead = _("What the rate of orders shipped on time counts.")
    crumbs = (DASHBOARD,)
    filterset_class = ShippedFilter
    saved_views = (
        SavedView("all", _("All")),
        SavedView("late", _("Late"), {"on_time": "false"}),
        SavedView("on_time", _("On time"), {"on_time": "true"}),
    )
    columns = (
        Column("order", _("Order"), kind="code", link=True, phone="title"),
        Column("customer", _("Customer"), value="order.customer"),
        Column("at", _("Shipped"), kind="moment", sort=("at",)),
        Column("first_promise_date", _("First promised"), value="order.first_promise_date", kind="day", phone="hidden"),
        Column("promise_date", _("Promised date"), value="order.promise_date", kind="day"),
        Column("punctuality", _("On time"), value=lambda row: PUNCTUAL[row.on_time]),
        Column(
            "first_punctuality",
            _("On time by the first promise"),
            value=lambda row: PUNCTUAL[row.on_time_first],
            phone="hidden",
        ),
        Column("amount", _("Amount"), kind="money"),
    )
    default_sort = "-at"

    def get_queryset(self) -> QuerySet[StatusChange]:
        mine = Order.objects.visible_to(person_of(self.request)).order_by().values("pk")
        rows = StatusChange.objects.filter(to_status="shipped", order__in=mine)
        return rows.select_related("order__customer")

    def row_url(self, row: Any) -> str:
        return str(row.order.get_absolute_url())

    def row_class(self, row: Any) -> str:
        return "is-late" if row.on_time is False else ""
