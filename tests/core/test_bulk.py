"""A few new rows by one INSERT, many by COPY: the same rows, with their keys."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from core.bulk import FEW, insert_many, insert_missing
from core.models import AuditEntry, OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
AT = datetime(2026, 11, 21, 8, tzinfo=UTC)


def entries(count):
    return [
        AuditEntry(at=AT, action=f"act.{n}", changes={"名": [n, "\\ \t\n'%s"]}, note="\\N '%s'", ip="10.0.0.1")
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 3, FEW + 1])
def test_rows_come_back_as_they_were_written(count):
    rows = entries(count)
    insert_many(rows, keys=True)
    found = AuditEntry.objects.in_bulk([row.pk for row in rows])
    for n, row in enumerate(rows):
        stored = found[row.pk]
        assert (stored.action, stored.note, stored.at, stored.ip) == (f"act.{n}", "\\N '%s'", AT, "10.0.0.1")
        assert stored.changes == {"名": [n, "\\ \t\n'%s"]} and stored.by_id is None
        assert not row._state.adding


def test_what_is_there_already_is_passed_over_and_stays_as_it_was():
    def message(key, word):
        return OutboxMessage(kind="email", payload={"word": word}, key=key, available_at=AT, created_at=AT)

    insert_missing([message("a", "first")])
    both = [message("a", "second"), message("b", "second")]
    assert insert_missing(both) is False
    assert insert_missing([]) is True
    assert {m.key: m.payload["word"] for m in OutboxMessage.objects.all()} == {"a": "first", "b": "second"}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="elsewhere the keys are not known")
def test_what_was_missing_has_its_key():
    row = OutboxMessage(kind="email", payload={}, key="a", available_at=AT, created_at=AT)
    assert insert_missing([row]) is True
    assert OutboxMessage.objects.get().pk == row.pk
