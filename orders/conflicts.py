"""Two people on one order or quotation: what the other saved, field by field, beside what is being typed (R14.6)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core import act_words
from core.models import AuditEntry
from orders import quotation_specs, specs
from orders.models import Order, Quotation
from orders.services.edits import HEAD, MASKS, content_of, quotation_content

ROWS = {"order_lines": "lines", "payment_schedule": "terms"}
Rows = tuple[str, ...]
Written = Order | Quotation
Typed = Any  # OrderSpec or QuotationSpec


@dataclass(frozen=True)
class Difference:
    name: str
    label: str
    theirs: Rows
    yours: Rows
    touched: bool  # whether the second writer changed it too, or only has the old text
    by: Any
    at: datetime


@dataclass(frozen=True)
class Form:
    """How one of the two is read: its fields, its content as plain values, its spec, what counts its saves."""

    head: tuple[str, ...]
    content: Callable[[Any, Any, Any], dict[str, Any]]
    spec: Callable[[Any], Any]
    version: str


FORMS: dict[type[Written], Form] = {
    Order: Form(HEAD, content_of, specs.spec_of, "version"),
    Quotation: Form(quotation_specs.FIELDS, quotation_content, quotation_specs.spec_of_quotation, "edition"),
}


def differences(saved: Written, typed: Typed, *, seen: int) -> list[Difference]:
    """What others saved since version `seen` and the typed text says otherwise."""
    form = FORMS[type(saved)]
    edits = edits_since(saved, seen)
    now = form.content(saved, saved.lines.select_related("product"), saved.terms.all())
    unsaved = typed.fill(type(saved)())
    mine = form.content(unsaved, typed.build_lines(unsaved), typed.build_terms(unsaved))
    found = []
    for name in (*form.head, *ROWS):
        those = [edit for edit in edits if name in edit.changes]
        if those and now[name] != mine[name]:
            last = those[-1]
            label, theirs, yours = _in_words(saved, name, now[name], mine[name])
            touched = not _is_old(name, mine[name], now[name], [edit.changes[name] for edit in those])
            found.append(Difference(name, label, theirs, yours, touched, last.by, last.at))
    return found


def edits_since(saved: Written, seen: int) -> list[AuditEntry]:
    """Each save raises the version by one and leaves one entry; the oldest first."""
    count = max(getattr(saved, FORMS[type(saved)].version) - seen, 0)
    action = f"{saved._meta.model_name}.edited"
    rows = AuditEntry.objects.filter(subject_type=saved._meta.label_lower, subject_id=saved.pk, action=action)
    return list(rows.select_related("by").order_by("-id")[:count])[::-1]


def take_theirs(typed: Typed, saved: Written, names: Iterable[str]) -> Typed:
    """The typed text with the named fields as they stand saved now."""
    form = FORMS[type(saved)]
    wanted = {ROWS.get(name, name) for name in names if name in (*form.head, *ROWS)}
    if not wanted:
        return typed
    now = form.spec(saved)
    return replace(typed, **{name: getattr(now, name) for name in wanted})


def _is_old(name: str, mine: Any, now: Any, changes: list[list[Any]]) -> bool:
    """Whether the typed value is the one that stood there before the others came."""
    if name not in ROWS:
        return bool(MASKS.get(name, str)(mine) == changes[0][0])
    rows = set(now)
    for gone, came in reversed(changes):
        rows = (rows - set(came)) | set(gone)
    return set(mine) == rows


def _in_words(saved: Written, name: str, theirs: Any, yours: Any) -> tuple[str, Rows, Rows]:
    """The label and both sides as lines of text; of sheet and schedule the rows that only one side has."""
    label, *words = act_words.changes_of(saved._meta.label_lower, {name: [theirs or "–", yours or "–"]})[0]
    if name not in ROWS:
        return label, (words[0],), (words[1],)
    only_theirs, only_yours = ([row for row in a if row not in b] for a, b in ((theirs, yours), (yours, theirs)))
    if not only_theirs and not only_yours:
        only_theirs, only_yours = theirs, yours  # the same rows in another order
    return label, tuple(only_theirs), tuple(only_yours)
