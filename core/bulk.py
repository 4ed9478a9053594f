"""New rows at once, on PostgreSQL: many by COPY, three times as fast as INSERT, a few by an INSERT that is put together
once and not for every row; bulk_create elsewhere.

For new rows of one table only: no signals, no database defaults. Rules of the database (constraints, triggers) hold
as for any insert.
"""

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db import connection, models

Read = Callable[[Any], Any]
NULL = "\\N"
FEW = 50  # below this COPY gains nothing
AT_ONCE = 100  # lines handed to the database


def insert_many(rows: Sequence[Any], *, keys: bool = False) -> None:
    """Write unsaved instances of one model. `keys`: they get their primary keys, in order."""
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(rows, batch_size=1000)
        return
    if len(rows) < FEW:
        _insert_few(model, rows)
        return
    if keys:
        _draw_keys(model, rows)
    fields = [field for field in model._meta.concrete_fields if keys or not field.primary_key]
    _stamp(fields, rows)
    copy(model._meta.db_table, [field.column for field in fields], _lines(rows, fields))
    alias = connection.alias  # asked once: it is found by way of the thread
    for row in rows:
        row._state.adding, row._state.db = False, alias


def copy(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """Rows as COPY reads them, see `copy_line`."""
    names = ", ".join(map(connection.ops.quote_name, columns))
    statement = f"COPY {connection.ops.quote_name(table)} ({names}) FROM STDIN"
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, _Stream(lines))  # type: ignore[attr-defined]


class _Stream:
    """A file of lines that are made when asked for: meanwhile the database takes the ones before."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = iter(lines)

    def read(self, _size: int) -> str:
        """Psycopg takes more or less than it asked for; nothing is the end."""
        return "".join(islice(self.lines, AT_ONCE))


def copy_line(cells: Iterable[str]) -> str:
    return "\t".join(cells) + "\n"


def insert_missing(rows: Sequence[Any]) -> bool:
    """Write unsaved instances of one model, passing over what a unique index has already; nobody waits or fails.

    True when all were written and have their keys. False when some may not have been: whom it concerns looks.
    """
    if not rows:
        return True
    model = type(rows[0])
    if connection.vendor == "postgresql" and len(rows) < FEW:
        return _insert_few(model, rows, skip=True)
    model._default_manager.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return False


def _insert_few(model: type[models.Model], rows: Sequence[Any], *, skip: bool = False) -> bool:
    """As bulk_create does, keys included, at a quarter of the processor time: an order takes seven of these.

    With `skip` some may be there already: then False, and no row gets its key.
    """
    head, values_of, dumps = _insert_of(model)
    _stamp(model._meta.concrete_fields, rows)
    parameters: list[Any] = []
    for row in rows:
        values = [value if type(value) in WRITERS else str(value) for value in values_of(row)]
        for place, dump in dumps:
            values[place] = dump(row)
        parameters += values
    one = f"({', '.join(['%s'] * (len(parameters) // len(rows)))})"
    tail = "ON CONFLICT DO NOTHING RETURNING id" if skip else "RETURNING id"
    with connection.cursor() as cursor:
        cursor.execute(f"{head} {', '.join([one] * len(rows))} {tail}", parameters)
        keys = cursor.fetchall()
    if len(keys) < len(rows):
        return False
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk, row._state.adding, row._state.db = key, False, connection.alias
    return True


@cache
def _insert_of(model: type[models.Model]) -> tuple[str, Read, list[tuple[int, Read]]]:
    """The statement up to VALUES, and its readers."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES', *_readers(fields)


def _readers(fields: Sequence[Any]) -> tuple[Read, list[tuple[int, Read]]]:
    """What reads a row's values, and for JSON its writers by place."""
    dumps = [(place, _json_reader(field)) for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
    return attrgetter(*[field.attname for field in fields]), dumps


def _json_reader(field: Any) -> Callable[[Any], str | None]:
    dump, value_of = (field.encoder or json.JSONEncoder)(ensure_ascii=False).encode, attrgetter(field.attname)
    return lambda row: None if value_of(row) is None else dump(value_of(row))


def _stamp(fields: Sequence[Any], rows: Sequence[Any]) -> None:
    for field in fields:
        if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
            for row in rows:
                field.pre_save(row, True)


def _draw_keys(model: type[models.Model], rows: Sequence[Any]) -> None:
    """From the table's own sequence; a rolled-back draw leaves a gap in keys, as any insert does."""
    key = model._meta.pk
    assert key is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [f'"{model._meta.db_table}"', key.column, len(rows)],
        )
        for row, (value,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = value


def _lines(rows: Sequence[Any], fields: Sequence[Any]) -> Iterator[str]:
    values_of, dumps = _readers(fields)
    for row in rows:
        values = list(values_of(row))
        for place, dump in dumps:
            values[place] = dump(row)
        yield copy_line([(WRITERS.get(type(value)) or _written)(value) for value in values])


def _written(value: Any) -> str:
    return escaped(str(value))


def escaped(text: str) -> str:
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if text.isprintable():
        return text
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


WRITERS: dict[type, Callable[[Any], str]] = {
    str: escaped,
    int: str,
    Decimal: str,
    type(None): lambda value: NULL,
    bool: lambda value: "t" if value else "f",
    datetime: datetime.isoformat,
    date: date.isoformat,
}


@contextmanager
def many_objects() -> Iterator[None]:
    """While very many objects are made on purpose, searching them for rubbish again and again only costs."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
