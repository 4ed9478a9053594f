"""Orders under way as a board, by stage or by due time, and as a calendar (R14.10). The filters are the list's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import SIGNED_IN
from accounts.views.person import person_of
from core.views import chips
from core.views.pages import Page
from core.weeks import DAY, WEEK, days_shown, monday, neighbors, within_reach
from orders.choices import DELIVERED, OPEN, PATH, TO_DELIVER, OrderStatus
from orders.filters import OrderFilter
from orders.models import Order

LIST = (_("Orders"), "orders:order-list")
MOST, COUNTED = 30, 1000  # cards of a column; above, a count need not be exact
MOST_A_DAY = 6
FIELDS = ("number", "status", "customer__name", "promise_date", "requested_date", "salesperson__username",
          "salesperson__display_name")  # fmt: skip
SPANS = {"month": pgettext_lazy("calendar", "Month"), "week": pgettext_lazy("calendar", "Week")}
BY = {"stage": _("By stage"), "due": _("By due time")}


@dataclass(frozen=True)
class Part:
    """Which orders a column shows; `query` asks the list for the same ones."""

    label: Any
    condition: Q
    query: Mapping[str, str]


def span(label: Any, first: date | None, last: date | None) -> Part:
    """The orders still to be delivered that are due from one day to another."""
    ends = {"from": ("gte", first), "to": ("lte", last)}
    given = {name: (end, day) for name, (end, day) in ends.items() if day}
    condition = Q(**{f"due_date__{end}": day for end, day in given.values()})
    days = {f"due_{name}": day.isoformat() for name, (_end, day) in given.items()}
    return Part(label, condition, {"state": "to_deliver", "sort": "requested_date", **days})


@dataclass(frozen=True)
class BoardColumn:
    label: Any
    count: str
    cards: Sequence[Order]
    rest_url: str


class OrderView(Page):
    """What board and calendar share: the orders under way that the filters leave."""

    access = SIGNED_IN
    crumbs = (LIST,)

    def get_orders(self) -> QuerySet[Any]:
        rows = Order.objects.visible_to(person_of(self.request)).filter(status__in=OPEN).with_due_date()
        self.filter = OrderFilter(self.request.GET, queryset=rows, request=self.request)
        found: QuerySet[Any] = self.filter.qs.select_related("customer", "salesperson").only(*FIELDS)
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET
        kept = [(name, query[name]) for name in ("by", "view", "day") if query.get(name)]
        return super().get_context_data(
            filter=self.filter, chips=list(chips.chips_of(self.filter.form, query)), keep=kept,
            clear_url="?" + "&".join(f"{name}={value}" for name, value in kept), today=timezone.localdate(),
            delivered=DELIVERED,
            query=chips.without(query, "by", "view", "day"), **kwargs,
        )  # fmt: skip


class OrderBoard(OrderView):
    template_name = "orders/order_board.html"
    title = _("Board of orders")
    lead = _("What is under way, the next due first.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        by = self.request.GET.get("by", "")
        by = by if by in BY else "stage"
        orders = self.get_orders()
        if by == "due":
            orders = orders.filter(status__in=TO_DELIVER)
        columns = [self.column(orders, part) for part in (self.stages() if by == "stage" else self.spans())]
        tabs = [{"label": label, "url": chips.without(self.request.GET, by=name), "current": name == by}
                for name, label in BY.items()]  # fmt: skip
        return super().get_context_data(columns=columns, by=by, tabs=tabs, **kwargs)

    def stages(self) -> list[Part]:
        stages = [OrderStatus.RETURNED, *(status for status in PATH if status in OPEN)]
        return [Part(stage.label, Q(status=stage), {"status": stage}) for stage in stages]

    def spans(self) -> list[Part]:
        today = timezone.localdate()
        sunday = monday(today) + WEEK - DAY
        return [
            span(_("Overdue"), None, today - DAY),
            span(_("Today"), today, today),
            span(_("This week"), today + DAY, sunday),
            span(_("Next week"), sunday + DAY, sunday + WEEK),
            span(_("Later"), sunday + WEEK + DAY, None),
            Part(_("Without a date"), Q(due_date__isnull=True), {"state": "to_deliver", "undated": "true"}),
        ]

    def column(self, orders: QuerySet[Any], part: Part) -> BoardColumn:
        rows = orders.filter(part.condition)
        number = rows.order_by().values("pk")[: COUNTED + 1].count()
        cards = list(rows.order_by("due_date", "pk")[:MOST]) if number else []
        rest = number - len(cards)
        text = f"{number:,}" if number <= COUNTED else f"{COUNTED:,}+"
        return BoardColumn(part.label, text, cards, chips.without(self.request.GET, "by", **part.query) if rest else "")


@dataclass(frozen=True)
class CalendarDay:
    day: date
    is_today: bool
    is_outside: bool
    orders: Sequence[Order]
    more: int
    url: str  # of its week


class OrderCalendar(OrderView):
    template_name = "orders/order_calendar.html"
    title = _("Calendar of orders")
    lead = _("What is under way by the day it is promised or, without a promise, asked for.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        view = "week" if self.request.GET.get("view") == "week" else "month"
        shown = within_reach(self.asked_day(), today)
        days = days_shown(view, shown)
        found = self.by_day(days)
        most = MOST if view == "week" else MOST_A_DAY
        cells = [
            CalendarDay(day, day == today, view == "month" and day.month != shown.month, found.get(day, [])[:most],
                        max(len(found.get(day, [])) - most, 0),
                        chips.without(self.request.GET, view="week", day=day.isoformat()))
            for day in days
        ]  # fmt: skip
        before, after = neighbors(view, shown)
        return super().get_context_data(
            weeks=[cells[at : at + 7] for at in range(0, len(cells), 7)], shown=shown, view_name=view,
            previous_url=self.address(before), next_url=self.address(after), today_url=self.address(today),
            tabs=[{"label": label, "url": chips.without(self.request.GET, view=name), "current": name == view}
                  for name, label in SPANS.items()], **kwargs,
        )  # fmt: skip

    def asked_day(self) -> date | None:
        try:
            return parse_date(self.request.GET.get("day", ""))
        except ValueError:  # such as the 31st of June
            return None

    def address(self, day: date) -> str:
        return chips.without(self.request.GET, day=day.isoformat())

    def by_day(self, days: Sequence[date]) -> dict[date, list[Order]]:
        rows = self.get_orders().filter(due_date__range=(days[0], days[-1])).order_by("due_date", "pk")
        found: dict[date, list[Order]] = {}
        for order in rows[: MOST * len(days)]:
            found.setdefault(order.promise_date or order.requested_date or days[0], []).append(order)
        return found
