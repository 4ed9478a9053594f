"""What a room says about its kind of file; the engine does the rest.

class ProductImporter(Importer):
    kind, label = "products", _("Products")
    columns = (Column("code", _("Product code"), required=True, aliases=("sku", "产品编号")), …)
    form_class = ProductOptions                  # a form of options, each with a visible default
    roles = frozenset({...})

    def check(self, rows): …                     # rows -> groups, once over the whole file, few queries
    def take(self, groups): …                    # inside the chunk's transaction: write, set group.target
    def exported(self): …                        # what is here, in the same layout
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms

from core.imports.choices import Outcome
from core.imports.table import RawRow
from core.imports.values import Unreadable, clean

Parse = Callable[[str], Any]


class _Everything:
    def __contains__(self, _key: object) -> bool:
        return True


EVERYTHING = _Everything()


@dataclass(frozen=True)
class Column:
    """A field of the import. `aliases`: other heads it is known by, in any language. `mask`: it tells of a person whom
    not everybody may read (R1.6)."""

    name: str
    label: Any
    required: bool = False
    aliases: Sequence[str] = ()
    parse: Parse | None = None
    max_length: int = 0
    help: Any = ""
    mask: Callable[[str], str] | None = None


@dataclass
class Row:
    """A row of the file with its values by field; `refused` empty means sound."""

    number: int
    raw: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    refused: list[list[Any]] = field(default_factory=list)
    mended: list[list[Any]] = field(default_factory=list)
    outcome: str = ""
    group: "Group | None" = None

    def refuse(self, code: str, /, **params: Any) -> None:
        self.refused.append([code, params])

    def mend(self, code: str, /, **params: Any) -> None:
        self.mended.append([code, params])

    @property
    def reasons(self) -> list[list[Any]]:
        return [*self.refused, *self.mended]


@dataclass
class Group:
    """The rows that make up one thing, and what becomes of it."""

    key: str
    rows: list[Row] = field(default_factory=list)
    label: str = ""
    outcome: str = ""
    notes: list[list[Any]] = field(default_factory=list)
    amount: Decimal | None = None
    currency: str = ""
    target_id: int | None = None
    target_label: str = ""
    pk: int | None = None

    @property
    def sound(self) -> list[Row]:
        return [row for row in self.rows if not row.refused]

    def note(self, code: str, /, **params: Any) -> None:
        self.notes.append([code, params])

    def settle(self) -> None:
        """Give the group and its rows their outcomes; duplicates were marked before."""
        sound = 0
        for row in self.rows:
            if row.refused:
                row.outcome = Outcome.REFUSED
                continue
            sound += 1
            row.outcome = Outcome.DUPLICATE if self.target_id else Outcome.MENDED if row.mended else Outcome.READY
        if self.target_id and sound:
            self.outcome = Outcome.DUPLICATE
        elif not sound:
            self.outcome = Outcome.REFUSED
        elif sound < len(self.rows):
            self.outcome = Outcome.PARTIAL
        else:
            self.outcome = Outcome.MENDED if self.notes or any(row.mended for row in self.rows) else Outcome.READY


class OptionsForm(forms.Form):
    """Options of an import. Whatever it cleans to must fit into JSON."""

    def __init__(self, *args: Any, by: Any = None, **kwargs: Any) -> None:
        self.by = by
        super().__init__(*args, **kwargs)

    @classmethod
    def defaults(cls, by: Any) -> dict[str, Any]:
        form = cls(by=by)
        return {name: form.get_initial_for_field(form.fields[name], name) for name in form.fields}


class Importer:
    do_not_call_in_templates = True  # templates read the labels of the class
    kind = ""
    label: Any = ""
    thing: Any = ""  # the noun of what rows make up, plural: "orders"
    row_thing: Any = ""  # what one row is: "lines"
    columns: Sequence[Column] = ()
    form_class: type[OptionsForm] = OptionsForm
    roles: frozenset[str] = frozenset()
    reasons: Mapping[str, Any] = {}
    chunk = 1000
    list_url = ""  # URL name of the page that shows what was made
    subject_type = ""  # of what was made, as core.subjects knows it

    def __init__(self, mapping: Mapping[str, int], options: Mapping[str, Any], by: Any) -> None:
        self.mapping = dict(mapping)
        self.options = {**self.form_class.defaults(by), **options}
        self.by = by
        self.fields = [(column, self.mapping[column.name]) for column in self.columns if column.name in self.mapping]

    @classmethod
    def read_by(cls, reader: Any, job: Any) -> Container[int | None]:
        """The things, by key, whose persons this reader reads in the rows of somebody else's file; None stands for
        those who are not here yet. Not asked for where no column has a mask."""
        return EVERYTHING

    @classmethod
    def check_mapping(cls, mapping: Mapping[str, int]) -> None:
        """Raise DomainError when the chosen columns cannot do together."""

    # one row

    def parse(self, raw: RawRow) -> Row:
        """Values by field; every reason at once, so that one correction suffices."""
        row = Row(raw.number, raw.cells, refused=list(raw.refused), mended=list(raw.mended))
        cells, values, width = raw.cells, row.values, len(raw.cells)
        for column, index in self.fields:
            text = clean(cells[index]) if index < width else ""
            if text and (not column.max_length or len(text) <= column.max_length):
                # The sound cell, which nearly all are, goes the short way.
                try:
                    values[column.name] = column.parse(text) if column.parse else text
                    continue
                except Unreadable:
                    pass
            values[column.name] = self._value(row, column, text)
        self.judge(row)
        return row

    def _value(self, row: Row, column: Column, text: str) -> Any:
        if not text:
            if column.required:
                row.refuse("required", column=str(column.label))
            return None if column.parse else ""
        if column.max_length and len(text) > column.max_length:
            row.refuse("too_long", column=str(column.label), limit=column.max_length)
            return text[: column.max_length]
        if column.parse is None:
            return text
        try:
            return column.parse(text)
        except Unreadable as error:
            row.refuse(error.code, column=str(column.label), **error.params)
            return None

    def judge(self, row: Row) -> None:
        """What is wrong with the row in itself, beyond its cells."""

    # the whole file, and chunks of it

    def check(self, rows: list[Row]) -> list[Group]:
        """Group the rows, look up what they name, refuse what cannot be; few queries, whatever the size."""
        raise NotImplementedError

    def lock(self, rows: list[Row]) -> None:
        """Take the locks that must hold from looking to writing. Called in the chunk's transaction, before `check`."""

    def take(self, groups: list[Group]) -> None:
        """Write the groups' sound rows and set `target_id`, `target_label`. Called in the chunk's transaction."""
        raise NotImplementedError

    def summary(self, groups: Iterable[Group]) -> dict[str, int]:
        """What will be created, for the question before: {code: number}; worded by `summary_words`."""
        return {}

    summary_words: Mapping[str, Any] = {}

    # the way out

    def exported_head(self) -> Sequence[str]:
        return [str(column.label) for column in self.columns]

    def exported(self) -> Iterator[list[Any]]:
        """What is here and the person may see, in the layout of `columns`."""
        return iter(())


def single_groups(rows: list[Row], name: str) -> list[Group]:
    """One group a row, by the value of `name`; a key that stands twice is refused the second time."""
    seen: dict[str, Group] = {}
    for row in rows:
        key = str(row.values.get(name) or "")[:80]
        if not key:
            continue
        if row.refused and key in seen:
            continue
        if key in seen:
            row.refuse("twice_in_file", key=key, row=seen[key].rows[0].number)
            continue
        group = Group(key, [row])
        row.group = seen[key] = group
    return list(seen.values())
