"""Two people, one quotation, the same moment, on real connections; beside it the same with the lock off."""

import threading
from typing import Any

import pytest
from django.db import connection

from accounts.choices import Role
from accounts.models import system_user
from core.errors import Conflict
from core.models import AuditEntry, OutboxMessage
from orders import services
from orders.models import Order, Quotation
from orders.services import quotation_outcome, quotations
from tests.core.factories import at_once
from tests.factories import person
from tests.orders.quotation_factories import make_quotation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R3.7")]


@pytest.fixture
def unlock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Takes the lock away: two have read before either writes."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    both_read = threading.Barrier(2, timeout=20)

    def stale(quotation: Quotation, **_kwargs: Any) -> Quotation:
        return Quotation.objects.select_related("customer", "salesperson").get(pk=quotation.pk)

    def checked(quotation: Quotation, statuses: Any) -> None:
        assert quotation.status in statuses
        both_read.wait()

    def now() -> None:
        for module in (quotation_outcome, quotations):
            monkeypatch.setattr(module, "lock_quotation", stale)
            monkeypatch.setattr(module, "require_quotation", checked)

    return now


def failures(results: list[Any]) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]


@pytest.mark.req("R1.3")
def test_two_who_order_a_quotation_make_one_order():
    quotation, by = make_quotation("accepted"), person(Role.SALES)
    results = at_once(4, lambda _i: services.order_quotation(quotation=quotation, by=by))
    assert {type(error) for error in failures(results)} == {Conflict} and len(failures(results)) == 3
    assert Order.objects.count() == 1


@pytest.mark.req("R1.3")
def test_without_the_lock_the_second_order_is_stopped_by_the_database_alone(unlock):
    quotation, by = make_quotation("accepted"), person(Role.SALES)
    unlock()
    results = at_once(2, lambda _i: services.order_quotation(quotation=quotation, by=by))
    [error] = failures(results)
    assert not isinstance(error, Conflict) and "quotation_id" in str(error)
    assert Order.objects.filter(quotation=quotation).count() == 1


def test_two_who_send_a_quotation_send_one_mail():
    quotation, by = make_quotation("approved"), person(Role.SALES)
    to = ["li@example.com"]
    results = at_once(4, lambda _i: services.send_quotation(quotation=quotation, to=to, by=by))
    assert [type(error) for error in failures(results)] == [Conflict] * 3
    assert OutboxMessage.objects.filter(kind="document_mail").count() == 1


def test_without_the_lock_the_customers_acceptance_is_recorded_twice(unlock):
    quotation, by = make_quotation("sent"), person(Role.SALES)
    unlock()
    results = at_once(2, lambda _i: services.accept_quotation(quotation=quotation, by=by))
    assert failures(results) == []
    assert AuditEntry.objects.filter(action="quotation.accepted").count() == 2


def test_two_sweeps_let_a_quotation_run_out_once():
    quotation = make_quotation("sent")
    Quotation.objects.filter(pk=quotation.pk).update(valid_until="2020-01-01")
    system = system_user()
    results = at_once(3, lambda _i: services.expire_quotations(by=system))
    assert sum(results) == 1
    assert AuditEntry.objects.filter(action="quotation.expired").count() == 1


@pytest.mark.req("R1.3")
def test_accepting_losing_and_ordering_at_once_lead_to_one_end():
    quotation, by = make_quotation("sent"), person(Role.SALES)
    acts = [
        lambda: services.accept_quotation(quotation=quotation, by=by),
        lambda: services.lose_quotation(quotation=quotation, reason="price", by=by),
        lambda: services.order_quotation(quotation=quotation, by=by),
        lambda: services.order_quotation(quotation=quotation, by=by),
    ]
    results = at_once(4, lambda i: acts[i]())
    assert {type(error) for error in failures(results)} == {Conflict}
    quotation.refresh_from_db()
    orders = Order.objects.filter(quotation=quotation).count()
    ends = AuditEntry.objects.filter(action__in=["quotation.accepted", "quotation.lost"])
    assert ends.count() == 1 and orders == (0 if quotation.status == "lost" else 1)


def test_without_the_lock_it_is_both_accepted_and_lost(unlock):
    quotation, by = make_quotation("sent"), person(Role.SALES)
    unlock()
    acts = [
        lambda: services.accept_quotation(quotation=quotation, by=by),
        lambda: services.lose_quotation(quotation=quotation, reason="price", by=by),
    ]
    results = at_once(2, lambda i: acts[i]())
    assert failures(results) == []
    assert AuditEntry.objects.filter(action__in=["quotation.accepted", "quotation.lost"]).count() == 2
