"""Role by place: a customer's people are read by the same persons everywhere they could be seen (R1.6)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.choices import Role
from core.models import Document
from customers.models import Customer
from fulfillment.models import Shipment
from tests.customers.factories import make_inquiry
from tests.factories import make_customer, make_user
from tests.fulfillment.factories import make_shipment

pytestmark = [pytest.mark.django_db, pytest.mark.req("R1.6"), pytest.mark.req("R13.7")]
PHONE, EMAIL = "13800138000", "li@example.com"
READERS = {Role.INSIDE_SALES, Role.SERVICE, Role.AFTERSALES, Role.ORDER_CENTER, Role.SALES_MANAGER}
CARRIERS = READERS | {Role.WAREHOUSE, Role.LOGISTICS}  # they bring the goods of an order
STAFF = sorted(set(Role.values) - {Role.PARTNER})


@pytest.fixture
def shipment(db: None) -> Shipment:
    made = make_shipment()
    Customer.objects.filter(pk=made.order.buyer.pk).update(owner=make_user(Role.SALES))
    make_inquiry(customer=made.order.buyer, contact_phone=PHONE, contact_name="李明")
    return made


def body(response: Any) -> str:
    """What a person could read of an answer; nothing where the role is turned away."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace").encode().decode("unicode_escape", "replace")


# Place: (address, who reads there; None: nobody, whatever the role).
PLACES: dict[str, tuple[Callable[[Shipment], str], set[Role]]] = {
    "customer's page": (lambda s: f"/customers/{s.order.customer_id}/", READERS),
    "customer's form": (lambda s: f"/customers/{s.order.customer_id}/edit/", READERS - {Role.AFTERSALES}),
    "lookup": (lambda s: f"/customers/lookup/?id={s.order.customer_id}", READERS),
    "list as a file": (lambda s: "/customers/?export=csv", set()),
    "archive as a file": (
        lambda s: "/imports/export/customers.csv", {Role.INSIDE_SALES, Role.ORDER_CENTER, Role.SALES_MANAGER},
    ),
    "order's page": (lambda s: f"/orders/{s.order_id}/", CARRIERS),
    "orders as a file": (lambda s: "/orders/?export=csv", set()),
    "order table 1": (lambda s: "/orders/export.csv", READERS),
    "inquiry's page": (
        lambda s: f"/customers/inquiries/{s.order.buyer.inquiries.get().pk}/",
        {Role.INSIDE_SALES, Role.SERVICE, Role.ORDER_CENTER, Role.SALES_MANAGER},
    ),
    "inquiries as a file": (lambda s: "/customers/inquiries/?export=csv", set()),
    "readings as a file": (lambda s: "/customers/disclosures/readings/?export=csv", set()),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_who_reads_the_telephone_where(shipment: Shipment, place: str) -> None:
    address, readers = PLACES[place]
    seen = {}
    for role in STAFF:
        client = Client()
        client.force_login(make_user(role))
        seen[role] = PHONE in body(client.get(address(shipment)))
    assert {role for role, reads in seen.items() if reads} == readers


def test_no_search_finds_a_customer_by_a_telephone(shipment: Shipment) -> None:
    for role in STAFF:
        client = Client()
        client.force_login(make_user(role))
        assert client.get(f"/customers/lookup/?q={PHONE}").json()["results"] == [], role
        for url in (f"/customers/?q={PHONE}", f"/orders/?q={PHONE}", f"/customers/inquiries/?q={PHONE}"):
            assert not client.get(url).context["rows"], (role, url)


def test_the_admin_pages_of_papers_shipments_and_trail_show_no_persons(shipment: Shipment) -> None:
    client = Client()
    client.force_login(make_user(Role.ADMIN, is_staff=True, is_superuser=True))
    paper = Document.objects.filter(context__icontains=PHONE).first()
    assert paper is not None
    for url in (
        f"/admin/core/document/{paper.pk}/change/", f"/admin/fulfillment/shipment/{shipment.pk}/change/",
        "/admin/core/auditentry/", "/admin/core/document/", "/admin/fulfillment/shipment/",
    ):  # fmt: skip
        response = client.get(url)
        assert response.status_code == 200, url
        text = response.content.decode()
        assert PHONE not in text and EMAIL not in text, url


def test_a_partner_reads_through_the_api_what_is_its_own(shipment: Shipment) -> None:
    """Another company's people are not there at all; tests/api has the rest."""
    from customers.models import PartnerApiKey
    from tests.factories import make_partner

    _row, key = PartnerApiKey.objects.create_key(name="t", partner=make_partner(customer=make_customer()))
    client = Client(headers={"authorization": f"Api-Key {key}"})
    assert PHONE not in client.get("/api/v1/orders").content.decode()
    assert client.get(f"/api/v1/orders/{shipment.order.number}").status_code == 404
