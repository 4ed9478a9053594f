from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core import audit
from core.append_only import protect
from core.context import RequestContext, reset_request, set_request
from core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.mark.req("R12.5")
def test_an_entry_says_who_did_what_to_what_from_what_to_what(person, open_subjects):
    token = set_request(RequestContext("req-12345678", "192.0.2.7"))
    audit.record("order.approved", person, by=person, changes={"total": [Decimal("1.10"), date(2026, 1, 2)]})
    reset_request(token)

    entry = AuditEntry.objects.get()

    assert (entry.by, entry.subject_type, entry.subject_id) == (person, "accounts.user", person.pk)
    assert entry.subject_label == f"Person {person.username}"
    assert entry.changes == {"total": ["1.10", "2026-01-02"]}
    assert (entry.request_id, entry.ip) == ("req-12345678", "192.0.2.7")


def test_recording_is_one_insert_and_no_select(person, django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        audit.record("order.approved", person, by=person)
    assert asked.captured_queries[0]["sql"].startswith("INSERT")


def test_many_entries_are_one_insert(person, django_assert_num_queries):
    entries = [audit.entry("stock.taken", person, by=person) for _ in range(50)]
    with django_assert_num_queries(1):
        audit.record_many(entries)


def test_a_stranger_and_no_subject_can_be_recorded(db):
    assert audit.record("signin.failed", None, by=None, note="unknown").pk


def test_differences_name_only_what_changed():
    before = {"price": Decimal("1.0"), "name": "a", "gone": 1}
    assert audit.differences(before, {"price": Decimal("1.0"), "name": "b"}) == {"name": ["a", "b"]}


@pytest.mark.req("R12.5")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditentry SET note = 'x'",
        "DELETE FROM core_auditentry",
        "UPDATE core_auditseal SET hash = ''",
        "DELETE FROM core_auditseal",
    ],
)
def test_the_database_refuses_to_change_or_remove(person, statement):
    if connection.vendor == "sqlite":
        protect(connection)
    audit.record("order.approved", person, by=person)
    if connection.vendor == "sqlite" and "seal" in statement:
        pytest.skip("SQLite asks row by row, and there is no seal")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.get().note == ""


@pytest.mark.req("R12.5")
@pytest.mark.parametrize("table", ["core_auditentry", "core_auditseal"])
def test_postgresql_refuses_to_empty_the_table(table):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with transaction.atomic():
        protect(connection)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")
        transaction.set_rollback(True)
