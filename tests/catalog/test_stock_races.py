"""Stock under many clients: never oversold, never below zero, never a deadlock (R5.9)."""

import threading
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import Sum

from accounts.models import system_user
from catalog.models import Product, StockLot, StockReservation, Warehouse
from catalog.services import receive_stock, release_stock, reserve_stock, stock, take_stock, transfer_stock
from catalog.stock_proof import faults
from core.errors import Conflict
from tests.core.factories import at_once
from tests.factories import make_product

pytestmark = [pytest.mark.req("R5.9"), pytest.mark.django_db(transaction=True)]


def reserve(index: int, *wants: tuple[Product, int]) -> dict[int, Decimal]:
    with transaction.atomic():
        lines = [(index * 10 + n, product.pk, Decimal(quantity)) for n, (product, quantity) in enumerate(wants)]
        return reserve_stock(f"T{index}", wants=lines, by=system_user())


def promised(product: Product) -> Decimal:
    return StockReservation.objects.filter(lot__product=product).aggregate(n=Sum("quantity"))["n"] or Decimal(0)


def errors(results: Iterable[Any]) -> list[Exception]:
    return [result for result in results if isinstance(result, Exception)]


def test_twenty_clients_never_promise_more_than_there_is() -> None:
    system_user()
    product = make_product(stock=10)
    receive_stock(product=product, quantity=Decimal("3.5"), batch="Z", by=system_user())
    results = at_once(20, lambda index: reserve(index, (product, 2)))
    assert not errors(results)
    assert sum(sum(got.values()) for got in results) == promised(product) == Decimal("13.5")
    assert all(lot.reserved == lot.on_hand for lot in product.lots.all())


def test_control_without_the_lock_the_same_goods_are_promised_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    all_looked = threading.Barrier(8, timeout=30)

    def look_only(product_ids: Iterable[int]) -> list[StockLot]:
        lots = list(StockLot.objects.filter(product_id__in=set(product_ids)).order_by("product_id", "batch", "pk"))
        all_looked.wait()
        return lots

    monkeypatch.setattr(stock, "lock_lots", look_only)
    system_user()
    product = make_product(stock=10)
    at_once(8, lambda index: reserve(index, (product, 5)))
    assert promised(product) > 10


def test_opposite_orders_of_products_do_not_deadlock() -> None:
    system_user()
    one, two = make_product(stock=1000), make_product(stock=1000)

    def work(index: int) -> None:
        pair = ((one, 1), (two, 1)) if index % 2 else ((two, 1), (one, 1))
        for _ in range(5):
            reserve(index, *pair)

    assert not errors(at_once(10, work))
    assert promised(one) == promised(two) == 50


def test_control_locks_in_any_order_deadlock(monkeypatch: pytest.MonkeyPatch) -> None:
    each_has_one = threading.Barrier(2, timeout=30)

    def lock_as_asked(product_ids: Iterable[int]) -> list[StockLot]:
        lots: list[StockLot] = []
        for number, pk in enumerate(product_ids):
            lots += StockLot.objects.select_for_update().filter(product_id=pk)
            if number == 0:
                each_has_one.wait()
        return lots

    system_user()
    products = make_product(stock=1000), make_product(stock=1000)

    def work(index: int) -> None:
        asked = products if index else products[::-1]
        with transaction.atomic():
            lock_as_asked(product.pk for product in asked)

    assert [type(error) for error in errors(at_once(2, work))] == [OperationalError]


def test_reserving_taking_and_releasing_at_once_leaves_the_books_right() -> None:
    system_user()
    product = make_product(stock=40)

    def work(index: int) -> None:
        reserve(index, (product, 3))
        with transaction.atomic():
            if index % 3 == 0:
                release_stock(f"T{index}", by=system_user())
            else:
                take_stock(f"T{index}", line_id=index * 10, quantity=Decimal(2), by=system_user())

    assert not errors(at_once(12, work))
    lot = product.lots.get()
    assert lot.on_hand == 40 - 8 * 2
    assert lot.reserved == promised(product) == 8
    assert lot.movements.aggregate(n=Sum("quantity"))["n"] == lot.on_hand


def test_the_same_goods_are_taken_once() -> None:
    system_user()
    product = make_product(stock=5)
    reserve(0, (product, 5))

    def work(_index: int) -> Any:
        with transaction.atomic():
            return take_stock("T0", line_id=0, quantity=Decimal(5), by=system_user())

    results = at_once(5, work)
    assert sorted(type(result) is list for result in results) == [False] * 4 + [True]
    assert {type(error) for error in errors(results)} == {Conflict}
    assert product.lots.get().on_hand == 0


def test_the_database_itself_refuses_stock_below_zero() -> None:
    lot = make_product(stock=1).lots.get()
    for broken in ({"on_hand": -1}, {"reserved": 2}, {"reserved": -1}):
        with pytest.raises(Exception, match="catalog_"), transaction.atomic():
            StockLot.objects.filter(pk=lot.pk).update(**broken)
    assert connection.vendor == "postgresql"


def reserve_and_dispatch(index: int, product: Product) -> Decimal:
    """One client: promise what can be had, and send it off; answers what left."""
    got = sum(reserve(index, (product, 2)).values(), Decimal(0))
    if got:
        with transaction.atomic():
            take_stock(f"T{index}", line_id=index * 10, quantity=got, by=system_user())
    return got


def test_eight_clients_reserve_and_dispatch_one_product_and_nothing_leaves_twice() -> None:
    system_user()
    product = make_product(stock=9)
    receive_stock(product=product, quantity=Decimal(4), batch="Z", by=system_user())
    results = at_once(8, lambda index: sum(reserve_and_dispatch(index * 10 + n, product) for n in range(2)))
    assert not errors(results) and sum(results) == 13
    assert [(lot.on_hand, lot.reserved) for lot in product.lots.all()] == [(0, 0)] * 2
    assert not list(faults())


def test_control_without_the_lock_more_is_promised_and_the_books_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    all_looked = threading.Barrier(8, timeout=30)

    def look_only(product_ids: Iterable[int]) -> list[StockLot]:
        lots = list(StockLot.objects.filter(product_id__in=set(product_ids)).order_by("product_id", "batch", "pk"))
        all_looked.wait()
        return lots

    monkeypatch.setattr(stock, "lock_lots", look_only)
    system_user()
    product = make_product(stock=9)
    at_once(8, lambda index: reserve(index, (product, 2)))
    assert promised(product) > 9
    assert [fault.lot for fault in faults()] == [product.lots.get()]


def test_two_who_move_goods_in_opposite_directions_do_not_deadlock() -> None:
    by = system_user()
    lot = make_product(stock=50).lots.get()
    north = Warehouse.objects.create(code="NORTH", name="北仓")
    there = transfer_stock(lot=lot, warehouse=north, quantity=Decimal(20), by=by)

    def work(index: int) -> None:
        for _ in range(3):
            source, house = (lot, north) if index % 2 else (there, lot.warehouse)
            transfer_stock(lot=source, warehouse=house, quantity=Decimal(1), by=by)

    assert not errors(at_once(6, work))
    assert sum(each.on_hand for each in StockLot.objects.all()) == 50 and not list(faults())
