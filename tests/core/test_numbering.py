import random
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from core import numbering
from core.models import NumberCounter, NumberSeries
from core.number_pattern import pattern_problem, render_number
from core.numbering import draw_number, draw_numbers, preview
from tests.core.factories import at_once

MAY = datetime(2024, 5, 15, 4, tzinfo=UTC)
pytestmark = [pytest.mark.req("R2.2"), pytest.mark.sqlite]


@pytest.mark.django_db
class TestTheNumber:
    def test_of_an_order_is_year_month_and_a_running_number(self):
        assert [draw_number("order", now=MAY) for _ in range(2)] == ["202405-001", "202405-002"]

    def test_starts_again_every_month(self):
        draw_number("order", now=MAY)
        assert draw_number("order", now=MAY.replace(month=6)) == "202406-001"

    def test_has_four_digits_after_999(self):
        assert draw_numbers("order", 1000, now=MAY)[-2:] == ["202405-999", "202405-1000"]

    def test_takes_the_month_of_the_company_not_of_greenwich(self):
        assert draw_number("order", now=datetime(2024, 4, 30, 16, 30, tzinfo=UTC)) == "202405-001"

    def test_of_a_customer_never_starts_again(self):
        assert draw_number("customer", now=MAY) == "C00001"
        assert draw_number("customer", now=MAY.replace(year=2025)) == "C00002"

    def test_can_be_seen_before_it_is_drawn(self):
        assert preview("order", now=MAY) == "202405-001"
        assert draw_number("order", now=MAY) == "202405-001"
        assert preview("order", now=MAY) == "202405-002"

    def test_follows_a_changed_pattern_at_once(self):
        draw_number("order", now=MAY)
        NumberSeries.objects.filter(code="order").update(pattern="JD-{yy}{mm}-{seq:05d}")
        assert draw_number("order", now=MAY) == "JD-2405-00002"

    def test_comes_also_when_nobody_seeded_the_series(self):
        NumberSeries.objects.all().delete()
        assert draw_number("shipment", now=MAY) == "S202405-0001"

    def test_costs_one_statement_alone_and_in_blocks(self, django_assert_num_queries):
        draw_number("order", now=MAY)
        with django_assert_num_queries(1):
            draw_number("order", now=MAY)
        with django_assert_num_queries(1):
            assert len(draw_numbers("order", 500, now=MAY)) == 500

    def test_of_an_unknown_series_is_a_programming_error(self):
        with pytest.raises(KeyError):
            draw_number("nonsense")


@pytest.mark.parametrize(
    ("pattern", "reset"),
    [
        ("{yyyy}{mm}", "month"),
        ("{seq}{seq}", "never"),
        ("{seq.__class__}", "never"),
        ("{yyyy}-{seq:03d}", "month"),
        ("N{seq:03d}", "year"),
        ("{yyyy}{mm}{seq}", "month"),
        ("{seq:03d}{mm}{yyyy}", "month"),
    ],
)
def test_a_pattern_that_could_repeat_a_number_is_refused(pattern, reset):
    with pytest.raises(ValidationError):
        NumberSeries(code="x", pattern=pattern, reset=reset).clean()


@pytest.mark.parametrize("pattern", [pattern for pattern, _reset in numbering.DEFAULTS.values()])
@given(first=st.integers(1, 20_000), second=st.integers(1, 20_000))
def test_two_draws_of_a_default_series_never_look_the_same(pattern, first, second):
    same = render_number(pattern, first, MAY.date()) == render_number(pattern, second, MAY.date())
    assert same == (first == second)


def test_the_defaults_are_good_patterns():
    assert [pattern_problem(*default) for default in numbering.DEFAULTS.values()] == [""] * len(numbering.DEFAULTS)


@pytest.mark.django_db(transaction=True)
class TestUnderConcurrency:
    def test_no_gap_and_no_duplicate_though_every_tenth_act_fails(self):
        drawn = [number for numbers in at_once(8, lambda seed: enter_orders(seed, draw_number)) for number in numbers]
        assert sorted(drawn) == [f"202405-{n:03d}" for n in range(1, len(drawn) + 1)]

    def test_without_the_lock_there_are_duplicates(self):
        """The control: the same entry with a counter that is read, then written."""
        NumberCounter.objects.create(series=series(), period="202405", value=1)
        drawn = [number for numbers in at_once(8, lambda seed: enter_orders(seed, careless_draw)) for number in numbers]
        assert connection.vendor == "sqlite" or len(set(drawn)) < len(drawn)

    def test_outside_a_transaction_nothing_is_drawn(self):
        with pytest.raises(transaction.TransactionManagementError):
            draw_number("order")
        assert not NumberCounter.objects.exists()

    def test_a_first_draw_of_the_month_meets_another(self):
        def first(_index: int) -> str:
            with transaction.atomic():
                return draw_number("quotation", now=MAY)

        assert sorted(at_once(6, first)) == [f"Q202405-{n:03d}" for n in range(1, 7)]


class Failed(Exception):
    pass


def series() -> NumberSeries:
    return NumberSeries.objects.get_or_create(code="order", pattern="{yyyy}{mm}-{seq:03d}", reset="month")[0]


def enter_orders(seed: int, draw) -> list[str]:
    """Thirty acts, each in its own transaction; those that fail give their number back."""
    chance, kept = random.Random(seed), []
    for _ in range(30):
        try:
            with transaction.atomic():
                number = draw("order", now=MAY)
                if chance.random() < 0.1:
                    raise Failed
            kept.append(number)
        except Failed:
            continue
    return kept


def careless_draw(code: str, *, now: datetime) -> str:
    value = NumberCounter.objects.get(series_id=code, period="202405").value
    NumberCounter.objects.filter(series_id=code, period="202405").update(value=value + 1)
    return f"202405-{value:03d}"


def test_the_counter_is_never_below_one(db):
    draw_number("order", now=MAY)
    with pytest.raises(Exception, match="core_counter_positive"), transaction.atomic():
        NumberCounter.objects.update(value=F("value") - 5)
