"""A batch that failed its inspection is promised to nobody; who was promised it hears at once (R4.9, R5.4, R5.9)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import system_user
from catalog.models import Product, StockLot, StockReservation, Warehouse
from catalog.services import Found, correct_stock, draw_count, post_count, receive_stock, reserve_stock, transfer_stock
from catalog.services.stock import main_warehouse
from catalog.stock_proof import faults
from core.errors import Conflict, DomainError
from core.models import AuditEntry
from fulfillment import services
from fulfillment.models import CustomerNotice, DeliveryCheck, Nonconformity, Shortage
from fulfillment.services import ItemFinding
from tests.factories import client_of, fresh, make_order, make_product, person
from tests.fulfillment.factories import check_delivery, inspect, make_inspected, prepare, two_lines
from workflow.choices import WorkKind
from workflow.models import Notification
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.9")]
LATER = timezone.localdate() + timedelta(days=5)


def look_at(lot, *, passed=False, remark="受潮"):
    finding = {0: ItemFinding(passed, "" if passed else remark)}
    return services.record_inspection(lot=lot, findings=finding, by=person(Role.QUALITY))


def decide(decision, **over):
    own = Nonconformity.objects.get(decision="", closed_at=None)
    values = {"reason": "可用", "by": person(Role.QUALITY), **over}
    return services.decide_nonconformity(nonconformity=own, decision=decision, **values)


def stock_of(product):
    rows = Product.objects.with_stock().filter(pk=product.pk)
    return rows.values_list("on_hand", "reserved", "available", "blocked").get()  # type: ignore[misc]  # annotated


def more_of(product, quantity):
    return receive_stock(product=product, quantity=Decimal(quantity), batch=f"Z{quantity}", by=system_user())


def reserve(product, quantity, reference="X1", line=1):
    with transaction.atomic():
        got = reserve_stock(reference, wants=[(line, product.pk, Decimal(quantity))], by=system_user())
    return got[line]


def make_promised(stock=6):
    """An order of ten that was promised all there is."""
    product = make_product(stock=stock)
    return make_order("in_production", product=product), product.lots.get()


@pytest.mark.req("R5.9")
def test_what_is_on_hand_is_reserved_available_or_blocked():
    product = make_product(stock=10)
    good = more_of(product, 5)
    reserve(product, 3)
    look_at(product.lots.exclude(pk=good.pk).get())
    assert stock_of(product) == (15, 3, 2, 10)
    assert [(lot.reserved, lot.available, lot.blocked) for lot in product.lots.order_by("batch")] == [
        (0, 0, 10), (3, 2, 0)
    ]  # fmt: skip
    assert not list(faults())


@pytest.mark.req("R5.9")
def test_a_blocked_lot_is_neither_promised_nor_moved_until_it_passes():
    product = make_product(stock=10)
    lot = product.lots.get()
    look_at(lot)
    assert reserve(product, 1) == 0
    north = Warehouse.objects.create(code="NORTH", name="北仓")
    with pytest.raises(DomainError) as refused:
        transfer_stock(lot=lot, warehouse=north, quantity=Decimal(1), by=person(Role.WAREHOUSE))
    assert refused.value.code == "blocked" and StockLot.objects.get(pk=lot.pk).on_hand == 10
    decide("rework")
    look_at(lot, passed=True)
    assert reserve(product, 1) == 1 and not Nonconformity.objects.open().exists()


def test_a_batch_to_be_mended_is_work_of_quality_until_it_is_looked_at_again():
    lot = make_product(stock=10).lots.get()
    look_at(lot)
    own = decide("rework")
    item = open_items(own).get(kind=WorkKind.INCOMING_INSPECTION)
    assert (item.owner_role, item.url) == (Role.QUALITY, reverse("fulfillment:lot-inspection", args=[lot.pk]))
    look_at(lot)
    assert not open_items(own).exists() and Nonconformity.objects.open().get().decision == ""


@pytest.mark.req("R14.4")
@pytest.mark.parametrize("grant", [True, False])
def test_a_concession_makes_the_batch_usable_and_a_refused_one_does_not(grant):
    product = make_product(stock=10)
    look_at(product.lots.get())
    own = decide("concession")
    services.answer_concession(nonconformity=own, grant=grant, note="同意", by=person(Role.GENERAL_MANAGER))
    own.refresh_from_db()
    assert stock_of(product)[2:] == ((10, 0) if grant else (0, 10))
    assert bool(own.closed_at) is grant and open_items(own).exists() is not grant


def test_scrap_takes_the_whole_batch_out_of_stock():
    order, lot = make_promised()
    look_at(lot)
    decide("scrap")
    assert stock_of(lot.product) == (0, 0, 0, 0) and not Nonconformity.objects.open().exists()
    assert lot.movements.order_by("pk").last().note == "可用"
    assert fresh(order).status == "in_production"


@pytest.mark.req("R5.4")
def test_another_batch_stands_in_and_those_concerned_know():
    order, lot = make_promised()
    other = more_of(lot.product, 8)
    look_at(lot)
    (held,) = StockReservation.objects.filter(reference=order.number)
    assert (held.lot, held.quantity) == (other, 6)
    assert not Shortage.objects.exists() and not open_items(order).filter(kind=WorkKind.SHORTAGE).exists()
    told = Notification.objects.filter(text__contains="missing")
    assert {person(Role.INSIDE_SALES), person(Role.PRODUCTION), order.salesperson} <= {each.user for each in told}
    assert AuditEntry.objects.get(action="order.goods_withdrawn").note.endswith("受潮")


@pytest.mark.req("R5.4")
def test_what_no_batch_stands_in_for_is_a_shortage_of_inside_sales_and_production():
    order, lot = make_promised()
    more_of(lot.product, 4)
    look_at(lot)
    short = Shortage.objects.get()
    assert (short.order, short.shipment, short.new_date) == (order, None, None) and "× 2" in short.reason
    items = open_items(order).filter(kind=WorkKind.SHORTAGE)
    assert {item.owner_role for item in items} == {Role.INSIDE_SALES, Role.PRODUCTION}
    assert sum(r.quantity for r in StockReservation.objects.filter(reference=order.number)) == 4
    with pytest.raises(DomainError) as refused:
        services.settle_shortage(shortage=short, measure="补做", by=person(Role.PRODUCTION))
    assert "new_date" in refused.value.fields and Shortage.objects.get().is_open
    services.settle_shortage(shortage=short, measure="补做", new_date=LATER, by=person(Role.PRODUCTION))
    assert CustomerNotice.objects.get().new_date == LATER
    assert not open_items(order).filter(kind=WorkKind.SHORTAGE).exists()


@pytest.mark.req("R5.4")
def test_who_was_promised_first_keeps_the_goods_when_too_few_are_left():
    product = make_product(stock=6)
    reserve(product, 4, "FIRST")
    reserve(product, 2, "LAST")
    correct_stock(lot=product.lots.get(), counted=Decimal(4), reason="少两台", by=person(Role.WAREHOUSE))
    assert {r.reference: r.quantity for r in StockReservation.objects.all()} == {"FIRST": 4}
    more_of(product, 3)
    look_at(product.lots.order_by("pk")[0])
    assert {r.reference: r.quantity for r in StockReservation.objects.all()} == {"FIRST": 3}
    assert not list(faults())


@pytest.mark.req("R5.3")
@pytest.mark.req("R6.1")
def test_what_was_laid_out_of_a_blocked_batch_is_laid_out_and_checked_anew():
    order = make_inspected(product=make_product(stock=6))
    shipment = prepare(order, 5)
    check_delivery(shipment)
    look_at(StockLot.objects.get(batch__startswith="B"))
    assert not DeliveryCheck.objects.exists()
    warehouse = client_of(Role.WAREHOUSE)
    page = warehouse.get(shipment.get_absolute_url()).content.decode()
    assert Shortage.objects.get().reason.split(" ")[0] in page
    page = warehouse.get(reverse("fulfillment:shipment-dispatch", args=[shipment.pk])).content.decode()
    assert "Not enough is reserved for it" in page and reverse("fulfillment:reserve-goods", args=[order.pk]) in page


@pytest.mark.req("R5.4")
def test_goods_that_came_in_are_promised_anew_and_end_the_shortage():
    order, lot = make_promised()
    inspect(order)
    look_at(lot)
    with pytest.raises(DomainError) as refused:
        services.reserve_goods(order=order, by=person(Role.WAREHOUSE))
    assert refused.value.code == "none_available"
    more_of(lot.product, 5)
    services.reserve_goods(order=order, by=person(Role.WAREHOUSE))
    assert Shortage.objects.get().is_open  # one is still missing
    more_of(lot.product, 2)
    services.reserve_goods(order=order, by=person(Role.WAREHOUSE))
    assert not Shortage.objects.get().is_open and not open_items(order).filter(kind=WorkKind.SHORTAGE).exists()
    with pytest.raises(DomainError) as refused:
        services.reserve_goods(order=order, by=person(Role.WAREHOUSE))
    assert refused.value.code == "covered"


def test_goods_made_do_not_enter_a_blocked_batch():
    order, lot = make_promised()
    receive_stock(product=lot.product, quantity=Decimal(1), batch=order.number, by=system_user())
    look_at(StockLot.objects.get(batch=order.number))
    with pytest.raises(Conflict) as refused:
        inspect(order)
    assert refused.value.code == "blocked" and fresh(order).inspection_passed_at is None


@pytest.mark.req("R5.9")
@pytest.mark.req("R5.4")
def test_a_count_below_what_is_promised_goes_to_other_batches_and_then_back_to_who_gets_goods():
    order, lot = make_promised()
    more_of(lot.product, 1)
    count = draw_count(warehouse=main_warehouse(), by=person(Role.WAREHOUSE))
    line = count.lines.get(lot=lot)
    post_count(count=count, found={line.pk: Found(Decimal(3), "破损")}, by=person(Role.WAREHOUSE))
    assert stock_of(lot.product) == (4, 4, 0, 0) and "× 2" in Shortage.objects.get(order=order).reason
    assert not list(faults())


@pytest.mark.req("R5.9")
def test_nobody_counts_less_than_nothing():
    lot = make_product(stock=2).lots.get()
    with pytest.raises(DomainError):
        correct_stock(lot=lot, counted=Decimal(-1), reason="x", by=person(Role.WAREHOUSE))
    assert StockLot.objects.get().on_hand == 2


@pytest.mark.req("R5.9")
def test_the_database_itself_keeps_a_blocked_lot_from_being_promised():
    product = make_product(stock=5)
    look_at(product.lots.get())
    with pytest.raises(IntegrityError, match="catalog_blocked"), transaction.atomic():
        StockLot.objects.update(reserved=1)
    with pytest.raises(IntegrityError, match="catalog_blocked"), transaction.atomic():
        StockLot.objects.update(blocked_reason="")


def test_the_way_through_the_pages():
    order, lot = make_promised()
    look_at(lot)
    keeper, maker = client_of(Role.WAREHOUSE), client_of(Role.PRODUCTION)
    page = keeper.get(reverse("catalog:product-detail", args=[lot.product_id])).content.decode()
    assert "受潮" in page and "Blocked" in page
    (row,) = keeper.get(reverse("catalog:product-list"), {"stock": "blocked"}).context["rows"]
    assert row.obj == lot.product
    short = Shortage.objects.get()
    assert short.reason in maker.get(order.get_absolute_url()).content.decode()
    asked = {"measure": "补做", "new_date": LATER.isoformat()}
    assert maker.post(short.get_absolute_url(), {"measure": "补做"}).status_code == 422
    assert maker.post(short.get_absolute_url(), asked).status_code == 302
    more_of(lot.product, 7)
    reserve_page = reverse("fulfillment:reserve-goods", args=[order.pk])
    assert "7" in keeper.get(reserve_page).content.decode()
    assert keeper.post(reserve_page).status_code == 302
    assert sum(r.quantity for r in StockReservation.objects.filter(reference=order.number)) == 7


@pytest.mark.req("R13.3")
def test_reserving_costs_the_same_page_for_one_line_and_for_many():
    def cost(count):
        order = make_order("in_production", lines=two_lines() * count)
        client = client_of(Role.WAREHOUSE)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("fulfillment:reserve-goods", args=[order.pk])).status_code == 200
        return len(queries)

    assert cost(1) == cost(3)
