"""Two people on one order: what the other one saved, field by field, beside what is being typed (R14.6)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core import act_words
from core.models import AuditEntry
from orders.models import Order
from orders.services.edits import HEAD, MASKS, content_of
from orders.specs import OrderSpec, spec_of

ROWS = {"order_lines": "lines", "payment_schedule": "terms"}
Rows = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    name: str
    label: str
    theirs: Rows
    yours: Rows
    touched: bool  # whether the second writer changed it too, or only has the old text
    by: Any
    at: datetime


def differences(order: Order, typed: OrderSpec, *, seen: int) -> list[Difference]:
    """What others saved on the order since version `seen` and the typed text says otherwise."""
    edits = edits_since(order, seen)
    now = content_of(order, order.lines.select_related("product"), order.terms.all())
    unsaved = typed.fill(Order())
    mine = content_of(unsaved, typed.build_lines(unsaved), typed.build_terms(unsaved))
    found = []
    for name in (*HEAD, *ROWS):
        those = [edit for edit in edits if name in edit.changes]
        if those and now[name] != mine[name]:
            last = those[-1]
            label, theirs, yours = _in_words(order, name, now[name], mine[name])
            touched = not _is_old(name, mine[name], now[name], [edit.changes[name] for edit in those])
            found.append(Difference(name, label, theirs, yours, touched, last.by, last.at))
    return found


def edits_since(order: Order, seen: int) -> list[AuditEntry]:
    """Each save raises the version by one and leaves one entry; the oldest first."""
    count = max(order.version - seen, 0)
    key = {"subject_type": order._meta.label_lower, "subject_id": order.pk, "action": "order.edited"}
    return list(AuditEntry.objects.filter(**key).select_related("by").order_by("-id")[:count])[::-1]


def take_theirs(typed: OrderSpec, order: Order, names: Iterable[str]) -> OrderSpec:
    """The typed order with the named fields as they stand on the order now."""
    wanted = {ROWS.get(name, name) for name in names if name in (*HEAD, *ROWS)}
    if not wanted:
        return typed
    now = spec_of(order)
    return replace(typed, **{name: getattr(now, name) for name in wanted})


def _is_old(name: str, mine: Any, now: Any, changes: list[list[Any]]) -> bool:
    """Whether the typed value is the one that stood there before the others came."""
    if name not in ROWS:
        return bool(MASKS.get(name, str)(mine) == changes[0][0])
    rows = set(now)
    for gone, came in reversed(changes):
        rows = (rows - set(came)) | set(gone)
    return set(mine) == rows


def _in_words(order: Order, name: str, theirs: Any, yours: Any) -> tuple[str, Rows, Rows]:
    """The label and both sides as lines of text; of sheet and schedule the rows that only one side has."""
    label, *words = act_words.changes_of(order._meta.label_lower, {name: [theirs or "–", yours or "–"]})[0]
    if name not in ROWS:
        return label, (words[0],), (words[1],)
    only_theirs, only_yours = ([row for row in a if row not in b] for a, b in ((theirs, yours), (yours, theirs)))
    if not only_theirs and not only_yours:
        only_theirs, only_yours = theirs, yours  # the same rows in another order
    return label, tuple(only_theirs), tuple(only_yours)
