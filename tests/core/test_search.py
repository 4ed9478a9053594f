import time

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from core.chinese import simplified
from core.models import Comment
from core.search import BigramIndex, matching, searchable
from tests.core.factories import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R14.9"), pytest.mark.sqlite]


def found(text: str, field="display_name") -> set[str]:
    return {user.display_name for user in matching(User.objects.all(), field, text)}


@pytest.fixture
def names(db):
    for name in ("苏州精密机械有限公司", "杭州机密档案", "Acme Machinery", "100%_real", "李 雷"):
        make_person(display_name=name)


@pytest.mark.parametrize(
    ("text", "names_found"),
    [
        ("精密", {"苏州精密机械有限公司"}),
        ("密机", {"苏州精密机械有限公司"}),
        ("机密", {"杭州机密档案"}),
        ("机", {"苏州精密机械有限公司", "杭州机密档案"}),
        ("acme MACH", {"Acme Machinery"}),
        ("公司 苏州", {"苏州精密机械有限公司"}),
        ("%_", {"100%_real"}),
        ("0%", {"100%_real"}),
        ("上海", set()),
        ("\x00苏州", {"苏州精密机械有限公司"}),
        ("蘇州", {"苏州精密机械有限公司"}),
    ],
)
def test_two_characters_find_the_name_they_stand_in(names, text, names_found):
    assert found(text) == names_found


def test_nothing_typed_finds_everything(names):
    assert len(found("  ")) == 5


def test_any_of_several_fields_may_hold_the_word(names):
    make_person(username="k7x9", display_name="K")
    assert found("k7x9", ("display_name", "username")) == {"K"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.sampled_from("ab机密苏 %_\\'"), max_size=8),
    word=st.text(st.sampled_from("ab机密%_\\'"), min_size=1, max_size=3),
)
def test_it_finds_exactly_what_contains_the_word(text, word):
    User.objects.filter(username="probe").delete()
    make_person(username="probe", display_name=text)
    assert matching(User.objects.filter(username="probe"), "display_name", word).exists() == (word in text)


@given(st.text(max_size=60))
def test_simplified_text_is_as_long_as_before_and_stays_as_it_is(text: str) -> None:
    assert len(simplified(text)) == len(text)
    assert simplified(simplified(text)) == simplified(text)


def test_a_row_is_found_in_either_spelling():
    assert searchable("C1", None, "寧波臺州ACME") == "c1 宁波台州acme"


class TestTheIndex:
    """On a table of its own size: comments."""

    @pytest.fixture
    def indexed(self, person):
        if connection.vendor != "postgresql":
            pytest.skip("a PostgreSQL index")
        index = BigramIndex("text", name="test_bigrams")
        with connection.schema_editor(atomic=False) as editor:
            editor.add_index(Comment, index)
        texts = [f"第{n}号客户机械设备有限公司" for n in range(3000)] + ["只有一个特别的名字"]
        Comment.objects.bulk_create(
            [Comment(subject_type="x", subject_id=1, text=text, by=person, at="2026-01-01T00:00Z") for text in texts]
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE core_comment")
        yield

    def test_is_used_for_two_chinese_characters(self, indexed):
        rows = matching(Comment.objects.all(), "text", "特别")
        assert "test_bigrams" in rows.explain()
        started = time.perf_counter()
        assert rows.count() == 1
        assert time.perf_counter() - started < 0.2

    def test_can_be_taken_away_again(self, indexed):
        with connection.schema_editor(atomic=False) as editor:
            editor.remove_index(Comment, BigramIndex("text", name="test_bigrams"))
        assert "test_bigrams" not in matching(Comment.objects.all(), "text", "特别").explain()


def test_the_index_says_in_migrations_what_it_is():
    path, args, kwargs = BigramIndex("name", name="customers_name_bigrams").deconstruct()
    assert (path, args, kwargs) == ("core.search.BigramIndex", ("name",), {"name": "customers_name_bigrams"})


def test_on_sqlite_it_is_nothing():
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    editor = connection.SchemaEditorClass(connection)
    assert BigramIndex("text", name="test_bigrams").create_sql(Comment, editor) == "SELECT 1"
