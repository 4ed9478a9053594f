"""What an act copies from the archive onto a draft is what its writer may read there (R1.6)."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.choices import Role
from accounts.models import User
from core.models import AuditEntry
from customers.models import Customer
from orders import services
from orders.models import AgreementLine
from tests.customers.factories import make_inquiry
from tests.factories import make_customer, make_user, person
from tests.orders.quotation_factories import make_quotation
from tests.orders.test_framework_agreements import make_agreement

pytestmark = [pytest.mark.django_db, pytest.mark.req("R1.6")]
PHONE = "13800138000"


def quoted(customer: Customer, by: User) -> Any:
    return services.quote_inquiry(inquiry=asked_by(customer, by), by=by)


def ordered(customer: Customer, by: User) -> Any:
    return services.order_inquiry(inquiry=asked_by(customer, by), by=by)


def called_off(customer: Customer, by: User) -> Any:
    contract = make_agreement(customer=customer, owner=by)
    line = AgreementLine.objects.get(contract=contract)
    return services.call_off(contract=contract, quantities={line.pk: Decimal(1)}, by=by)


def order_of_quotation(customer: Customer, by: User) -> Any:
    quotation = make_quotation("accepted", customer=customer, salesperson=by, contact_name="何", contact_phone="1")
    return services.order_quotation(quotation=quotation, by=by)


def asked_by(customer: Customer, seller: User) -> Any:
    return make_inquiry(customer=customer, salesperson=seller, contact_name="", contact_phone="")


def phones(made: Any) -> set[str]:
    return {made.contact_phone, getattr(made, "receiver_phone", "")}


@pytest.mark.parametrize("act", [quoted, ordered, called_off, order_of_quotation])
def test_a_draft_carries_nobody_its_writer_may_not_read(act: Any) -> None:
    owner, stranger = person(Role.SALES), make_user(Role.SALES)
    customer = make_customer(owner=owner)
    customer.addresses.update(phone=PHONE)
    assert PHONE in phones(act(customer, owner))
    made = act(customer, stranger)
    assert PHONE not in phones(made)
    assert made.delivery_address or act is quoted
    assert not AuditEntry.objects.filter(action="customer.contacts_read").exists()


def test_a_reading_that_is_no_owners_leaves_its_trace() -> None:
    made = called_off(make_customer(owner=make_user(Role.SALES)), person(Role.INSIDE_SALES))
    assert made.contact_phone == PHONE
    assert AuditEntry.objects.get(action="customer.contacts_read").by == person(Role.INSIDE_SALES)


@pytest.mark.parametrize("key", ["9" * 30, "x", "٣", "-1"])
@pytest.mark.parametrize("page", ["/orders/new/", "/orders/quotations/new/", "/orders/contracts/new/"])
def test_nonsense_in_the_address_names_no_customer(page: str, key: str) -> None:
    client = Client()
    client.force_login(person(Role.INSIDE_SALES))
    assert client.get(page, {"customer": key}).status_code == 200


def test_a_new_quotation_starts_with_the_contact_and_leaves_the_same_trace() -> None:
    customer, client = make_customer(owner=make_user(Role.SALES)), Client()
    client.force_login(person(Role.INSIDE_SALES))
    assert PHONE in client.get(f"/orders/quotations/new/?customer={customer.pk}").content.decode()
    assert AuditEntry.objects.filter(action="customer.contacts_read").count() == 1
