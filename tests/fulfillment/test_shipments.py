from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from fulfillment import services
from fulfillment.models import Shipment
from orders.services import cancel_order
from tests.factories import fresh, make_order, person
from tests.fulfillment.factories import dispatch, inspect, make_inspected, make_shipment, prepare, two_lines

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.5")]


@pytest.mark.sqlite
def test_a_dispatch_order_takes_receiver_and_address_from_the_order():
    order = make_inspected()
    shipment = prepare(order)
    assert shipment.number.startswith("S") and shipment.status == "prepared"
    assert (shipment.receiver, shipment.address) == ("李明", order.delivery_address)


@pytest.mark.req("R4.9")
def test_without_a_passed_inspection_no_dispatch_order():
    order = make_order("in_production")
    with pytest.raises(DomainError) as refused:
        prepare(order)
    assert [reason.code for reason in refused.value.reasons] == ["inspection"]
    assert not Shipment.objects.exists()


def test_a_hold_stops_the_dispatch_order_and_the_dispatch():
    order = make_order("in_production")
    inspect(order)
    shipment = prepare(order, 4)
    inspect(order, passed=False, hold=True)
    for step in (lambda: prepare(order, 1), lambda: dispatch(shipment)):
        with pytest.raises(DomainError):
            step()
    assert fresh(order).lines.get().quantity_shipped == 0


def test_two_dispatch_orders_never_hold_more_than_is_open():
    order = make_inspected()
    prepare(order, 6)
    with pytest.raises(DomainError) as refused:
        prepare(order, 5)
    assert refused.value.code == "quantity"
    prepare(order, 4)


@pytest.mark.parametrize("quantity", [Decimal(-1), Decimal(11), Decimal(0)])
def test_more_than_open_or_nothing_is_refused(quantity):
    order = make_inspected()
    with pytest.raises(DomainError):
        prepare(order, quantities={order.lines.get().pk: quantity})
    assert not Shipment.objects.exists()


def test_a_line_of_another_order_is_refused():
    order, other = make_inspected(), make_inspected()
    with pytest.raises(DomainError):
        prepare(order, quantities={other.lines.get().pk: Decimal(1)})


def test_it_does_not_arrive_before_it_leaves():
    order = make_inspected()
    with pytest.raises(DomainError):
        prepare(order, expected_arrival=timezone.localdate() - timedelta(days=1))


def test_an_order_ships_in_parts_and_its_status_follows_the_quantities():
    order = make_inspected()
    dispatch(prepare(order, 4))
    order = fresh(order)
    assert (order.status, order.lines.get().quantity_shipped) == ("in_production", 4)
    dispatch(prepare(order, 6))
    order = fresh(order)
    assert (order.status, order.lines.get().quantity_shipped) == ("shipped", 10)


def test_lines_that_are_not_wanted_stay_open():
    order = make_inspected(lines=two_lines())
    first, second = order.lines.all()
    dispatch(prepare(order, quantities={first.pk: Decimal(5), second.pk: Decimal(0)}))
    assert [line.quantity_open for line in fresh(order).lines.all()] == [0, 5]


def test_a_canceled_shipment_frees_its_quantities_and_blocks_nothing():
    order = make_inspected()
    shipment = prepare(order, 10)
    services.cancel_shipment(shipment=shipment, reason="改期", by=person(Role.LOGISTICS))
    dispatch(prepare(order))
    assert fresh(order).status == "shipped"
    assert Shipment.objects.get(pk=shipment.pk).status == "canceled"


def test_what_has_left_is_not_canceled():
    shipment = make_shipment()
    with pytest.raises(Conflict):
        services.cancel_shipment(shipment=shipment, reason="x", by=person(Role.LOGISTICS))


def test_a_cancellation_says_why():
    shipment = prepare(make_inspected())
    with pytest.raises(DomainError):
        services.cancel_shipment(shipment=shipment, reason="  ", by=person(Role.LOGISTICS))
    assert Shipment.objects.get().is_prepared


@pytest.mark.parametrize("missing", ["carrier", "waybill"])
def test_without_carrier_and_waybill_nothing_leaves(missing):
    shipment = prepare(make_inspected(), carrier="")
    given = {"carrier": "顺丰", "waybill": "SF1", missing: " "}
    with pytest.raises(DomainError) as refused:
        dispatch(shipment, **given)
    assert missing in refused.value.fields
    assert Shipment.objects.get().is_prepared


@pytest.mark.parametrize("role", [Role.SALES, Role.FINANCE, Role.QUALITY])
def test_others_neither_prepare_nor_dispatch(role):
    order = make_inspected()
    shipment = prepare(order, 1)
    with pytest.raises(NotPermitted):
        services.create_shipment(order=order, quantities={}, by=person(role))
    with pytest.raises(NotPermitted):
        dispatch(shipment, by=person(role))


def test_the_salesperson_is_told_ahead_and_when_it_leaves():
    make_shipment()
    texts = [news.text for news in person(Role.SALES).notifications.order_by("pk")]
    assert sum("leaves on" in text for text in texts) == 1 and sum("has left" in text for text in texts) == 1


def test_an_order_is_not_canceled_while_a_dispatch_order_could_be_carried_out():
    order = make_inspected()
    shipment = prepare(order)
    with pytest.raises(DomainError) as refused:
        cancel_order(order=order, reason="客户破产", by=person(Role.SALES_MANAGER))
    assert refused.value.code == "prepared" and fresh(order).status == "in_production"
    assert Shipment.objects.get().pk == shipment.pk and Shipment.objects.get().is_prepared
