"""The customer archive in the browser (R1.4, R1.5)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from core.models import AuditEntry
from customers.models import Contact, Customer
from customers.services import save_customer, verify_customer
from tests.factories import make_customer, make_order, make_user, person

pytestmark = [pytest.mark.req("R1.4"), pytest.mark.django_db]


def basics(**over: Any) -> dict[str, Any]:
    return {"name": "北京华光科技有限公司", "tier": "ordinary", "currency": "CNY", "is_active": "on", **over}


def rows(prefix: str, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for index, row in enumerate(rows):
        data |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return data


@pytest.fixture
def inside(db: None) -> User:
    return make_user("inside_sales")


@pytest.fixture
def desk(client: Client, inside: User) -> Client:
    client.force_login(inside)
    return client


def names(response: Any) -> list[str]:
    return [row.obj.name for row in response.context["rows"]]


@pytest.mark.sqlite
def test_two_characters_find_a_customer(desk: Client) -> None:
    make_customer(name="上海华光精密仪器有限公司")
    make_customer(name="广州明远贸易有限公司")
    assert names(desk.get("/customers/?q=华光")) == ["上海华光精密仪器有限公司"]
    assert names(desk.get("/customers/?q=華光")) == ["上海华光精密仪器有限公司"]


@pytest.mark.req("R1.5")
def test_the_list_is_filtered_by_class_industry_region_and_owner(desk: Client) -> None:
    owner = person("sales")
    make_customer(name="甲", tier="key", industry="医疗", region="华东", owner=owner)
    make_customer(name="乙", industry="教育", region="华南")
    for query in ("tier=key", "industry=医疗", "region=华东", f"owner={owner.pk}"):
        assert names(desk.get(f"/customers/?{query}")) == ["甲"], query


def test_archives_nobody_checked_for_a_year_are_put_up(desk: Client) -> None:
    make_customer(name="旧", verified_date=timezone.localdate() - timedelta(days=366))
    make_customer(name="新")
    assert names(desk.get("/customers/?renewal=true")) == ["旧"]


def test_a_customer_is_entered_with_contacts_and_addresses(desk: Client) -> None:
    contacts = rows("contacts", {"name": "李明", "phone": "13800138000"}, {"name": "王芳", "is_primary": "on"}, {})
    addresses = rows("addresses", {"text": "北京市海淀区1号"})
    response = desk.post("/customers/new/", {**basics(), **contacts, **addresses})
    customer = Customer.objects.get()
    assert response["Location"] == f"/customers/{customer.pk}/"
    assert customer.code == "C00001"
    assert names(desk.get("/customers/?q=C00001")) == [customer.name]
    assert [(c.name, c.is_primary) for c in customer.contacts.all()] == [("王芳", True), ("李明", False)]
    assert customer.addresses.get().is_default
    assert customer.verified_date == timezone.localdate()


def test_rows_are_changed_and_removed_in_place(desk: Client) -> None:
    customer = make_customer()
    contact = customer.contacts.get()
    contacts = rows(
        "contacts",
        {"pk": contact.pk, "name": "李明", "DELETE": "on"},
        {"name": "赵强", "email": "zhao@example.com"},
        initial=1,
    )
    addresses = rows("addresses", {"pk": customer.addresses.get().pk, "text": "新地址"}, initial=1)
    response = desk.post(f"/customers/{customer.pk}/edit/", {**basics(name="改名"), **contacts, **addresses})
    assert response.status_code == 302
    customer = Customer.objects.get()
    assert customer.name == "改名"
    assert [(c.name, c.is_primary) for c in customer.contacts.all()] == [("赵强", True)]
    assert customer.addresses.get().text == "新地址"
    assert AuditEntry.objects.get(action="customer.changed").changes["name"][1] == "改名"


def test_what_is_wrong_is_said_and_what_was_typed_stays(desk: Client) -> None:
    contacts = rows("contacts", {"name": "", "phone": "12345"})
    response = desk.post("/customers/new/", {**basics(name=""), **contacts, **rows("addresses", {})})
    assert response.status_code == 422
    assert "12345" in response.content.decode()
    assert not Customer.objects.exists()


@pytest.mark.parametrize("currency", ["x", "cny", "XXX"])
def test_a_customer_has_a_currency_that_orders_are_taken_in(desk: Client, currency: str) -> None:
    page = {**basics(currency=currency), **rows("contacts", {}), **rows("addresses", {})}
    response = desk.post("/customers/new/", page)
    assert response.status_code == 422 and response.context["form"].errors["currency"]
    assert not Customer.objects.exists()
    assert "USD" in desk.get("/customers/new/").content.decode()


def test_two_main_contacts_are_one_too_many(desk: Client) -> None:
    contacts = rows("contacts", {"name": "甲", "is_primary": "on"}, {"name": "乙", "is_primary": "on"})
    response = desk.post("/customers/new/", {**basics(), **contacts, **rows("addresses", {})})
    assert response.status_code == 422
    assert "Mark only one row" in response.content.decode()


def test_a_contact_of_another_customer_is_not_taken_over(desk: Client) -> None:
    mine, other = make_customer(), make_customer()
    stolen = rows("contacts", {"pk": other.contacts.get().pk, "name": "李明"}, initial=1)
    response = desk.post(f"/customers/{mine.pk}/edit/", {**basics(), **stolen, **rows("addresses", {})})
    assert response.status_code == 422
    assert Contact.objects.filter(customer=other).count() == 1
    assert Contact.objects.filter(customer=mine).count() == 1


@pytest.mark.req("R13.7")
def test_a_salesperson_does_not_change_a_colleagues_customer(client: Client) -> None:
    customer = make_customer(owner=person("sales"))
    stranger = make_user("sales")
    client.force_login(stranger)
    assert "Another account manager" in client.get(f"/customers/{customer.pk}/edit/").content.decode()
    assert client.post(f"/customers/{customer.pk}/edit/", basics(name="抢")).status_code == 403
    assert client.post(f"/customers/{customer.pk}/verify/").status_code == 403
    assert Customer.objects.get().name == customer.name


def test_the_second_of_two_savers_keeps_what_the_first_did_not_touch(inside: User) -> None:
    customer = make_customer(region="华东")
    stale = Customer.objects.get(pk=customer.pk)
    save_customer(customer=customer, values={"industry": "医疗"}, by=inside)
    save_customer(customer=stale, values={"region": "华南"}, by=inside)
    assert Customer.objects.values_list("industry", "region").get() == ("医疗", "华南")


def test_verifying_moves_the_date(desk: Client, inside: User) -> None:
    customer = make_customer(verified_date=None)
    assert "twelve months" in desk.get(f"/customers/{customer.pk}/").content.decode()
    desk.post(f"/customers/{customer.pk}/verify/")
    assert Customer.objects.get().verified_date == timezone.localdate()
    assert verify_customer(customer=customer, by=inside).verified_date == timezone.localdate()


@pytest.mark.req("R1.5")
def test_the_page_shows_orders_credit_and_frequency(desk: Client) -> None:
    order = make_order()
    response = desk.get(f"/customers/{order.customer_id}/")
    text = response.content.decode()
    assert order.number and order.number in text
    assert "1 · ¥50,000.00" in text
    assert "¥1,000,000.00" in text  # the limit


@pytest.mark.req("R13.7")
def test_strangers_and_partners_see_no_list(client: Client) -> None:
    assert client.get("/customers/").status_code == 302
    client.force_login(make_user(kind="partner"))
    assert client.get("/customers/").status_code == 403


def test_an_unknown_customer_is_not_found(desk: Client) -> None:
    assert desk.get("/customers/999999/").status_code == 404


@pytest.mark.req("R13.3")
def test_the_list_and_the_lookup_cost_the_same_for_many(desk: Client) -> None:
    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(url).status_code == 200
        return len(queries)

    urls = ("/customers/", "/customers/?q=科技", "/customers/lookup/?q=科技")
    make_customer(owner=person("sales"))
    few = [cost(url) for url in urls]
    for _ in range(15):
        make_customer(owner=make_user("sales"))
    assert [cost(url) for url in urls] == few
    assert max(few) <= 9


@pytest.mark.req("R13.3")
def test_the_page_costs_the_same_for_many_orders_and_contacts(desk: Client) -> None:
    customer = make_order().buyer
    url = f"/customers/{customer.pk}/"

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(url)
        return len(queries)

    cost()
    few = cost()
    for index in range(4):
        Contact.objects.create(customer=customer, name=f"人{index}")
        make_order(customer=customer)
    assert cost() == few <= 18
