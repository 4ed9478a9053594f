from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.choices import Role
from catalog.models import StockLot, StockMovement, StockReservation
from catalog.services import release_stock
from core.errors import Conflict, DomainError
from core.models import Document
from fulfillment import services
from fulfillment.models import Shipment, ShipmentBatch
from fulfillment.signing import find_shipment, hash_of, link_of
from orders.specs import LineSpec
from tests.factories import fresh, make_product, person
from tests.fulfillment.factories import again, dispatch, make_inspected, make_shipment, prepare, token_for
from workflow.choices import WorkKind
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.5")]


@pytest.mark.sqlite
@pytest.mark.req("R5.9")
def test_goods_leave_stock_by_batch_and_the_batches_stand_on_the_line():
    order = make_inspected(product=make_product(stock=3))
    shipment = dispatch(prepare(order))
    batches = {batch.batch: batch.quantity for batch in ShipmentBatch.objects.all()}
    assert sum(batches.values()) == 10 and order.number and batches[order.number] == 7
    assert not StockReservation.objects.filter(reference=order.number).exists()
    assert StockLot.objects.get(batch=order.number).on_hand == 0
    taken = StockMovement.objects.filter(kind="taken", reference=order.number)
    assert sum(move.quantity for move in taken) == -10
    assert shipment.shipped_at and shipment.dispatched_by == person(Role.WAREHOUSE)


def test_what_is_no_product_of_ours_goes_under_the_orders_number():
    order = make_inspected(lines=(LineSpec(Decimal(1), Decimal(1000), description="安装服务"),))
    dispatch(prepare(order))
    assert ShipmentBatch.objects.get().batch == order.number
    assert fresh(order).status == "shipped"


@pytest.mark.req("R5.9")
def test_goods_that_stock_does_not_hold_stop_everything():
    order = make_inspected()
    shipment = prepare(order)
    assert order.number
    release_stock(order.number, by=person(Role.WAREHOUSE))
    with pytest.raises(Conflict) as refused:
        dispatch(shipment)
    assert refused.value.code == "not_reserved"
    assert Shipment.objects.get().is_prepared
    assert fresh(order).lines.get().quantity_shipped == 0
    assert not Document.objects.filter(kind="delivery_note").exists()


def test_a_shipment_is_dispatched_once():
    shipment = make_shipment(4)
    with pytest.raises(Conflict):
        dispatch(shipment)
    assert shipment.order.lines.get().quantity_shipped == 4


def test_dispatch_awaits_the_customers_acceptance():
    shipment = make_shipment()
    item = open_items(shipment.order).get(kind=WorkKind.ACCEPTANCE)
    assert item.owner == person(Role.SALES) and item.url == shipment.get_absolute_url()


@pytest.mark.req("R6.2")
def test_the_delivery_note_holds_goods_and_batches_but_no_link_to_sign_by():
    shipment = make_shipment()
    note = Document.objects.get(kind="delivery_note")
    assert note.number == shipment.number
    assert note.context["lines"][0]["batches"][0]["quantity"] == "10.000"
    assert token_for(shipment) not in str(note.context)


@pytest.mark.req("R6.2")
def test_the_database_holds_the_hash_of_the_link_alone():
    shipment = make_shipment()
    token = token_for(shipment)
    assert shipment.signing_hash == hash_of(token) and token not in str(vars(shipment))
    assert link_of(shipment).endswith(f"/s/{token}/") and find_shipment(token) == shipment


@pytest.mark.req("R6.2")
def test_another_secret_key_makes_no_link_but_keeps_the_printed_one(settings):
    shipment = make_shipment()
    token = token_for(shipment)
    settings.SECRET_KEY = "another" * 8
    assert link_of(shipment) == "" and find_shipment(token) == shipment


@pytest.mark.req("R6.2")
def test_a_new_code_ends_the_old_one_and_comes_with_a_new_note():
    shipment = make_shipment()
    old = token_for(shipment)
    renewed = services.renew_signing_link(shipment=shipment, by=person(Role.SALES))
    assert find_shipment(old) is None and find_shipment(token_for(renewed)) == shipment
    revisions = Document.objects.filter(kind="delivery_note").values_list("revision", flat=True)
    assert sorted(revisions) == [1, 2]


@pytest.mark.req("R5.5")
def test_what_a_carrier_moves_leaves_with_the_day_it_is_expected():
    shipment = prepare(make_inspected())
    for day in (None, timezone.localdate() + timedelta(days=4000)):
        with pytest.raises(DomainError) as refused:
            dispatch(shipment, expected_arrival=day)
        assert list(refused.value.fields) == ["expected_arrival"] and again(shipment).is_prepared
    assert not Document.objects.filter(kind="delivery_note").exists()


@pytest.mark.req("R5.5")
def test_the_day_of_the_dispatch_order_will_do_and_who_fetches_goods_knows_it():
    day = timezone.localdate() + timedelta(days=2)
    said, fetched = prepare(make_inspected(), expected_arrival=day), prepare(make_inspected(), mode="pickup")
    assert dispatch(said, expected_arrival=None).first_expected_arrival == day
    assert dispatch(fetched, expected_arrival=None).expected_arrival is None
    assert not again(fetched).is_undated
