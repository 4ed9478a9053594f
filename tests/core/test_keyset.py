import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F, OrderBy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DomainError
from core.keyset import paginate
from core.models import AuditEntry, OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
T0 = datetime(2026, 1, 1, tzinfo=UTC)


def write(values: list[tuple[int, int | None]]) -> None:
    """Messages whose `attempts` repeat and whose `sent_at` may be nothing."""
    OutboxMessage.objects.all().delete()
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            kind="note", payload={}, attempts=attempts, available_at=T0, created_at=T0,
            sent_at=None if hours is None else T0 + timedelta(hours=hours),
        )
        for attempts, hours in values
    )  # fmt: skip


def walk(ordering, size, *, back=False) -> list[int]:
    """All ids page by page, forwards, or to the end and back again."""
    seen, cursor = [], ""
    while True:
        page = paginate(OutboxMessage.objects.all(), ordering=ordering, cursor=cursor, size=size)
        seen.append([row.pk for row in page.items])
        if not page.next_cursor:
            break
        cursor = page.next_cursor
    if not back:
        return [pk for ids in seen for pk in ids]
    returned = [seen[-1]]
    while page.previous_cursor:
        page = paginate(OutboxMessage.objects.all(), ordering=ordering, cursor=page.previous_cursor, size=size)
        returned.insert(0, [row.pk for row in page.items])
    return [pk for ids in returned for pk in ids]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(0, 3)), max_size=12),
    ordering=st.sampled_from(
        [("-sent_at", "-id"), ("sent_at", "id"), ("attempts", "-sent_at", "id"), ("-attempts", "sent_at", "-id")]
    ),
    size=st.integers(1, 5),
)
def test_pages_are_the_whole_list_in_order_each_row_once_both_ways(values, ordering, size):
    write(values)
    whole = list(OutboxMessage.objects.order_by(*ordering).values_list("pk", flat=True))
    assert walk(ordering, size) == whole
    assert walk(ordering, size, back=True) == whole


def test_the_ends_have_no_further_page():
    write([(n, None) for n in range(3)])
    page = paginate(OutboxMessage.objects.all(), ordering=("-id",), size=3)
    assert (page.next_cursor, page.previous_cursor) == ("", "")


def test_a_page_costs_one_query_and_counts_nothing(django_assert_num_queries):
    write([(n, n) for n in range(20)])
    first = paginate(OutboxMessage.objects.all(), ordering=("-id",), size=5)
    with django_assert_num_queries(1) as asked:
        paginate(OutboxMessage.objects.all(), ordering=("-id",), cursor=first.next_cursor, size=5)
    assert "COUNT" not in asked.captured_queries[0]["sql"]


def test_the_size_is_bounded():
    write([(1, 1) for _ in range(250)])
    assert len(paginate(OutboxMessage.objects.all(), ordering=("id",), size=10_000).items) == 200
    assert len(paginate(OutboxMessage.objects.all(), ordering=("id",), size=-5).items) == 1


def test_rows_may_come_as_values():
    write([(n, n) for n in range(4)])
    rows = OutboxMessage.objects.values("id", "attempts")
    page = paginate(rows, ordering=("-attempts", "-id"), size=2)
    following = paginate(rows, ordering=("-attempts", "-id"), cursor=page.next_cursor, size=2)
    assert [row["attempts"] for row in page.items + following.items] == [3, 2, 1, 0]


def forged(*values) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    ["x", "é", "====", forged(0), forged(2, 1), forged(0, 1, 2), forged(0, ["t", "now"]), forged(0, ["q", "1"]),
     forged(0, {"a": 1}), forged(0, "text"), forged(0, "\x00"), forged(0, 1.5), forged(0, ["n", "x"]),
     forged(0, [[[]]]), "A" * 3000, base64.urlsafe_b64encode(b"[" * 900).decode()],
)  # fmt: skip
def test_a_cursor_that_is_not_ours_is_refused_in_words(cursor):
    write([(1, 1)])
    with pytest.raises(DomainError, match="bad_cursor"):
        paginate(OutboxMessage.objects.all(), ordering=("-id",), cursor=cursor)


def test_a_number_beyond_the_column_is_just_an_empty_page():
    write([(1, 1)])
    page = paginate(OutboxMessage.objects.all(), ordering=("id",), cursor=forged(0, 10**30))
    assert page.items == []


def test_a_deep_page_starts_from_the_index():
    if connection.vendor != "postgresql":
        pytest.skip("asks PostgreSQL's planner")
    AuditEntry.objects.bulk_create(AuditEntry(at=T0 + timedelta(minutes=n), action="a") for n in range(3000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE core_auditentry; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    first = paginate(AuditEntry.objects.filter(action="a"), ordering=("-at", "-id"), size=50)
    cursor_values = first.next_cursor
    rows = AuditEntry.objects.filter(action="a").order_by(OrderBy(F("at"), descending=True), "-id")
    assert cursor_values and "Index" in rows[:50].explain()
