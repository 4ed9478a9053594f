"""Contacts that leave in a file: masked as on the page, and each file in the trail (R1.6, R12.5)."""

import pytest
from django.test import Client

from accounts.choices import Role
from core.models import AuditEntry
from tests.factories import make_customer, make_order, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("R1.6")]


def body(client: Client, url: str) -> str:
    return b"".join(client.get(url).streaming_content).decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("role", "reads"), [(Role.ADMIN, False), (Role.INSIDE_SALES, True)])
def test_a_file_of_customers_tells_no_more_than_the_page(client, role, reads):
    make_customer()
    user = make_user(role)
    client.force_login(user)
    text = body(client, "/imports/export/customers.csv")
    for secret in ("13800138000", "李明", "li@example.com"):
        assert (secret in text) == reads, secret
    assert AuditEntry.objects.get(action="export.taken", by=user).note == "customers.csv"


def test_a_file_of_orders_is_in_the_trail_with_what_was_asked_for(client):
    order = make_order()
    user = make_user(Role.FINANCE)
    client.force_login(user)
    text = body(client, "/orders/export.csv?status=received")
    assert str(order.number) in text and "13800138000" not in text
    assert AuditEntry.objects.get(action="export.taken", by=user).note == "orders.csv?status=received"
