"""Two at once on a dispatch request and on a shortage; beside each the same without the lock, as a control."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.choices import Role
from accounts.models import system_user
from core.errors import Conflict, DomainError
from fulfillment import services
from fulfillment.models import DispatchRequest, Shipment, Shortage
from fulfillment.services import dispatch_requests as requests_module
from fulfillment.services import shipments as shipments_module
from tests.core.factories import at_once
from tests.factories import person
from tests.fulfillment.factories import ask_dispatch, make_inspected, prepare
from workflow.choices import WorkKind
from workflow.models import WorkItem

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def cast(transactional_db):
    roles = (Role.LOGISTICS, Role.WAREHOUSE, Role.SALES, Role.INSIDE_SALES, Role.PRODUCTION)
    return [system_user(), *(person(role) for role in roles)]


def done(results):
    return [result for result in results if not isinstance(result, Exception)]


# ---- a request is answered once --------------------------------------------------------------------------------------


def order_it(request):
    row = DispatchRequest.objects.select_related("order").get(pk=request.pk)
    return services.order_dispatch(dispatch_request=row, carrier="顺丰", by=person(Role.INSIDE_SALES))


@pytest.mark.req("R5.2")
def test_a_request_ordered_by_two_at_once_makes_one_dispatch_order():
    request = ask_dispatch(make_inspected(), 3)
    results = at_once(4, lambda _i: order_it(request))
    assert len(done(results)) == Shipment.objects.count() == 1
    assert {error.code for error in results if isinstance(error, Conflict)} == {"status"}


@pytest.mark.req("R5.2")
def test_without_the_lock_one_request_makes_two_dispatch_orders(monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    request = ask_dispatch(make_inspected(), 3)
    both_read = threading.Barrier(2, timeout=20)

    def stale(given, _by):
        both_read.wait()
        return given

    monkeypatch.setattr(requests_module, "_checkable", stale)
    monkeypatch.setattr(requests_module, "_finish", lambda *_args, **_words: None)
    results = at_once(2, lambda _i: order_it(request))
    assert len(done(results)) == Shipment.objects.count() == 2


@pytest.mark.req("R5.2")
def test_a_request_sent_back_while_another_orders_it_ends_one_way():
    request = ask_dispatch(make_inspected(), 3)

    def answer(i):
        if i:
            return order_it(request)
        row = DispatchRequest.objects.select_related("order").get(pk=request.pk)
        return services.return_dispatch_request(dispatch_request=row, reason="地址不对", by=person(Role.INSIDE_SALES))

    assert len(done(at_once(2, answer))) == 1
    status = DispatchRequest.objects.get(pk=request.pk).status
    assert Shipment.objects.count() == (status == "ordered")


@pytest.mark.req("R5.2")
def test_two_ask_for_the_same_goods_and_one_is_told():
    order = make_inspected()
    results = at_once(2, lambda _i: ask_dispatch(order, 7))
    assert len(done(results)) == DispatchRequest.objects.count() == 1
    assert {error.code for error in results if isinstance(error, DomainError)} == {"quantity"}


@pytest.mark.req("R5.2")
def test_without_the_lock_two_ask_for_the_same_goods(monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    order = make_inspected()
    both_counted = threading.Barrier(2, timeout=20)
    count = shipments_module.askable

    def counted(*args, **words):
        found = count(*args, **words)
        both_counted.wait()
        return found

    monkeypatch.setattr(requests_module, "lock_order", lambda order, **_words: order)
    monkeypatch.setattr(requests_module, "askable", counted)
    assert len(done(at_once(2, lambda _i: ask_dispatch(order, 7)))) == 2


# ---- a shortage is reported and settled once -------------------------------------------------------------------------


def report(shipment):
    row = Shipment.objects.select_related("order").get(pk=shipment.pk)
    day = timezone.localdate() + timedelta(days=3)
    return services.report_shortage(shipment=row, reason="缺货", new_date=day, by=person(Role.WAREHOUSE))


@pytest.mark.req("R5.4")
def test_a_shortage_reported_by_two_at_once_is_one_and_asks_each_department_once():
    shipment = prepare(make_inspected())
    results = at_once(3, lambda _i: report(shipment))
    assert len(done(results)) == Shortage.objects.count() == 1
    assert {error.code for error in results if isinstance(error, Conflict)} == {"reported"}
    assert WorkItem.objects.filter(kind=WorkKind.SHORTAGE).count() == 2


@pytest.mark.req("R5.4")
def test_a_shortage_settled_by_two_at_once_keeps_the_first_word():
    shortage = report(prepare(make_inspected()))

    def settle(i):
        row = Shortage.objects.select_related("shipment__order").get(pk=shortage.pk)
        return services.settle_shortage(shortage=row, measure=f"办法{i}", by=person(Role.INSIDE_SALES))

    (kept,) = done(at_once(3, settle))
    assert Shortage.objects.get().measure == kept.measure


@pytest.mark.req("R5.4")
def test_without_looking_again_under_the_lock_the_last_word_overwrites_the_first(monkeypatch):
    shortage = report(prepare(make_inspected()))
    monkeypatch.setattr(Shortage, "is_open", property(lambda _self: True))

    def settle(i):
        row = Shortage.objects.select_related("shipment__order").get(pk=shortage.pk)
        return services.settle_shortage(shortage=row, measure=f"办法{i}", by=person(Role.INSIDE_SALES))

    assert len(done(at_once(3, settle))) == 3
