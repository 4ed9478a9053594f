"""Tables to which rows are added and nothing else: the database itself refuses the rest (R12.5)."""

from typing import Any

TABLES = ("core_auditentry", "core_auditseal")

REFUSE = """
CREATE OR REPLACE FUNCTION jiedan_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""


def protect(connection: Any, tables: tuple[str, ...] = TABLES) -> None:
    """Refuse UPDATE and DELETE, and on PostgreSQL TRUNCATE, even for zero rows there."""
    run = _postgresql_triggers if connection.vendor == "postgresql" else _sqlite_triggers
    _execute(connection, [sql for table in tables for sql in run(table)])


def unprotect(connection: Any, tables: tuple[str, ...] = TABLES) -> None:
    """For taking the migration back, and for test databases that are emptied between tests."""
    on = " ON {table}" if connection.vendor == "postgresql" else ""
    names = ("append_only", "no_truncate") if connection.vendor == "postgresql" else ("no_update", "no_delete")
    _execute(
        connection,
        [f"DROP TRIGGER IF EXISTS {table}_{name}{on.format(table=table)}" for table in tables for name in names],
    )


def _postgresql_triggers(table: str) -> list[str]:
    refuse = "FOR EACH STATEMENT EXECUTE FUNCTION jiedan_refuse_change()"
    return [
        REFUSE,
        f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} {refuse}",
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} {refuse}",
        # Also while replication or a restore has ordinary triggers switched off.
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
    ]


def _sqlite_triggers(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_{name} BEFORE {verb} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
        for name, verb in (("no_update", "UPDATE"), ("no_delete", "DELETE"))
    ]


def _execute(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
