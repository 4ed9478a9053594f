"""The floor: the rows an act wrote, written again by bare psycopg2 from as many connections as there are web workers.

One act is carried out alone; what it inserted and what it changed is then found by the transaction's number that every
row of PostgreSQL carries. The floor inserts the like (one statement a table, fresh keys) and, where rows were changed,
reads such rows under a lock and writes them back, in one transaction.
"""

import json
import os
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from django.db import connection
from psycopg2.extras import Json, execute_values

from tools.bench.environment import WORKERS

SECONDS = 1.5
POOL = 400
# Columns in which no two rows may be alike.
FRESH = frozenset({"number", "partner_reference", "key", "code", "reference", "batch"})
TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname !~ '^(django|auth|account|mfa)_'
  AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'id' AND a.attidentity <> '')
"""
Row = dict[str, Any]


@dataclass
class Written:
    """Rows by table. `changed` holds keys of rows of the kind that were changed, to be written back."""

    inserted: dict[str, list[Row]] = field(default_factory=dict)
    changed: dict[str, tuple[int, list[int]]] = field(default_factory=dict)

    @property
    def statements(self) -> int:
        return len(self.inserted) + 2 * sum(number for number, _pool in self.changed.values())


def rows_written_by(act: Callable[[], Any]) -> Written:
    """Nothing else may write meanwhile."""
    tables = [name for (name,) in _read(TABLES)]
    last = {name: _read(f"SELECT coalesce(max(id), 0) FROM {name}")[0][0] for name in tables}
    ((mark,),) = _read("SELECT pg_current_xact_id()::text::bigint")
    act()
    written = Written()
    for name in tables:
        if rows := _rows(f"SELECT * FROM {name} WHERE id > %s ORDER BY id", [last[name]]):
            written.inserted[name] = rows
        changed = _read(f"SELECT id FROM {name} WHERE xmin::text::bigint > %s AND id <= %s", [mark, last[name]])
        if changed:
            pool = _read(f"SELECT id FROM {name} ORDER BY id DESC LIMIT {POOL}")
            single = name == "core_numbercounter"
            written.changed[name] = (len(changed), [key for (key,) in (changed if single else pool)])
    return written


def writes_a_second(written: Written) -> float:
    return _a_second(lambda cursor, turn: _write(cursor, written, turn))


def reads_a_second(statements: list[tuple[str, list[Any]]]) -> float:
    def read(cursor: Any, turn: int) -> None:
        for sql, params in statements:
            cursor.execute(sql, params)
            cursor.fetchall()

    return _a_second(read)


def _a_second(work: Callable[[Any, int], None]) -> float:
    until = time.perf_counter() + SECONDS

    def loop(place: int) -> int:
        database, done = psycopg2.connect(os.environ["DATABASE_URL"]), 0
        while time.perf_counter() < until:
            work(database.cursor(), place * 7919 + done)
            database.commit()
            done += 1
        database.close()
        return done

    started = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as workers:
        done = sum(workers.map(loop, range(WORKERS)))
    return done / (time.perf_counter() - started)


def _write(cursor: Any, written: Written, turn: int) -> None:
    for table, (number, pool) in written.changed.items():
        keys = sorted({pool[(turn * number + place) % len(pool)] for place in range(number)})
        for key in keys:
            cursor.execute(f"SELECT * FROM {table} WHERE id = %s FOR NO KEY UPDATE", [key])
            names = [column.name for column in cursor.description]
            row = dict(zip(names, cursor.fetchone(), strict=True))
            del row["id"]
            sets = ", ".join(f'"{name}" = %s' for name in row)
            cursor.execute(f"UPDATE {table} SET {sets} WHERE id = %s", [*map(_adapted, row.values()), key])
    order = None
    for table in sorted(written.inserted, key=lambda name: name != "orders_order"):
        order = _insert(cursor, table, written.inserted[table], order)


def _insert(cursor: Any, table: str, rows: list[Row], order: int | None) -> int | None:
    names = [name for name in rows[0] if name != "id"]
    columns = ", ".join(f'"{name}"' for name in names)
    values = [[_fresh(name, row[name], order) for name in names] for row in rows]
    execute_values(cursor, f"INSERT INTO {table} ({columns}) VALUES %s RETURNING id", values)
    return int(cursor.fetchone()[0]) if table == "orders_order" else order


def _fresh(name: str, value: Any, order: int | None) -> Any:
    if name == "uid":
        return str(uuid.uuid4())
    if name in FRESH and value:
        return uuid.uuid4().hex[:20]
    if name == "order_id" and order:
        return order
    if name == "subject_id" and value:
        return uuid.uuid4().int >> 66
    return _adapted(value)


def _adapted(value: Any) -> Any:
    return (
        Json(value, dumps=lambda content: json.dumps(content, default=str)) if isinstance(value, dict | list) else value
    )


def _read(sql: str, params: list[Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _rows(sql: str, params: list[Any]) -> list[Row]:
    """As psycopg2 reads them, JSON as Python values."""
    with psycopg2.connect(os.environ["DATABASE_URL"]) as database, database.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
