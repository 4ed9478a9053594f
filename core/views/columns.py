"""What a list shows of a row, on the page and in an export.

Column("number", _("Number"), kind="code", link=True, sort=("number",), phone="title")
Column("customer", _("Customer"), sort=("customer__name",))
Column("total", _("Amount"), kind="money", currency="currency", sort=("total",))
Column("status", _("Status"), kind="status", phone="corner")
Column("clock", _("Due"), template="orders/_clock_cell.html", export=False)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import formats
from core.templatetags import formats as filters
from core.templatetags import ui

NUMERIC = frozenset({"number", "quantity", "money", "percent"})


@dataclass(frozen=True)
class Column:
    """`value`: attribute path ("customer.name") or function of the row; default: the name.

    `kind`: text, code, number, quantity, money, percent, day, moment, status.
    `sort`: columns it orders by, ascending; empty: the list cannot be sorted by it.
    `optional`: shown to whoever chooses it; an export without a choice has it.
    `phone`: title, corner, line or hidden on a telephone.
    """

    name: str
    label: Any
    value: str | Callable[[Any], Any] = ""
    kind: str = "text"
    currency: str = "currency"
    unit: str = ""
    template: str = ""
    sort: Sequence[str] = ()
    link: bool = False
    phone: str = "line"
    export: bool = True
    optional: bool = False

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    def css(self) -> str:
        kind = "num" if self.numeric else "code" if self.kind in ("code", "day", "moment") else "text"
        return kind if self.phone == "line" else f"{kind} phone-{self.phone}"

    def opening(self) -> SafeString:
        """The tag its cells begin with; on a telephone each carries the column's name."""
        if self.phone != "line":
            return format_html('<td class="{}">', self.css())
        return format_html('<td class="{}" data-label="{}">', self.css(), self.label)

    def of(self, row: Any) -> Any:
        return self.value(row) if callable(self.value) else follow(row, self.value or self.name)

    def cell(self, row: Any, context: dict[str, Any]) -> SafeString | str:
        value = self.of(row)
        if self.template:
            return render_to_string(self.template, {**context, "row": row, "value": value})
        return _CELLS.get(self.kind, _text)(self, row, value)

    def plain(self, row: Any) -> Any:
        """For an export: a value a spreadsheet can reckon with."""
        if self.kind == "status":
            display = getattr(row, f"get_{self.value or self.name}_display", None)
            return str(display() if display else self.of(row))
        value = self.of(row)
        return value if value is None or isinstance(value, int | Decimal | float) else _exported(self, value)


def follow(row: Any, path: str) -> Any:
    for part in path.split("."):
        row = getattr(row, part, None)
        row = row() if callable(row) else row
        if row is None:
            return None
    return row


def _exported(column: Column, value: Any) -> str:
    if column.kind == "moment":
        return f"{formats.local(value):%Y-%m-%d %H:%M}"
    return f"{value:%Y-%m-%d}" if column.kind == "day" else str(value)


def _text(column: Column, row: Any, value: Any) -> SafeString:
    return format_html('<span class="clip-2">{}</span>', filters.DASH if value in (None, "") else value)


def _plain(column: Column, row: Any, value: Any) -> str:
    return filters.DASH if value in (None, "") else str(value)


_CELLS: dict[str, Callable[[Column, Any, Any], SafeString | str]] = {
    "code": _plain,
    "number": lambda column, row, value: filters.number(value),
    "percent": lambda column, row, value: filters.percent(value),
    "quantity": lambda column, row, value: filters.quantity(value, follow(row, column.unit) if column.unit else ""),
    "money": lambda column, row, value: filters.money(value, follow(row, column.currency) or "CNY"),
    "day": lambda column, row, value: filters.day(value),
    "moment": lambda column, row, value: filters.when(value),
    "status": lambda column, row, value: ui.status_badge(row, str(column.value or column.name)),
}
