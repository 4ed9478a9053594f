"""A batch fails its inspection while its goods are promised: on real connections, and beside it without the lock."""

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.choices import Role
from accounts.models import system_user
from catalog.choices import LotStatus
from catalog.models import StockLot, StockReservation
from catalog.services import receive_stock, reserve_stock, stock
from catalog.stock_proof import faults
from fulfillment.models import Shortage
from fulfillment.services import ItemFinding, record_inspection
from tests.core.factories import at_once
from tests.factories import make_order, make_product, person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R4.9"), pytest.mark.req("R5.9")]


@pytest.fixture(autouse=True)
def cast(transactional_db):
    """Made before the threads start: `person` makes people on first use."""
    return [system_user(), *(person(role) for role in (Role.QUALITY, Role.INSIDE_SALES, Role.PRODUCTION))]


def fail(lot):
    return record_inspection(lot=lot, findings={0: ItemFinding(False, "受潮")}, by=person(Role.QUALITY))


def promise(order, product):
    with transaction.atomic():
        line = order.lines.select_for_update().get()
        return reserve_stock(order.number, wants=[(line.pk, product.pk, Decimal(1))], by=system_user())


def failed(results):
    return [result for result in results if isinstance(result, Exception)]


def test_goods_are_promised_or_blocked_but_never_both():
    product = make_product(stock=20)
    lot = product.lots.get()
    receive_stock(product=product, quantity=Decimal(3), batch="Z", by=system_user())
    orders = [make_order(product=make_product()) for _ in range(6)]

    def work(index):
        return fail(lot) if index == 3 else promise(orders[index % 6], product)

    assert not failed(at_once(8, work))
    lot.refresh_from_db()
    assert (lot.status, lot.reserved, lot.blocked) == (LotStatus.BLOCKED, 0, 20)
    assert not StockReservation.objects.filter(lot=lot).exists() and not list(faults())
    held = sum(StockReservation.objects.values_list("quantity", flat=True))
    assert held <= 3 and held + Shortage.objects.count() <= 7


def test_control_without_the_lock_the_last_word_is_the_database(monkeypatch):
    """Who promises read the lot as usable before it was blocked, and writes after: only the constraint is left."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    product = make_product(stock=20)
    lot, order = product.lots.get(), make_order(product=make_product())
    read, blocked = threading.Event(), threading.Event()

    def look_only(product_ids):
        lots = list(StockLot.objects.filter(product_id__in=set(product_ids)))
        read.set()
        blocked.wait(20)
        return lots

    def work(index):
        if index:
            return promise(order, product)
        read.wait(20)
        fail(lot)
        blocked.set()
        return None

    monkeypatch.setattr(stock, "lock_lots", look_only)
    (error,) = failed(at_once(2, work))
    assert isinstance(error, IntegrityError) and "catalog_blocked_lot_promised_to_nobody" in str(error)
