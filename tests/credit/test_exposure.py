"""The exposure is the sum of its ledger and never passes the limit (R9.2)."""

import time
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import system_user
from core.errors import Conflict, DomainError
from credit.models import CreditAccount, CreditReservation
from credit.services import confirm_receipt, exposure, release_credit, report_receipt, reserve_credit
from customers.models import Customer
from customers.services import save_customer
from tests.core.factories import at_once
from tests.factories import make_customer, make_user, person

pytestmark = [pytest.mark.req("R9.2"), pytest.mark.django_db]


def reserve(customer: Customer, reference: str, amount: Any, **over: Any) -> CreditAccount:
    amount = Decimal(amount)
    with transaction.atomic():
        return reserve_credit(customer, reference=reference, total=amount, on_credit=amount, by=system_user(), **over)


def account_of(customer: Customer) -> CreditAccount:
    return CreditAccount.objects.get(customer=customer)


def owed(customer: Customer) -> Decimal:
    return sum((row.outstanding for row in CreditReservation.objects.filter(account__customer=customer)), Decimal(0))


@pytest.mark.sqlite
def test_an_order_above_the_limit_is_refused_and_changes_nothing() -> None:
    customer = make_customer(limit=1000)
    reserve(customer, "A", 800)
    with pytest.raises(Conflict, match="credit_limit"):
        reserve(customer, "B", "200.01")
    assert account_of(customer).exposure == 800
    reserve(customer, "B", 200)
    assert account_of(customer).available_credit == 0


@pytest.mark.req("R14.4")
def test_a_waiver_lets_one_order_pass() -> None:
    customer = make_customer(limit=100)
    assert reserve(customer, "A", 500, waived=True).available_credit == -400


def test_the_currency_does_not_change_while_an_order_is_on_credit() -> None:
    customer = make_customer(limit=1000)
    reserve(customer, "A", 800)
    with pytest.raises(DomainError, match="currency"):
        save_customer(customer=customer, values={"currency": "USD"}, by=person("sales_manager"))
    release_credit(customer, reference="A", by=system_user())
    assert save_customer(customer=customer, values={"currency": "USD"}, by=person("sales_manager")).currency == "USD"


def test_reserving_again_replaces() -> None:
    customer = make_customer(limit=1000)
    for amount in (600, 900, 300):
        reserve(customer, "A", amount)
    assert account_of(customer).exposure == 300


AMOUNT = st.decimals(Decimal("0.01"), Decimal(5000), places=2)
STEP = st.tuples(st.sampled_from(["reserve", "receipt", "release"]), st.sampled_from("ABC"), AMOUNT, AMOUNT)


class RandomLedgers(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=st.lists(STEP, max_size=14), limit=st.decimals(0, 8000, places=2))
    def test_whatever_comes_the_ledger_adds_up_within_the_limit(self, steps: list[Any], limit: Decimal) -> None:
        customer, finance, by = make_customer(limit=limit), make_user("finance"), system_user()
        for kind, reference, amount, part in steps:
            try:
                with transaction.atomic():
                    self.step(kind, customer, reference, amount, min(part, amount), finance)
            except Conflict as error:
                self.assertEqual(error.code, "credit_limit")
            account = account_of(customer)
            ledger = account.entries.aggregate(total=Sum("amount"))["total"] or Decimal(0)
            self.assertEqual(account.exposure, ledger)
            self.assertEqual(account.exposure, owed(customer))
            self.assertLessEqual(account.exposure, limit)
            self.assertGreaterEqual(account.exposure, 0)
        self.assertTrue(by.is_system)

    def step(self, kind: str, customer: Customer, reference: str, amount: Decimal, part: Decimal, finance: Any) -> None:
        by = system_user()
        if kind == "reserve":
            reserve_credit(customer, reference=reference, total=amount, on_credit=part, by=by)
        elif kind == "release":
            release_credit(customer, reference=reference, by=by)
        else:
            receipt = report_receipt(customer=customer, reference=reference, amount=amount, by=person("sales"))
            confirm_receipt(receipt=receipt, by=finance)


@pytest.mark.django_db(transaction=True)
def test_approvals_at_the_same_moment_never_pass_the_limit_together() -> None:
    customer = make_customer(limit=1000)
    system_user()
    results = at_once(8, lambda index: reserve(customer, f"O{index}", 400))
    assert sum(isinstance(result, Conflict) for result in results) == 6
    assert account_of(customer).exposure == owed(customer) == 800


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_they_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_only(customer: Customer) -> CreditAccount:
        account = CreditAccount.objects.get(customer=customer)
        time.sleep(0.1)
        return account

    customer = make_customer(limit=1000)
    system_user()
    monkeypatch.setattr(exposure, "lock_account", look_only)
    at_once(8, lambda index: reserve(customer, f"O{index}", 400))
    assert owed(customer) > 1000


@pytest.mark.django_db(transaction=True)
def test_money_and_orders_at_the_same_moment_keep_the_ledger_right() -> None:
    customer, finance = make_customer(limit=10_000), make_user("finance")
    system_user()
    reserve(customer, "A", 3000)
    amounts = [Decimal(100)] * 5
    receipts = [report_receipt(customer=customer, reference="A", amount=n, by=person("sales")) for n in amounts]

    def work(index: int) -> Any:
        if index < 5:
            return confirm_receipt(receipt=receipts[index], by=finance)
        return reserve(customer, "A" if index % 2 else f"N{index}", 3000 if index % 2 else 500)

    results = at_once(10, work)
    assert not [result for result in results if isinstance(result, Exception)]
    account = account_of(customer)
    assert account.exposure == owed(customer) == account.entries.aggregate(n=Sum("amount"))["n"]
    assert CreditReservation.objects.get(reference="A").paid == 500
