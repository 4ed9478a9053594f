"""The planned steps by day: a week or a month, with what is late and what will be (R4.8, R14.10)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import SIGNED_IN
from accounts.views.person import person_of
from core import formats
from core.views.pages import Page
from core.weeks import DAY, days_shown, neighbors, within_reach
from fulfillment.forms.plan import DEPARTMENTS
from fulfillment.models import PlanStep
from fulfillment.services.plan import working_days
from fulfillment.views.plan import BOARD, MOST, PROMISE, planned
from orders.choices import OrderStatus
from orders.models import Order, OrderLine

SHOWN = {"week": 100, "month": 4}  # steps of a day before the rest is only counted


@dataclass
class Entry:
    """A step on one day."""

    step: PlanStep
    line: OrderLine
    late: bool
    risk: bool


@dataclass
class Cell:
    day: date
    is_working: bool
    is_today: bool
    is_outside: bool
    entries: list[Entry] = field(default_factory=list)
    more: int = 0


class CalendarForm(forms.Form):
    """What the address says; what it does not say, or says wrongly, is today's week."""

    view = forms.ChoiceField(
        choices=[("week", pgettext_lazy("calendar", "Week")), ("month", pgettext_lazy("calendar", "Month"))],
        required=False,
    )
    day = forms.DateField(required=False)
    role = forms.ChoiceField(label=_("Department"), choices=[("", _("All departments")), *DEPARTMENTS], required=False)


class PlanCalendar(Page):
    access = SIGNED_IN
    template_name = "fulfillment/plan_calendar.html"
    title = _("Calendar of the plans")
    lead = _("What is planned for which day; what will be late is marked before it is.")
    crumbs = (BOARD,)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = CalendarForm(self.request.GET)
        form.is_valid()
        view, day = form.cleaned_data.get("view") or "week", form.cleaned_data.get("day")
        day = within_reach(day, timezone.localdate())
        role = form.cleaned_data.get("role", "")
        days = days_shown(view, day)
        first, last = days[0], days[-1]
        cells = self.cells(view, day, days)
        rows = planned(self.lines(first, last, role))
        spread(cells, rows, role, SHOWN[view])
        before, after = neighbors(view, day)
        return super().get_context_data(
            weeks=[cells[n : n + 7] for n in range(0, len(cells), 7)], month=view == "month", form=form, role=role,
            heading=f"{formats.day(first)} – {formats.day(last)}" if view == "week" else formats.month(day),
            previous_url=address(view, before, role), next_url=address(view, after, role),
            today_url=address(view, timezone.localdate(), role), shown_day=day, view_name=view,
            tabs=[{"label": label, "url": address(name, day, role), "current": name == view}
                  for name, label in form.fields["view"].choices],  # type: ignore[attr-defined]
            full=len(rows) == MOST, most=MOST, **kwargs,
        )  # fmt: skip

    def cells(self, view: str, day: date, days: list[date]) -> list[Cell]:
        is_working, today = working_days(), timezone.localdate()
        return [Cell(d, is_working(d), d == today, view == "month" and d.month != day.month) for d in days]

    def lines(self, first: date, last: date, role: str) -> Any:
        """Lines in production with a step in these days."""
        orders = Order.objects.visible_to(person_of(self.request)).filter(status=OrderStatus.IN_PRODUCTION)
        steps = PlanStep.objects.filter(order_line=OuterRef("pk"), planned_start__lte=last, planned_end__gte=first)
        steps = steps.filter(role=role) if role else steps
        lines = OrderLine.objects.filter(Exists(steps), order__in=orders.order_by())
        return lines.select_related("order").order_by(PROMISE, "pk")[:MOST]


def spread(cells: list[Cell], rows: Iterable[dict[str, Any]], role: str, most: int) -> None:
    """Every step onto the working days of its span."""
    today, by_day = timezone.localdate(), {cell.day: cell for cell in cells if cell.is_working}
    for row in rows:
        for step in row["steps"]:
            if role and step.role != role:
                continue
            open_ = step.state != "done"
            entry = Entry(step, row["line"], open_ and step.planned_end < today, open_ and row["risk"])
            for day in (step.planned_start + DAY * n for n in range((step.planned_end - step.planned_start).days + 1)):
                if cell := by_day.get(day):
                    put(cell, entry, most)


def put(cell: Cell, entry: Entry, most: int) -> None:
    if len(cell.entries) < most:
        cell.entries.append(entry)
    else:
        cell.more += 1


def address(view: str, day: date, role: str) -> str:
    query = f"?view={view}&day={day.isoformat()}" + (f"&role={role}" if role else "")
    return reverse("fulfillment:plan-calendar") + query
