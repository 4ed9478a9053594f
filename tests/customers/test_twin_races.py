"""Two people enter the same customer at the same moment, on real connections; beside it the same with the lock off."""

import threading
from typing import Any

import pytest
from django.db import connection

from accounts.choices import Role
from core.bulk import insert_many
from core.errors import DomainError
from customers import duplicates
from customers.models import Contact, Customer
from customers.services import NewCustomer, archive, create_customers, many, save_customer
from orders.services import order_inquiry
from tests.core.factories import at_once
from tests.customers.factories import make_inquiry
from tests.factories import make_customer, person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R1.4", "R13.1")]
NAMES = ("上海明远贸易有限公司", " 上海明远贸易公司", "上海明远贸易", "上海明远贸易股份有限公司")
WAYS: list[dict[str, Any]] = [
    {"values": lambda i: {"name": NAMES[i]}},
    {"values": lambda i: {"name": f"公司{i}", "tax_number": "91110108 ma-01"}},
    {"values": lambda i: {"name": f"公司{i}"}, "contacts": lambda: [Contact(name="李明", phone="138 0013 8000")]},
]


def enter(index: int, way: dict[str, Any]) -> Customer:
    contacts = way.get("contacts", lambda: None)()
    return save_customer(customer=Customer(), values=way["values"](index), contacts=contacts, by=person(Role.SERVICE))


def refusals(results: list[Any]) -> list[str]:
    return [result.code for result in results if isinstance(result, DomainError)]


@pytest.fixture(autouse=True)
def cast(transactional_db: None) -> None:
    """Made before the threads start."""
    for role in (Role.SERVICE, Role.SALES):
        person(role)


@pytest.mark.parametrize("way", WAYS, ids=["name", "tax_number", "phone"])
def test_of_those_who_enter_the_same_customer_at_once_one_does(way):
    results = at_once(4, lambda i: enter(i, way))
    assert refusals(results) == ["duplicate"] * 3
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("way", WAYS, ids=["name", "tax_number", "phone"])
def test_without_the_lock_both_stand_in_the_archive_unseen(way, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    both_looked = threading.Barrier(2, timeout=20)

    def look(**asked: Any) -> list[Any]:
        found = duplicates.find_twins(**asked)
        both_looked.wait()
        return found

    monkeypatch.setattr(archive, "lock_likeness", lambda **_keys: None)
    monkeypatch.setattr(archive, "find_twins", look)
    assert refusals(at_once(2, lambda i: enter(i, way))) == []
    assert Customer.objects.count() == 2


def test_an_edit_and_an_entry_that_meet_on_a_tax_number_do_not_both_pass():
    known, by = make_customer(name="甲"), person(Role.SERVICE)
    results = at_once(2, lambda i: save_customer(
        customer=(known, Customer())[i], values={"name": f"公司{i}", "tax_number": "T-100"}, by=by
    ))  # fmt: skip
    assert refusals(results) == ["duplicate"]
    assert Customer.objects.filter(tax_key="T100").count() == 1


def test_two_inquiries_of_the_same_newcomer_become_orders_of_one_customer_at_most():
    by = person(Role.SALES)
    inquiries = [make_inquiry(salesperson=by) for _ in range(2)]
    results = at_once(2, lambda i: order_inquiry(inquiry=inquiries[i], by=by))
    assert refusals(results) == ["duplicate"]
    assert Customer.objects.count() == 1


def test_a_file_taken_meanwhile_is_seen_by_who_types(monkeypatch):
    """The file has written when the other one starts, and commits while that one waits."""
    by, written = person(Role.SERVICE), threading.Event()

    def slow(*args: Any, **kwargs: Any) -> None:
        insert_many(*args, **kwargs)
        written.set()
        threading.Event().wait(0.5)

    monkeypatch.setattr(many, "insert_many", slow)

    def work(index: int) -> Any:
        if index:
            return create_customers(customers=[NewCustomer({"name": NAMES[0]})], by=by)
        written.wait(10)
        return enter(1, WAYS[0])

    assert refusals(at_once(2, work)) == ["duplicate"]
    assert Customer.objects.count() == 1
