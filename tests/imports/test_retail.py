"""The real file, with all its dirt: every row is taken or refused with a reason, and a second run adds nothing."""

import pytest

from core.imports.choices import Outcome
from customers.models import Customer
from orders.models import Order, OrderLine
from tests.factories import person
from tests.imports.factories import RETAIL, bring_in, check, codes

pytestmark = [pytest.mark.req("R2.7"), pytest.mark.sqlite, pytest.mark.django_db]
ALL = 8_373


def test_checked_every_row_has_its_outcome_and_nothing_is_written():
    job = check(RETAIL.read_bytes(), by=person("inside_sales"), source="retail")
    assert sum(job.counts.values()) == job.total_rows == job.rows.count() == ALL
    assert job.counts[Outcome.REFUSED] == 2385
    assert job.summary["refused"] == {"no_customer": 2260, "cancellation": 95, "negative_quantity": 30}
    assert not Order.objects.exists() and not Customer.objects.exists()


def test_taken_and_refused_are_all_rows():
    job = bring_in(RETAIL.read_bytes(), by=person("inside_sales"), source="retail")
    assert job.status == "done", job.problem
    assert job.counts[Outcome.TAKEN] + job.counts[Outcome.REFUSED] == ALL
    assert OrderLine.objects.count() == job.counts[Outcome.TAKEN] == 5988
    assert Order.objects.count() == job.summary["creates"]["orders"]


def test_the_same_file_again_doubles_nothing():
    clerk = person("inside_sales")
    bring_in(RETAIL.read_bytes(), by=clerk, source="retail")
    before = (Order.objects.count(), OrderLine.objects.count(), Customer.objects.count())
    again = check(RETAIL.read_bytes(), by=clerk, source="retail")
    assert (Order.objects.count(), OrderLine.objects.count(), Customer.objects.count()) == before
    assert again.counts == {Outcome.DUPLICATE: 5988, Outcome.REFUSED: 2385}


def test_rows_wrapped_whole_in_quotes_are_unwrapped_and_told():
    job = check(RETAIL.read_bytes(), by=person("inside_sales"), source="retail")
    wrapped = [row for row in job.rows.all() if "unwrapped" in codes(row)]
    assert len(wrapped) == 119
    assert {len(row.raw) for row in wrapped} == {8}
