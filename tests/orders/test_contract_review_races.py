"""Two who decide on the uplift of a small order at the same moment, on real connections."""

import threading
from typing import Any

import pytest
from django.db import connection

from accounts.choices import Role
from core.errors import Conflict
from core.models import AuditEntry
from orders import services
from orders.models import Clarification, ContractReview, Order
from orders.services import contract_review
from tests.core.factories import at_once
from tests.factories import fresh, person
from tests.orders.test_contract_review import small

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R3.6")]


def take_it_twice(order: Order) -> list[Any]:
    by = person(Role.ORDER_CENTER)
    return at_once(2, lambda _i: services.decide_proposal(order=fresh(order), take=True, by=by))


def decisions() -> int:
    return AuditEntry.objects.filter(action="order.proposal_decided").count()


def test_two_who_take_the_proposal_ask_the_customer_once():
    order = small()
    [error] = [result for result in take_it_twice(order) if isinstance(result, Exception)]
    assert isinstance(error, Conflict) and error.code == "decided"
    assert (decisions(), Clarification.objects.filter(order=order).count()) == (1, 1)


def test_without_the_locks_the_customer_is_asked_twice(monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    order, both_read = small(), threading.Barrier(2, timeout=20)

    def unlocked(order: Order, take: bool) -> ContractReview:
        review = ContractReview.objects.get(round__order=order, round__outcome="open")
        assert take and review.decision == "proposed"
        both_read.wait()
        return review

    monkeypatch.setattr(contract_review, "_open_proposal", unlocked)
    monkeypatch.setattr(contract_review, "lock_order", lambda order, **_kwargs: fresh(order))
    assert not [result for result in take_it_twice(order) if isinstance(result, Exception)]
    assert (decisions(), Clarification.objects.filter(order=order).count()) == (2, 2)
