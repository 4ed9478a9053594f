"""A cancelled order leaves no dispatch order behind, and a shipment's page no telephone to strangers."""

import pytest
from django.test import Client

from accounts.choices import Role
from catalog.models import StockReservation
from core.errors import DomainError
from credit.models import CreditAccount
from fulfillment.services import cancel_shipment
from orders.services import cancel_order
from tests.factories import fresh, person
from tests.fulfillment.factories import make_inspected, make_shipment, prepare

pytestmark = pytest.mark.django_db


@pytest.mark.req("R8.2")
def test_an_order_is_not_cancelled_under_a_dispatch_order():
    order = make_inspected()
    shipment = prepare(order)
    with pytest.raises(DomainError) as refused:
        cancel_order(order=order, reason="客户取消", by=person(Role.SALES_MANAGER))
    assert [reason.url for reason in refused.value.reasons] == [shipment.get_absolute_url()]
    assert fresh(order).status == "in_production"
    cancel_shipment(shipment=shipment, reason="取消", by=person(Role.WAREHOUSE))
    cancel_order(order=order, reason="客户取消", by=person(Role.SALES_MANAGER))
    assert fresh(order).status == "canceled"
    assert not StockReservation.objects.filter(reference=order.number, quantity__gt=0).exists()
    assert CreditAccount.objects.get(customer=order.customer).exposure == 0


@pytest.mark.req("R1.6")
@pytest.mark.parametrize(
    ("role", "reads"), [(Role.FINANCE, False), (Role.ENGINEERING, False), (Role.WAREHOUSE, True), (Role.SALES, True)]
)
def test_who_reads_the_receiver_on_the_page_of_a_shipment(role, reads):
    shipment = make_shipment(receiver="王芳", receiver_phone="13900139000")
    client = Client()
    client.force_login(person(role))
    page = client.get(shipment.get_absolute_url()).content.decode()
    for secret in ("13900139000", "王芳"):
        assert (secret in page) == reads, secret
