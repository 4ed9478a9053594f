"""Other rules of the archive show what they would do before they are in force (R14.13)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from customers.choices import Frequency, PaperKind
from customers.models import ArchiveRules, Customer
from customers.rules_effect import Effect, effect_of
from customers.services import file_paper
from customers.services.renewals import open_archive_renewals, open_paper_renewals
from customers.services.rules import change_archive_rules
from orders.services.frequency import count_purchases
from tests.factories import make_customer, person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R14.13")]
URL = "/customers/rules/"
RULES = {"verify_after_months": 12, "paper_notice_days": 30, "regular_from": 3, "frequent_from": 10, "version": 0}


def day(offset: int) -> date:
    return timezone.localdate() + timedelta(days=offset)


def effect(**over: int) -> Effect:
    return effect_of(ArchiveRules(**over), ArchiveRules(), timezone.localdate())


def buying(orders: int, **over) -> Customer:
    customer = make_customer(**over)
    Customer.objects.filter(pk=customer.pk).update(orders_in_year=orders)
    return customer


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(person(Role.ADMIN))
    return client


def test_archives_that_come_up_are_counted_and_named():
    make_customer(verified_date=day(-500))
    soon = make_customer(verified_date=day(-250))
    make_customer(verified_date=day(-250), is_active=False)
    shown = effect(verify_after_months=6)
    assert (shown.archives.now, shown.archives.then, shown.due) == (1, 2, [soon])
    change_archive_rules(version=0, verify_after_months=6, by=person(Role.ADMIN))
    assert open_archive_renewals() == shown.archives.then
    later = effect(verify_after_months=24)
    assert (later.archives.then, len(later.due)) == (0, 1)


def test_papers_that_come_up_are_counted_and_named():
    kept = [
        file_paper(
            customer=make_customer(papers=False), kind=PaperKind.BUSINESS_LICENSE, number="1",
            expires_date=day(days), by=person(Role.INSIDE_SALES),
        )
        for days in (20, 50, 90)
    ]  # fmt: skip
    shown = effect(paper_notice_days=60)
    assert (shown.papers.now, shown.papers.then, shown.due_papers) == (1, 2, [kept[1]])
    change_archive_rules(version=0, paper_notice_days=60, by=person(Role.ADMIN))
    assert open_paper_renewals() == shown.papers.then


def test_customers_who_change_their_band_are_counted_and_named():
    moved, _rare, often = buying(4), buying(1), buying(11)
    shown = effect(regular_from=5, frequent_from=12)
    assert shown.moved == 2 and [move.customer for move in shown.moves] == [often, moved]
    assert [(move.before, move.after) for move in shown.moves] == [("Frequent", "Regular"), ("Regular", "Occasional")]
    assert [(band.now, band.then) for band in shown.bands] == [(0, 0), (1, 2), (1, 1), (1, 0)]
    assert effect().moved == 0 and effect().moves == []


def test_the_bands_are_what_the_night_then_counts():
    for _ in range(3):
        buying(0)
    shown = effect(regular_from=2, frequent_from=3)
    change_archive_rules(version=0, regular_from=2, frequent_from=3, by=person(Role.ADMIN))
    count_purchases()
    assert [Customer.objects.filter(frequency=band).count() for band in Frequency] == [b.then for b in shown.bands]


def test_nothing_is_in_force_before_its_effect_was_looked_at(admin):
    customer = buying(4, name="四单客户")
    data = {**RULES, "regular_from": 5}
    shown = admin.post(URL, data)
    page = shown.content.decode()
    assert shown.status_code == 200 and customer.name in page and "Put in force" in page
    assert not ArchiveRules.objects.filter(regular_from=5).exists()
    seen = shown.context["form"]["seen"].value()
    again = admin.post(URL, {**data, "regular_from": 6, "seen": seen})
    assert again.status_code == 200 and not ArchiveRules.objects.filter(is_current=True, regular_from=6).exists()
    assert admin.post(URL, {**data, "seen": seen}).status_code == 302
    assert ArchiveRules.objects.get(is_current=True).regular_from == 5


def test_looking_at_values_that_cannot_be_says_so(admin):
    answer = admin.post(URL, {**RULES, "regular_from": 10})
    assert answer.status_code == 422 and "Put in force" not in answer.content.decode()


def test_looking_costs_the_same_in_a_large_archive(django_assert_max_num_queries):
    for customers in (1, 40):
        for number in range(customers):
            buying(number + 3, verified_date=day(-250))
        with django_assert_max_num_queries(9):
            shown = effect(verify_after_months=6, paper_notice_days=60, regular_from=40, frequent_from=50)
            assert len(shown.moves) <= 20 and len(shown.due) <= 20
    assert shown.cut == 20
