"""One act on many rows of a list, each for itself, with a result per row.

    bulk_acts = {
        "remind": BulkAct(_("Remind owners"), remind_owner, argument="order"),
        "cancel": BulkAct(_("Cancel orders"), cancel_order, argument="order", form_class=ReasonForm, tone="danger"),
    }

Acts with a form, and dangerous ones, are asked about first, with the number of rows. A row that is refused does
not stop the others.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from core import subjects
from core.errors import DomainError, Reason
from core.views.acts import page_of

MAX_ROWS = 200


@dataclass(frozen=True)
class BulkAct:
    label: Any
    service: Callable[..., Any]
    argument: str  # name of the service's argument that takes the row
    form_class: type[forms.Form] | None = None
    tone: str = ""
    icon: str = ""
    roles: Collection[str] = ()  # who sees it; the service itself refuses the others
    text: Any = ""  # what will happen, shown when asked

    @property
    def asks(self) -> bool:
        return self.form_class is not None or self.tone == "danger"

    def open_to(self, user: Any) -> bool:
        return not self.roles or user.has_role(*self.roles)


@dataclass(frozen=True)
class RowResult:
    label: str
    url: str
    done: bool
    text: str = ""
    reasons: tuple[Reason, ...] = ()


def run(act: BulkAct, rows: Iterable[Any], *, by: Any, **data: Any) -> list[RowResult]:
    return [_one(act, row, by, data) for row in rows]


def _one(act: BulkAct, row: Any, by: Any, data: dict[str, Any]) -> RowResult:
    label, url = subjects.label_of(row), page_of(row)
    try:
        act.service(**{act.argument: row}, **data, by=by)
    except DomainError as error:
        return RowResult(label, url, False, str(error.message), error.reasons)
    return RowResult(label, url, True)
