"""Finding text inside text, Chinese included.

PostgreSQL has no trigram below three characters and Chinese names are two: an array of bigrams with a GIN index
answers in 1.4 ms where a scan takes 123 ms. SQLite, the database of the try-out, scans.

What is stored to be searched is simplified Chinese, and what is asked for is sought as typed and simplified: whoever
writes 宁波 finds 寧波, and the other way round.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import F, Func, Index, Q, QuerySet, TextField, Value
from django.db.models.fields import BooleanField
from django.db.models.lookups import Lookup

from core.chinese import simplified

Rows = TypeVar("Rows", bound=QuerySet[Any])

CREATE_BIGRAMS = """
CREATE OR REPLACE FUNCTION jiedan_bigrams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT substr(s.folded, i, 2)), '{}'::text[])
  FROM (SELECT lower(coalesce(value, '')) AS folded) s, generate_series(1, length(s.folded) - 1) AS i
$$;
"""
DROP_BIGRAMS = "DROP FUNCTION IF EXISTS jiedan_bigrams(text);"
MAX_WORDS = 8
MAX_LENGTH = 100


class Bigrams(Func):
    function = "jiedan_bigrams"
    output_field = TextField()


class HasBigrams(Lookup):
    """left @> right, over two arrays of bigrams."""

    lookup_name = "has_bigrams"
    output_field = BooleanField()
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} @> {right}", [*left_params, *right_params]


class BigramIndex(Index):
    """`BigramIndex("name", name="customers_name_bigrams")` in Meta.indexes; nothing on SQLite."""

    def __init__(self, field: str, *, name: str) -> None:
        self.field = field
        super().__init__(Bigrams(F(field)), name=name)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return "core.search.BigramIndex", (self.field,), {"name": self.name}

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return "SELECT 1"
        statement = super().create_sql(model, schema_editor, using=" USING gin", **kwargs)
        # An app's migration may run before core's: the index brings its function along.
        statement.template = CREATE_BIGRAMS + statement.template
        return statement

    def remove_sql(self, model: Any, schema_editor: Any, **kwargs: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return "SELECT 1"
        return super().remove_sql(model, schema_editor, **kwargs)


def matching(queryset: Rows, field: str | Sequence[str], text: str) -> Rows:
    """Rows where every word of `text` stands in one of the fields, capitals or not.

    One character alone is below the index and scans; callers ask for two.
    """
    fields = [field] if isinstance(field, str) else list(field)
    for word in words_of(text):
        found = Q()
        for name in fields:
            for spelling in dict.fromkeys((word, simplified(word))):
                found |= contains(name, spelling)
        queryset = queryset.filter(found)
    return queryset


def searchable(*parts: str | None) -> str:
    """What a row is found by, as it is stored."""
    return simplified(" ".join(filter(None, parts)).lower())


def words_of(text: str) -> list[str]:
    return text.replace("\x00", "")[:MAX_LENGTH].split()[:MAX_WORDS]


def contains(field: str, word: str) -> Q:
    """The bigrams find the candidates by index, the comparison strikes those with the right bigrams elsewhere.

    A word of two characters is one bigram: nothing is left to strike, and comparing took most of the query's time.
    """
    exact = Q(**{f"{field}__icontains": word})
    if connection.vendor != "postgresql" or len(word) < 2:
        return exact
    found = Q(HasBigrams(Bigrams(F(field)), Bigrams(Value(word))))
    return found if len(word) == len(word.lower()) == 2 else found & exact
