"""Archives come up for renewal as work; how often a customer buys is counted from its orders (R1.4, R1.5)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from customers.models import Customer
from customers.services import save_customer, verify_customer
from customers.services.renewals import open_archive_renewals, open_paper_renewals
from customers.services.rules import change_archive_rules
from orders.models import Order
from orders.services import cancel_order
from orders.services.frequency import count_purchases
from orders.tasks import count_purchases as count_purchases_task
from tests.factories import make_customer, make_draft, make_order, make_user, person
from workflow.choices import WorkKind
from workflow.models import WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.req("R1.4")]


def day(offset: int) -> date:
    return timezone.localdate() + timedelta(days=offset)


def renewals() -> list[WorkItem]:
    return list(WorkItem.objects.open().filter(kind=WorkKind.ARCHIVE_RENEWAL).order_by("subject_id"))


# ---- renewal


@pytest.mark.sqlite
def test_an_archive_nobody_verified_for_twelve_months_is_work_once():
    seller = person(Role.SALES)
    owned = make_customer(owner=seller, verified_date=day(-367))
    nobodys = make_customer(verified_date=None)
    make_customer(verified_date=day(-360))
    make_customer(verified_date=day(-800), is_active=False)
    assert (open_archive_renewals(), open_archive_renewals()) == (2, 0)
    first, second = renewals()
    assert (first.subject_id, first.owner, first.url) == (owned.pk, seller, f"/customers/{owned.pk}/verify/")
    assert (second.subject_id, second.owner_role) == (nobodys.pk, Role.INSIDE_SALES)


def test_what_a_colleague_who_left_looked_after_is_anybodys_in_inside_sales():
    customer = make_customer(owner=make_user(Role.SALES, is_active=False), verified_date=day(-400))
    customer.papers.update(expires_date=day(3))
    open_archive_renewals()
    open_paper_renewals()
    items = WorkItem.objects.open().filter(kind__in=[WorkKind.ARCHIVE_RENEWAL, WorkKind.PAPER_RENEWAL])
    assert {(item.owner, item.owner_role) for item in items} == {(None, Role.INSIDE_SALES)} and items.count() > 1


def test_verifying_is_the_work_done_until_the_months_have_passed_again():
    customer = make_customer(verified_date=day(-400))
    open_archive_renewals()
    verify_customer(customer=customer, by=person(Role.INSIDE_SALES))
    assert renewals() == [] and open_archive_renewals() == 0
    assert open_archive_renewals(now=timezone.now() + timedelta(days=370)) == 1


def test_after_an_outage_of_weeks_nothing_is_lost():
    make_customer(verified_date=day(-500))
    assert open_archive_renewals(now=timezone.now() + timedelta(days=40)) == 1


def test_a_customer_that_is_none_any_more_is_nobodys_work():
    customer = make_customer(verified_date=day(-400))
    open_archive_renewals()
    save_customer(customer=customer, values={"is_active": False}, by=person(Role.INSIDE_SALES))
    assert renewals() == [] and open_archive_renewals() == 0


@pytest.mark.req("R14.13")
def test_after_how_many_months_is_the_administrators_word():
    customer = make_customer(verified_date=day(-200))
    assert open_archive_renewals() == 0
    change_archive_rules(version=0, verify_after_months=6, by=person(Role.ADMIN))
    assert open_archive_renewals() == 1
    client = Client()
    client.force_login(person(Role.SALES_MANAGER))
    assert "for 6 months" in client.get(f"/customers/{customer.pk}/").content.decode()


# ---- frequency


def ordered(customer: Customer, number: int, *, days_ago: int = 0) -> None:
    for _ in range(number):
        order = make_order(customer=customer)
        Order.objects.filter(pk=order.pk).update(received_at=timezone.now() - timedelta(days=days_ago))


def figures(customer: Customer) -> tuple[Any, ...]:
    return Customer.objects.values_list("frequency", "orders_in_year", "last_order_date").get(pk=customer.pk)


@pytest.mark.sqlite
@pytest.mark.req("R1.5")
def test_how_often_a_customer_buys_is_counted_from_its_orders_of_a_year():
    none, occasional, regular, former = (make_customer() for _ in range(4))
    ordered(occasional, 2)
    ordered(regular, 3)
    ordered(former, 4, days_ago=400)
    assert count_purchases() == 3
    assert figures(none) == ("none", 0, None)
    assert figures(occasional) == ("occasional", 2, day(0))
    assert figures(regular) == ("regular", 3, day(0))
    assert figures(former) == ("none", 0, day(-400))
    assert count_purchases_task() == 0


@pytest.mark.req("R1.5")
def test_drafts_and_canceled_orders_are_no_purchases_and_a_night_mends_it():
    customer = make_customer()
    make_draft(customer=customer)
    order = make_order(customer=customer)
    count_purchases()
    assert figures(customer)[1] == 1
    cancel_order(order=order, reason="x", by=person(Role.SALES))
    count_purchases()
    assert figures(customer) == ("none", 0, None)
    Customer.objects.update(orders_in_year=77)
    count_purchases()
    assert figures(customer)[1] == 0


@pytest.mark.req("R1.5")
def test_what_frequent_means_is_the_administrators_word():
    customer = make_customer()
    ordered(customer, 4)
    change_archive_rules(version=0, regular_from=2, frequent_from=4, by=person(Role.ADMIN))
    count_purchases()
    assert figures(customer)[0] == "frequent"


@pytest.mark.req("R1.5")
def test_it_is_shown_filtered_exported_and_a_filter_of_orders():
    often, never = make_customer(name="常客", tier="key", size="large", industry="医疗"), make_customer(name="新客")
    ordered(often, 3)
    make_order(customer=never)
    count_purchases()
    Customer.objects.filter(pk=never.pk).update(frequency="none", orders_in_year=0)
    client = Client()
    client.force_login(person(Role.ORDER_CENTER))
    assert [row.obj for row in client.get("/customers/?frequency=regular").context["rows"]] == [often]
    assert "Regular" in client.get(f"/customers/{often.pk}/").content.decode()
    answer: Any = client.get("/customers/?export=csv")
    export = b"".join(answer.streaming_content).decode()
    assert "常客" in export and "Regular" in export
    for query in ("frequency=regular", "tier=key", "size=large", "industry=医疗"):
        found = client.get(f"/orders/?{query}").context["rows"]
        assert {row.obj.customer_id for row in found} == {often.pk}, query


@pytest.mark.req("R1.5")
def test_counting_costs_the_same_however_many_orders_there_are(django_assert_max_num_queries):
    for _ in range(6):
        ordered(make_customer(), 2)
    with django_assert_max_num_queries(6):
        count_purchases()
