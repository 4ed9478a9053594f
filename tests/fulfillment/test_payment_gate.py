"""R5.1 and R14.4: no goods before the money, save by special approval, once, up to its cap, printed on the note."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.choices import Role
from catalog.models import StockMovement
from core.errors import DomainError
from core.models import Document
from credit.services import confirm_receipt
from fulfillment.models import Shipment
from orders import services as orders
from tests.factories import PREPAID, fresh, person
from tests.fulfillment.factories import dispatch, make_inspected, prepare
from workflow.models import Waiver

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.1")]


def pay(order, amount):
    receipt = orders.report_payment(
        order=order, amount=Decimal(amount), received_date=timezone.localdate(), method="transfer",
        by=person(Role.SALES),
    )  # fmt: skip
    confirm_receipt(receipt=receipt, by=person(Role.FINANCE))


def waive(order, **over):
    values = {"reason": "老客户", "by": person(Role.GENERAL_MANAGER), **over}
    return orders.grant_order_waiver(order=order, gate="payment", **values)


def codes(refused):
    return [reason.code for reason in refused.value.reasons]


def test_no_dispatch_order_before_the_money():
    order = make_inspected(terms=PREPAID)
    with pytest.raises(DomainError) as refused:
        prepare(order)
    assert codes(refused) == ["payment"]
    assert not Shipment.objects.exists()


def test_reported_money_is_not_confirmed_money():
    order = make_inspected(terms=PREPAID)
    orders.report_payment(
        order=order, amount=order.amount, received_date=timezone.localdate(), method="transfer",
        by=person(Role.SALES),
    )  # fmt: skip
    with pytest.raises(DomainError):
        prepare(order)


def test_a_part_of_the_money_is_not_enough():
    order = make_inspected(terms=PREPAID)
    pay(order, order.amount - 1)
    with pytest.raises(DomainError):
        prepare(order)


def test_with_the_money_the_goods_go():
    order = make_inspected(terms=PREPAID)
    pay(order, order.amount)
    dispatch(prepare(order))
    assert fresh(order).status == "shipped"


@pytest.mark.req("R14.4")
def test_a_special_approval_lets_one_dispatch_through_and_is_printed_on_its_note():
    order = make_inspected(terms=PREPAID)
    waiver = waive(order)
    shipment = dispatch(prepare(order))
    waiver = Waiver.objects.get(pk=waiver.pk)
    assert (waiver.status, waiver.used_reference) == ("used", shipment.number)
    note = Document.objects.get(kind="delivery_note")
    assert [printed["reason"] for printed in note.context["waivers"]] == ["老客户"]


@pytest.mark.req("R14.4")
def test_a_special_approval_is_used_once_also_by_part_shipments():
    order = make_inspected(terms=PREPAID)
    waive(order)
    first, second = prepare(order, 4), prepare(order, 6)
    dispatch(first)
    moved = StockMovement.objects.count()
    with pytest.raises(DomainError) as refused:
        dispatch(second)
    assert codes(refused) == ["payment"]
    assert Shipment.objects.get(pk=second.pk).is_prepared
    assert StockMovement.objects.count() == moved
    waive(order)
    dispatch(second)
    assert fresh(order).status == "shipped"


@pytest.mark.req("R14.4")
def test_a_special_approval_below_what_is_missing_opens_nothing():
    order = make_inspected(terms=PREPAID)
    waive(order, cap=order.amount - 1)
    with pytest.raises(DomainError):
        prepare(order)
    waive(order, cap=order.amount)
    prepare(order)


@pytest.mark.req("R14.4")
def test_an_expired_special_approval_opens_nothing():
    order = make_inspected(terms=PREPAID)
    waiver = waive(order, expires_at=timezone.now() + timedelta(hours=1))
    shipment = prepare(order)
    Waiver.objects.filter(pk=waiver.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(DomainError):
        dispatch(shipment)
    assert Shipment.objects.get().is_prepared


def test_money_sent_back_between_preparing_and_leaving_stops_the_goods():
    order = make_inspected(terms=PREPAID)
    waiver = waive(order)
    shipment = prepare(order)
    Waiver.objects.filter(pk=waiver.pk).update(status="revoked")
    with pytest.raises(DomainError):
        dispatch(shipment)
    assert fresh(order).lines.get().quantity_shipped == 0
