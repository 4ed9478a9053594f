"""Products and their stock in the browser (R5.9)."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import system_user
from catalog.models import Product, StockLot, StockMovement
from catalog.services import receive_stock, reserve_stock
from core.errors import DomainError
from core.models import AuditEntry
from tests.factories import make_product, make_user

pytestmark = [pytest.mark.req("R5.9"), pytest.mark.django_db]


@pytest.fixture
def keeper(client: Client) -> Client:
    client.force_login(make_user("warehouse", "sales_manager"))
    return client


def values(**over: Any) -> dict[str, Any]:
    return {
        "code": "SRV-1", "name": "服务器", "unit": "台", "currency": "CNY", "list_price": "5,000.00",
        "floor_price": "4000", "lead_time_days": "7", "is_active": "on", **over,
    }  # fmt: skip


def reserve(product: Product, quantity: int) -> None:
    with transaction.atomic():
        reserve_stock("202611-001", wants=[(1, product.pk, Decimal(quantity))], by=system_user())


@pytest.mark.sqlite
def test_the_list_shows_on_hand_reserved_and_available(keeper: Client) -> None:
    product = make_product(stock=10)
    receive_stock(product=product, quantity=Decimal("2.5"), batch="X", by=system_user())
    reserve(product, 4)
    (row,) = keeper.get("/products/").context["rows"]
    assert (row.obj.on_hand, row.obj.reserved, row.obj.available) == (Decimal("12.5"), 4, Decimal("8.5"))


def test_products_are_found_by_two_characters_and_by_stock(keeper: Client) -> None:
    make_product(name="液晶显示器", stock=1)
    make_product(name="打印机")
    for query, name in (("q=显示", "液晶显示器"), ("stock=some", "液晶显示器"), ("stock=none", "打印机")):
        assert [row.obj.name for row in keeper.get(f"/products/?{query}").context["rows"]] == [name]


def test_the_page_shows_lots_reservations_and_movements(keeper: Client) -> None:
    product = make_product(stock=10)
    reserve(product, 4)
    text = keeper.get(f"/products/{product.pk}/").content.decode()
    for words in (product.lots.get().batch, "202611-001", "Received", "10 台", "6 台"):
        assert words in text


def test_a_product_is_entered_and_changed_with_a_trace(keeper: Client) -> None:
    response = keeper.post("/products/new/", values())
    product = Product.objects.get()
    assert response["Location"] == f"/products/{product.pk}/"
    keeper.post(f"/products/{product.pk}/edit/", values(list_price="5500"))
    assert Product.objects.get().list_price == 5500
    assert AuditEntry.objects.get(action="product.changed").changes["list_price"] == ["5000.0000", "5500"]


def test_a_floor_above_the_list_price_and_a_code_twice_are_refused_at_the_field(keeper: Client) -> None:
    make_product(code="SRV-1")
    response = keeper.post("/products/new/", values())
    assert response.status_code == 422
    assert response.context["form"].errors["code"]
    assert keeper.post("/products/new/", values(code="SRV-2", floor_price="6000")).status_code == 422
    assert Product.objects.count() == 1


def test_goods_are_received(keeper: Client) -> None:
    product = make_product()
    response = keeper.post(f"/products/{product.pk}/receive/", {"quantity": "12.5", "batch": "B-1", "reference": "P1"})
    assert response["Location"] == f"/products/{product.pk}/"
    assert product.lots.get().on_hand == Decimal("12.5")
    movement = StockMovement.objects.get()
    assert (movement.quantity, movement.reference) == (Decimal("12.5"), "P1")


def test_received_twice_into_one_batch_adds_up(keeper: Client) -> None:
    product = make_product()
    for _ in range(2):
        keeper.post(f"/products/{product.pk}/receive/", {"quantity": "5", "batch": "B-1"})
    assert product.lots.get().on_hand == 10


@pytest.mark.parametrize(("quantity", "batch"), [("0", "B"), ("-1", "B"), ("NaN", "B"), ("1", " ")])
def test_nonsense_is_not_received(keeper: Client, quantity: str, batch: str) -> None:
    product = make_product()
    response = keeper.post(f"/products/{product.pk}/receive/", {"quantity": quantity, "batch": batch})
    assert response.status_code == 422
    assert not StockLot.objects.exists()


def test_a_batch_must_be_named() -> None:
    with pytest.raises(DomainError, match="batch"):
        receive_stock(product=make_product(), quantity=Decimal(1), batch=" ", by=system_user())


def test_a_count_is_corrected_with_a_reason(keeper: Client) -> None:
    lot = make_product(stock=10).lots.get()
    url = f"/products/lots/{lot.pk}/correct/"
    assert keeper.post(url, {"counted": "8", "reason": ""}).status_code == 422
    assert keeper.post(url, {"counted": "8", "reason": "盘点"}).status_code == 302
    lot.refresh_from_db()
    assert lot.on_hand == 8
    assert lot.movements.order_by("-id").first().quantity == -2
    assert AuditEntry.objects.filter(action="stock.corrected").exists()


def test_a_count_below_what_is_promised_says_what_comes_of_it_and_takes_the_promise_back(keeper: Client) -> None:
    product = make_product(stock=10)
    reserve(product, 6)
    lot = product.lots.get()
    assert "other batches stand in" in keeper.get(f"/products/lots/{lot.pk}/correct/").content.decode()
    assert keeper.post(f"/products/lots/{lot.pk}/correct/", {"counted": "5", "reason": "盘点"}).status_code == 302
    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved) == (5, 5)


@pytest.mark.req("R13.7")
def test_sales_reads_and_does_not_touch(client: Client) -> None:
    product = make_product(stock=1)
    client.force_login(make_user("sales"))
    page = client.get(f"/products/{product.pk}/")
    assert page.status_code == 200
    assert "Receive stock" not in page.content.decode()
    for url in ("new/", f"{product.pk}/edit/", f"{product.pk}/receive/", f"lots/{product.lots.get().pk}/correct/"):
        assert client.post(f"/products/{url}").status_code == 403, url


def test_the_lookup_answers_what_a_line_needs(keeper: Client) -> None:
    product = make_product(code="SRV-9", stock=3, list_price=Decimal("5000.5"))
    make_product(code="SRV-0", is_active=False)
    reserve(product, 1)
    (found,) = keeper.get("/products/lookup/?q=srv&customer=1").json()["results"]
    expected = {"id": product.pk, "code": "SRV-9", "unit": "台", "list_price": "5000.5", "available": "2"}
    assert expected.items() <= found.items()
    assert keeper.get(f"/products/lookup/?id={product.pk}").json()["results"] == [found]


@pytest.mark.req("R13.3")
@pytest.mark.parametrize("url", ["/products/", "/products/lookup/?q=服务", "/products/{pk}/"])
def test_pages_cost_the_same_for_many_rows(keeper: Client, url: str) -> None:
    product = make_product(stock=5)
    url = url.format(pk=product.pk)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert keeper.get(url).status_code == 200
        return len(queries)

    reserve(product, 1)
    few = cost()
    for index in range(10):
        make_product(stock=5)
        receive_stock(product=product, quantity=Decimal(1), batch=f"X{index}", by=system_user())
    assert cost() == few <= 14
