"""Two at once on real connections, and beside each the same without the lock, to show that the lock does it."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from accounts.choices import Role
from accounts.models import system_user
from catalog.models import StockLot, StockMovement
from core.errors import Conflict, DomainError
from core.models import Document
from fulfillment.models import Acceptance, Shipment
from fulfillment.services import dispatch as dispatch_module
from fulfillment.services import shipments as shipments_module
from tests.core.factories import at_once
from tests.factories import fresh, person
from tests.fulfillment.factories import dispatch, make_inspected, make_shipment, prepare, sign, token_for, words_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R5.9")]


@pytest.fixture(autouse=True)
def cast(transactional_db):
    """Made before the threads start: `person` makes people on first use."""
    return [system_user(), person(Role.LOGISTICS), person(Role.WAREHOUSE)]


def shipped(order):
    return fresh(order).lines.get().quantity_shipped


def done(results):
    return [result for result in results if not isinstance(result, Exception)]


@pytest.mark.req("R5.5")
def test_a_double_click_dispatches_once():
    order = make_inspected()
    shipment = prepare(order, 4)
    results = at_once(5, lambda _i: dispatch(Shipment.objects.get(pk=shipment.pk)))
    assert len(done(results)) == 1
    assert all(isinstance(result, Conflict) for result in results if isinstance(result, Exception))
    assert shipped(order) == 4
    assert -sum(StockMovement.objects.filter(kind="taken").values_list("quantity", flat=True)) == 4
    assert Document.objects.filter(kind="delivery_note").count() == 1


def test_without_the_lock_a_double_click_dispatches_twice(monkeypatch):
    """The control: both read "prepared" before either writes.

    Stock is left out: there the unique batch of a line would catch the second as an error of the database.
    """
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    order = make_inspected()
    shipment = prepare(order, 4)
    both_read = threading.Barrier(2, timeout=20)

    def stale(given):
        found = Shipment.objects.get(pk=given.pk)
        both_read.wait()
        return found

    monkeypatch.setattr(dispatch_module, "_take", lambda *_args, **_kwargs: None)
    monkeypatch.setattr(dispatch_module, "lock_shipment", stale)
    monkeypatch.setattr(dispatch_module, "lock_order", lambda order, **_kwargs: order)
    results = at_once(2, lambda _i: dispatch(Shipment.objects.select_related("order").get(pk=shipment.pk)))
    assert len(done(results)) == 2
    assert shipped(order) == 8


def test_two_people_dispatch_two_parts_and_neither_is_lost():
    order = make_inspected()
    parts = [prepare(order, 4), prepare(order, 6)]
    results = at_once(2, lambda i: dispatch(Shipment.objects.get(pk=parts[i].pk)))
    assert len(done(results)) == 2
    assert (shipped(order), fresh(order).status) == (10, "shipped")
    assert all(lot.on_hand >= lot.reserved >= 0 for lot in StockLot.objects.all())


@pytest.mark.req("R5.2")
def test_two_people_prepare_the_same_goods_and_one_is_told():
    order = make_inspected()
    results = at_once(4, lambda _i: prepare(fresh(order), 7))
    assert len(done(results)) == 1
    assert {error.code for error in results if isinstance(error, DomainError)} == {"quantity"}


def test_without_the_lock_two_dispatch_orders_hold_the_same_goods(monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    order = make_inspected()
    both_counted = threading.Barrier(2, timeout=20)
    count = shipments_module.open_quantities

    def counted(given):
        found = count(given)
        both_counted.wait()
        return found

    monkeypatch.setattr(shipments_module, "lock_order", lambda order, **_kwargs: order)
    monkeypatch.setattr(shipments_module, "open_quantities", counted)
    results = at_once(2, lambda _i: prepare(fresh(order), 7))
    assert len(done(results)) == 2


@pytest.mark.req("R6.2")
def test_one_link_signs_once_however_often_it_is_sent():
    shipment = make_shipment()
    token = token_for(shipment)
    results = at_once(5, lambda i: sign(Shipment.objects.get(pk=shipment.pk), token=token, signer_name=f"李明{i}"))
    assert len(done(results)) == 5 and len({acceptance.pk for acceptance in results}) == 1
    assert Acceptance.objects.count() == 1
    order = fresh(shipment.order)
    assert (order.status, order.lines.get().quantity_accepted) == ("accepted", Decimal(10))


@pytest.mark.req("R6.3")
def test_two_parts_signed_at_once_accept_the_order_once():
    order = make_inspected()
    parts = [dispatch(prepare(order, 4)), dispatch(prepare(order, 6))]
    results = at_once(2, lambda i: sign(parts[i], words_for(parts[i])))
    assert len(done(results)) == 2
    assert fresh(order).status == "accepted"
