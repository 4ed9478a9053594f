"""The ledger of stock, counts, transfers, warehouses, and the proof that the books agree (R5.9)."""

from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from accounts.models import system_user
from catalog import services
from catalog.models import Product, StockCount, StockLot, StockMovement, Warehouse
from catalog.services import Found, receive_stock, reserve_stock, take_stock
from catalog.services.stock import main_warehouse
from core.errors import Conflict, DomainError, NotPermitted
from tests.factories import client_of, make_product, person

pytestmark = [pytest.mark.req("R5.9"), pytest.mark.django_db]


def reserve(product: Product, quantity: int) -> None:
    with transaction.atomic():
        reserve_stock("202611-001", wants=[(1, product.pk, Decimal(quantity))], by=system_user())


def keeper() -> Any:
    return person(Role.WAREHOUSE)


def other_house(**over: Any) -> Warehouse:
    values = {"code": "NORTH", "name": "北仓", "is_active": True, **over}
    return services.save_warehouse(warehouse=Warehouse(), values=values, by=keeper())


def move(lot: StockLot, warehouse: Warehouse, quantity: int, by: Any = None) -> StockLot:
    return services.transfer_stock(lot=lot, warehouse=warehouse, quantity=Decimal(quantity), by=by or keeper())


def sheet(**over: Any) -> StockCount:
    return services.draw_count(**{"warehouse": main_warehouse(), "by": keeper(), **over})


def verify() -> str:
    out = StringIO()
    call_command("verify_stock", stdout=out, stderr=out)
    return out.getvalue()


def test_each_movement_keeps_the_balance_it_left_in_its_lot() -> None:
    product = make_product(stock=10)
    lot = product.lots.get()
    receive_stock(product=product, quantity=Decimal("2.5"), batch=lot.batch, by=system_user())
    reserve(product, 4)
    with transaction.atomic():
        take_stock("202611-001", line_id=1, quantity=Decimal(3), by=system_user())
    services.correct_stock(lot=lot, counted=Decimal(9), reason="少了", by=keeper())
    assert list(lot.movements.order_by("id").values_list("balance", flat=True)) == [
        10,
        Decimal("12.5"),
        Decimal("9.5"),
        9,
    ]
    assert "1 " in verify()


def test_the_ledger_is_found_by_product_batch_kind_and_day() -> None:
    one, two = make_product(name="液晶显示器", stock=5), make_product(name="打印机", stock=7)
    services.correct_stock(lot=two.lots.get(), counted=Decimal(6), reason="少了", by=keeper())
    browser, address = client_of(Role.WAREHOUSE), reverse("catalog:movement-list")
    for query, number in (
        ("", 3), ("q=显示", 1), (f"batch={two.lots.get().batch}", 2), ("kind=corrected", 1), ("moved_to=2020-01-01", 0),
        ("warehouse=999", 3), (f"warehouse={main_warehouse().pk}", 3),
    ):  # fmt: skip
        assert len(browser.get(f"{address}?{query}").context["rows"]) == number, query
    assert one.code in b"".join(browser.get(f"{address}?export=csv")).decode()  # type: ignore[arg-type]


@pytest.mark.req("R13.3")
@pytest.mark.parametrize("name", ["movement-list", "reservation-list", "count-list", "warehouse-list"])
def test_the_lists_cost_the_same_for_many_rows(name: str) -> None:
    browser = client_of(Role.WAREHOUSE)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse(f"catalog:{name}")).status_code == 200
        return len(queries)

    reserve(make_product(stock=5), 1)
    services.discard_count(count=sheet(), by=keeper())
    few = cost()
    for index in range(5):
        product = make_product(stock=5)
        with transaction.atomic():
            reserve_stock(f"X{index}", wants=[(index, product.pk, Decimal(1))], by=system_user())
        services.discard_count(count=sheet(), by=keeper())
        other_house(code=f"W{index}")
    assert cost() == few <= 12


def test_reservations_name_the_orders_they_are_for() -> None:
    product = make_product(stock=5)
    reserve(product, 2)
    page = client_of(Role.SALES).get(reverse("catalog:reservation-list"), {"q": product.code})
    (row,) = page.context["rows"]
    assert (row.obj.reference, row.obj.quantity) == ("202611-001", 2)
    assert row.url == "/orders/?q=202611-001"


def test_goods_move_to_another_warehouse_under_their_batch() -> None:
    product = make_product(stock=10)
    lot, north = product.lots.get(), other_house()
    there = move(lot, north, 4)
    assert (there.batch, there.on_hand, there.warehouse) == (lot.batch, 4, north)
    assert list(StockMovement.objects.filter(kind="transferred").order_by("id").values_list("quantity", "balance")) == [
        (-4, 6), (4, 4)
    ]  # fmt: skip
    verify()


@pytest.mark.parametrize("quantity", [0, -1, 4, 11])
def test_promised_goods_stay_where_they_are(quantity: int) -> None:
    product = make_product(stock=10)
    reserve(product, 7)
    with pytest.raises(DomainError) as refused:
        move(product.lots.get(), other_house(), quantity)
    assert "quantity" in refused.value.fields
    assert product.lots.get().on_hand == 10
    assert not StockMovement.objects.filter(kind="transferred").exists()


def test_nothing_moves_into_a_closed_warehouse_nor_by_a_stranger() -> None:
    lot, north = make_product(stock=10).lots.get(), other_house(is_active=False)
    with pytest.raises(DomainError):
        move(lot, north, 1)
    with pytest.raises(DomainError):
        move(lot, lot.warehouse, 1)
    with pytest.raises(NotPermitted):
        move(lot, north, 1, by=person(Role.SALES))
    assert StockLot.objects.get().on_hand == 10


def test_a_warehouse_with_goods_is_not_closed_and_the_main_one_never() -> None:
    lot, north = make_product(stock=10).lots.get(), other_house()
    move(lot, north, 1)
    for house in (north, lot.warehouse):
        with pytest.raises(DomainError):
            values = {"code": house.code, "name": house.name, "is_active": False}
            services.save_warehouse(warehouse=house, values=values, by=keeper())
    assert Warehouse.objects.filter(is_active=True).count() == 2


def test_a_count_is_posted_in_one_act_and_corrects_what_differs() -> None:
    less, same, left = (make_product(stock=10).lots.get() for _ in range(3))
    count = sheet()
    keys = dict(count.lines.values_list("lot", "pk"))
    found = {keys[less.pk]: Found(Decimal(8), "破损两台"), keys[same.pk]: Found(Decimal(10))}
    posted = services.post_count(count=count, found=found, by=keeper())
    assert [StockLot.objects.get(pk=lot.pk).on_hand for lot in (less, same, left)] == [8, 10, 10]
    assert posted.status == "posted" and count.lines.get(lot=left).counted is None
    (moved,) = StockMovement.objects.filter(kind="corrected")
    assert (moved.lot, moved.quantity, moved.reference, moved.note) == (less, -2, count.number, "破损两台")
    with pytest.raises(Conflict):
        services.post_count(count=count, found=found, by=keeper())
    verify()


def test_one_bad_line_keeps_the_whole_sheet_open() -> None:
    good, bad = (make_product(stock=10).lots.get() for _ in range(2))
    count = sheet()
    keys = dict(count.lines.values_list("lot", "pk"))
    for words in ({"counted": Decimal(9)}, {"counted": Decimal(-1), "reason": "少了"}):  # no reason; less than nothing
        found = {keys[good.pk]: Found(Decimal(8), "少了"), keys[bad.pk]: Found(**words)}  # type: ignore[arg-type]
        with pytest.raises(DomainError):
            services.post_count(count=count, found=found, by=keeper())
    assert {lot.on_hand for lot in StockLot.objects.all()} == {Decimal(10)}
    assert StockCount.objects.get().is_open and not StockMovement.objects.filter(kind="corrected").exists()


def test_a_lot_that_moved_since_the_sheet_was_drawn_is_counted_again() -> None:
    lot = make_product(stock=10).lots.get()
    count = sheet()
    receive_stock(product=lot.product, quantity=Decimal(1), batch=lot.batch, by=system_user())
    with pytest.raises(Conflict, match="moved"):
        services.post_count(count=count, found={count.lines.get().pk: Found(Decimal(10))}, by=keeper())
    assert StockLot.objects.get().on_hand == 11


def test_a_warehouse_has_one_open_sheet() -> None:
    make_product(stock=1)
    count = sheet()
    with pytest.raises(Conflict):
        sheet()
    with pytest.raises(IntegrityError), transaction.atomic():  # the database says so, too
        StockCount.objects.create(number="x", warehouse=count.warehouse, drawn_at=count.drawn_at, drawn_by=keeper())
    services.discard_count(count=count, by=keeper())
    assert sheet().is_open


def test_an_empty_warehouse_has_no_sheet() -> None:
    with pytest.raises(DomainError):
        sheet(warehouse=other_house())
    assert not StockCount.objects.exists()


def test_from_the_sheet_to_the_posted_count_in_the_browser() -> None:
    lot = make_product(stock=10).lots.get()
    browser = client_of(Role.WAREHOUSE)
    browser.post(reverse("catalog:count-new"), {"warehouse": lot.warehouse_id})
    count = StockCount.objects.get()
    line, address = count.lines.get(), reverse("catalog:count-post", args=[count.pk])
    assert lot.batch in browser.get(address).content.decode()
    refused = browser.post(address, {f"counted_{line.pk}": "8"})
    assert refused.status_code == 422 and refused.context["form"].errors[f"reason_{line.pk}"]
    assert (
        browser.post(address, {f"counted_{line.pk}": "8", f"reason_{line.pk}": "少了"})["Location"]
        == count.get_absolute_url()
    )
    assert "少了" in browser.get(count.get_absolute_url()).content.decode()


def test_goods_are_moved_and_a_warehouse_is_made_in_the_browser() -> None:
    lot, browser = make_product(stock=10).lots.get(), client_of(Role.WAREHOUSE)
    made = browser.post(reverse("catalog:warehouse-new"), {"code": "SOUTH", "name": "南仓", "is_active": "on"})
    assert made["Location"] == reverse("catalog:warehouse-list")
    house = Warehouse.objects.get(code="SOUTH")
    browser.post(reverse("catalog:stock-transfer", args=[lot.pk]), {"warehouse": house.pk, "quantity": "3"})
    assert house.lots.get().on_hand == 3


@pytest.mark.parametrize("change", [{"on_hand": 9}, {"reserved": 1}])
def test_the_proof_names_the_lot_whose_books_differ(change: dict[str, int]) -> None:
    lot = make_product(stock=10).lots.get()
    make_product(stock=5)
    StockLot.objects.filter(pk=lot.pk).update(**change)
    out = StringIO()
    with pytest.raises(CommandError, match="1 lots differ"):
        call_command("verify_stock", stdout=out, stderr=out)
    assert lot.batch in out.getvalue() and out.getvalue().count("\n") == 1


def test_no_lot_holds_more_than_can_be_told():
    """A slip of the hand does not break the pages of stock for everybody."""
    product = make_product(stock=5)
    lot = StockLot.objects.get()
    with pytest.raises(DomainError) as refused:
        receive_stock(product=product, quantity=Decimal(10**11), batch=lot.batch, by=keeper())
    assert refused.value.fields["quantity"]
    receive_stock(product=product, quantity=Decimal(999_999_000), batch=lot.batch, by=keeper())
    with pytest.raises(DomainError):  # so much at once it may be, but not in this lot
        receive_stock(product=product, quantity=Decimal(2000), batch=lot.batch, by=keeper())
    with pytest.raises(DomainError) as refused:
        services.correct_stock(lot=lot, counted=Decimal(10**10), reason="盘点", by=keeper())
    assert refused.value.fields["counted"] and StockLot.objects.get().on_hand == 999_999_005
