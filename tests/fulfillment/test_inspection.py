from decimal import Decimal

import pytest

from accounts.choices import Role
from accounts.models import system_user
from catalog.models import StockLot, StockReservation
from catalog.services import reserve_stock
from core.errors import Conflict, DomainError, NotPermitted
from core.models import Attachment
from fulfillment import services
from fulfillment.models import Inspection
from fulfillment.services import ItemFinding
from tests.factories import fresh, make_order, make_product, person
from tests.fulfillment.factories import inspect, picture, two_lines
from workflow.choices import HoldKind, WorkKind
from workflow.services import active_holds, open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.9")]


def reserved(order):
    return sum(StockReservation.objects.filter(reference=order.number).values_list("quantity", flat=True))


@pytest.mark.sqlite
def test_what_passed_and_was_made_goes_into_stock_for_its_order():
    order = make_order("in_production", product=make_product(stock=3))
    assert reserved(order) == 3
    inspect(order)
    assert reserved(order) == 10
    lot = StockLot.objects.get(batch=order.number)
    assert (lot.on_hand, lot.reserved) == (7, 7)
    assert WorkKind.DISPATCH in set(open_items(order).values_list("kind", flat=True))


@pytest.mark.req("R5.9")
def test_goods_made_for_an_order_cannot_be_promised_to_another():
    product = make_product()
    order = make_order("in_production", product=product)
    inspect(order)
    assert reserve_stock("202601-999", wants=[(1, product.pk, Decimal(1))], by=system_user()) == {1: 0}


def test_goods_wholly_from_stock_are_not_received_again():
    order = make_order("in_production", product=make_product(stock=50))
    inspect(order)
    assert not StockLot.objects.filter(batch=order.number).exists()


def test_a_failure_leaves_the_order_open_with_its_reasons():
    order = make_order("in_production")
    inspect(order, passed=False)
    inspection = Inspection.objects.get()
    assert inspection.result == "failed" and inspection.failed_items[0]["remark"] == "划痕"
    assert fresh(order).inspection_passed_at is None
    assert WorkKind.FINAL_INSPECTION in set(open_items(order).values_list("kind", flat=True))


def test_quality_may_hold_an_order_that_failed_and_hold_it_once():
    order = make_order("in_production")
    inspect(order, passed=False, hold=True)
    inspect(order, passed=False, hold=True)
    assert [hold.kind for hold in active_holds(order)] == [HoldKind.QUALITY]


def test_one_failed_line_fails_the_whole():
    order = make_order("in_production", lines=two_lines())
    first, second = order.lines.all()
    inspect(order, findings={first.pk: ItemFinding(True), second.pk: ItemFinding(False, "缺件")})
    assert fresh(order).inspection_passed_at is None and reserved(order) == 0


def test_a_second_pass_receives_nothing_twice():
    order = make_order("in_production", product=make_product())
    inspect(order)
    inspect(order)
    assert reserved(order) == 10


def test_photos_stay_with_the_inspection():
    order = make_order("in_production")
    inspection = inspect(order, photos=[picture()])
    assert Attachment.objects.get().subject_id == inspection.pk


@pytest.mark.parametrize("findings", ["none", "no remark", "foreign line"])
def test_an_incomplete_inspection_changes_nothing(findings):
    order = make_order("in_production", product=make_product())
    line = order.lines.get()
    given = {
        "none": {},
        "no remark": {line.pk: ItemFinding(False)},
        "foreign line": {line.pk: ItemFinding(True), 0: ItemFinding(True)},
    }[findings]
    with pytest.raises(DomainError):
        services.record_inspection(order=order, findings=given, by=person(Role.QUALITY))
    assert not Inspection.objects.exists() and reserved(order) == 0


def test_only_quality_inspects_and_only_in_production():
    order = make_order("approved")
    with pytest.raises(Conflict):
        inspect(order)
    with pytest.raises(NotPermitted):
        services.record_inspection(order=order, findings={}, by=person(Role.PRODUCTION))
