"""The totals count every transition once, whoever folds, however often (R11.2)."""

import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orders.choices import EDITABLE
from orders.models import Order, StatusChange
from reports.choices import Measure
from reports.folding import Key, totals_of
from reports.models import EPOCH, DailyFigure
from reports.querysets import transitions_of
from reports.selectors import figures
from reports.services import figures as folding
from reports.services import fold_figures, rebuild_figures
from tests.core.factories import at_once
from tests.reports.factories import later, log, make_rows, receive_many

pytestmark = [pytest.mark.req("R11.2"), pytest.mark.django_db]


def kept() -> dict[Key, tuple[int, Decimal]]:
    rows = DailyFigure.objects.exclude(count=0, amount=0)
    return {Key(row.measure, row.date, row.dimension, row.currency): (row.count, row.amount) for row in rows}


def from_log() -> dict[Key, tuple[int, Decimal]]:
    """The truth, summed from the whole log at once."""
    totals = totals_of(transitions_of(StatusChange.objects.all()))
    return {key: (total.count, total.amount) for key, total in totals.items()}


def stage(status: str) -> int:
    return sum(DailyFigure.objects.filter(measure=Measure.STAGE, dimension=status).values_list("count", flat=True))


@pytest.mark.sqlite
def test_an_order_counts_where_it_stands_and_no_longer_where_it_stood() -> None:
    (order,) = make_rows(1)
    log(order, "draft", "received")
    log(order, "received", "reviewed")
    assert fold_figures() == 2
    assert (stage("received"), stage("reviewed")) == (0, 1)


@pytest.mark.sqlite
def test_folding_twice_counts_once() -> None:
    receive_many(3)
    assert fold_figures() == 3
    before = kept()
    assert fold_figures() == 0
    assert kept() == before == from_log()


@pytest.mark.sqlite
def test_small_steps_add_up_to_the_whole() -> None:
    receive_many(10)
    while fold_figures(limit=3):
        pass
    assert kept() == from_log()


def test_a_day_ends_at_midnight_of_the_company() -> None:
    (order,) = make_rows(1)
    log(order, "draft", "received", at=later(14))  # 15:00 UTC, 23:00 in Shanghai
    log(order, "received", "canceled", at=later(16))  # 17:00 UTC, 01:00 of the next day
    fold_figures()
    days = DailyFigure.objects.filter(measure=Measure.STAGE_CHANGE, dimension="canceled").values_list("date", flat=True)
    assert list(days) == [date(2026, 3, 3)]
    assert DailyFigure.objects.get(measure=Measure.INTAKE).date == date(2026, 3, 2)


def test_an_order_edited_while_it_was_returned_leaves_no_amount_behind() -> None:
    (order,) = make_rows(1)
    log(order, "draft", "received", amount=Decimal(100))
    log(order, "received", "returned", amount=Decimal(100))
    log(order, "returned", "received", amount=Decimal(250), currency="USD")
    fold_figures()
    rows = {(row.dimension, row.currency): (row.count, row.amount) for row in DailyFigure.objects.filter(date=EPOCH)}
    assert rows[("received", "USD")] == (1, Decimal(250))
    assert not any(any(rows.get((name, "CNY"), ())) for name in ("received", "returned"))


def test_intake_counts_an_order_once_however_often_it_comes_back() -> None:
    (order,) = make_rows(1)
    for before, after in (("draft", "received"), ("received", "returned"), ("returned", "received")):
        log(order, before, after)
    fold_figures()
    assert sum(DailyFigure.objects.filter(measure=Measure.INTAKE).values_list("count", flat=True)) == 1


def test_rebuilding_gives_what_folding_gave_and_repairs_what_was_spoilt() -> None:
    receive_many(5)
    fold_figures()
    right = kept()
    DailyFigure.objects.update(count=7)
    receive_many(2)
    rebuild_figures()
    assert kept() == right
    call_command("rebuild_figures")
    assert kept() == from_log()


def test_the_page_is_exact_before_anything_is_folded() -> None:
    receive_many(4)
    fold_figures()
    receive_many(3)
    day = date(2000, 1, 1)
    read = figures(intake_since=day, shipped_since=day, changes_since=day)
    assert read.of(Measure.STAGE, dimensions=("received",)).count == 7
    assert read.of(Measure.INTAKE).amount("CNY") == 700


PATHS = ("received", "returned", "reviewed", "approved", "in_production", "shipped", "accepted", "closed", "canceled")
STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(PATHS),
        st.decimals(0, 10**9, places=2),
        st.sampled_from(["CNY", "USD"]),
        st.sampled_from([None, True, False]),
        st.integers(0, 4000),
        st.booleans(),
    ),
    max_size=25,
)


class RandomLives(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=STEPS)
    def test_whatever_happens_the_fold_equals_the_rebuild_and_the_orders(self, steps: list[Any]) -> None:
        orders = make_rows(4, status="draft")
        status = dict.fromkeys(range(4), "draft")
        worth = dict.fromkeys(range(4), (Decimal(0), "CNY"))
        for index, after, amount, currency, on_time, hours, fold in steps:
            if status[index] in EDITABLE:
                worth[index] = (amount, currency)
            amount, currency = worth[index]
            log(orders[index], status[index], after, amount=amount, currency=currency, on_time=on_time, at=later(hours))
            status[index] = after
            if fold:
                fold_figures(limit=2)
        while fold_figures():
            pass
        folded = kept()
        self.assertEqual(folded, from_log())
        standing: dict[Any, tuple[int, Decimal]] = {}
        for index, (amount, currency) in worth.items():
            if status[index] != "draft":
                count, total = standing.get((status[index], currency), (0, Decimal(0)))
                standing[status[index], currency] = count + 1, total + amount
        stages = {(k.dimension, k.currency): total for k, total in folded.items() if k.measure == Measure.STAGE}
        self.assertEqual(stages, standing)
        rebuild_figures()
        self.assertEqual(kept(), folded)


@pytest.mark.django_db(transaction=True)
def test_many_who_fold_at_once_count_each_transition_once() -> None:
    receive_many(400)
    results = at_once(6, lambda _index: [fold_figures(limit=25) for _ in range(30)])
    assert not [result for result in results if isinstance(result, Exception)]
    assert sum(sum(result) for result in results) == 400
    assert kept() == from_log()


@pytest.mark.django_db(transaction=True)
def test_control_without_the_claim_the_same_race_counts_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_only(limit: int) -> list[int]:
        rows = list(StatusChange.objects.filter(is_folded=False).order_by("id").values_list("id", flat=True)[:limit])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
        return rows

    monkeypatch.setattr(folding, "_claim", look_only)
    receive_many(200)
    at_once(4, lambda _index: [fold_figures(limit=100) for _ in range(3)])
    assert stage("received") > 200


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_amid_folds_and_new_orders_loses_nothing() -> None:
    receive_many(100)

    def work(index: int) -> None:
        for _ in range(5):
            if index == 0:
                rebuild_figures()
            elif index == 1:
                receive_many(20, customer=Order.objects.earliest("id").customer)
            else:
                fold_figures(limit=random.randint(1, 40))

    results = at_once(5, work)
    assert not [result for result in results if result is not None]
    while fold_figures():
        pass
    assert stage("received") == 200
    assert kept() == from_log()


@pytest.mark.django_db(transaction=True)
def test_a_fold_that_dies_leaves_its_transitions_to_the_next() -> None:
    receive_many(3)
    with pytest.raises(RuntimeError), transaction.atomic():
        fold_figures()
        raise RuntimeError
    assert not kept()
    assert fold_figures() == 3
