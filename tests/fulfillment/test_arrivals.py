"""Account manager and customer are told of an arrival one working day ahead, once (R5.5)."""

import itertools
import threading
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import system_user
from config.schedule import BEAT_SCHEDULE
from core import outbox_delivery
from core.errors import Conflict, DomainError
from core.models import OutboxMessage
from customers.models import Contact
from fulfillment import services
from fulfillment.models import ArrivalNotice, Shipment
from fulfillment.services import arrivals
from fulfillment.tasks import tell_of_arrivals
from tests.core.factories import at_once
from tests.factories import person
from tests.fulfillment.factories import again, make_shipment, prepare, sign
from tests.fulfillment.test_pages import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.5")]
SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Friday and the Monday after it, without public holidays around.
FRIDAY, MONDAY = date(2027, 3, 12), date(2027, 3, 15)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def expected(day: date, *, mail_address: str = "wang@example.com") -> Shipment:
    shipment = make_shipment()
    contact = shipment.order.buyer.contacts.first() or Contact(
        customer=shipment.order.buyer, name="王", is_primary=True
    )
    contact.email = mail_address
    contact.save()
    Shipment.objects.filter(pk=shipment.pk).update(expected_arrival=day)
    return again(shipment)


def sweep(now: datetime) -> int:
    return services.tell_of_arrivals(by=system_user(), now=now)


def told(shipment: Shipment) -> list[date]:
    return [notice.expected_arrival for notice in shipment.arrival_notices.all()]


def letters() -> list[Any]:
    """The mail to the customer, carried out."""
    mail.outbox.clear()
    message = OutboxMessage.objects.get(kind="arrival_mail")
    assert outbox_delivery.deliver(message.pk, now=at(FRIDAY, 10))
    return [sent for sent in mail.outbox if sent.to == ["wang@example.com"]]


def news_of_arrival() -> list[str]:
    return [news.text for news in person(Role.SALES).notifications.order_by("pk") if "expected to arrive" in news.text]


@pytest.mark.sqlite
def test_a_monday_is_told_of_on_friday_and_not_before():
    shipment = expected(MONDAY)
    assert sweep(at(FRIDAY - timedelta(days=1))) == 0
    assert sweep(at(FRIDAY, 7)) == 0  # nobody is woken
    assert sweep(at(FRIDAY)) == 1
    assert told(shipment) == [MONDAY] and len(news_of_arrival()) == 1


@pytest.mark.sqlite
def test_it_is_told_once_however_often_it_is_looked():
    shipment = expected(MONDAY)
    assert [sweep(at(FRIDAY)), sweep(at(FRIDAY, 10)), sweep(at(MONDAY))] == [1, 0, 0]
    assert told(shipment) == [MONDAY] and len(news_of_arrival()) == 1
    assert OutboxMessage.objects.filter(kind="arrival_mail").count() == 1


def test_the_customer_gets_one_mail_in_both_languages():
    shipment = expected(MONDAY)
    sweep(at(FRIDAY))
    (letter,) = letters()
    assert shipment.number in letter.subject and "预计" in letter.subject and "arrives" in letter.subject
    assert letter.body.count(str(shipment.order.number)) == 2 and letter.body.count(shipment.waybill) == 2
    assert "/s/" not in letter.body  # the code to sign by is on the paper alone


def test_without_an_address_the_account_manager_is_told_all_the_same():
    shipment = expected(MONDAY, mail_address="")
    sweep(at(FRIDAY))
    assert told(shipment) == [MONDAY] and len(news_of_arrival()) == 1
    assert not OutboxMessage.objects.filter(kind="arrival_mail").exists()


def test_what_has_not_left_or_has_arrived_is_not_told_of():
    done = expected(MONDAY)
    sign(done)
    waiting = prepare(make_shipment(4).order, 2)
    Shipment.objects.filter(pk=waiting.pk).update(expected_arrival=MONDAY)
    assert sweep(at(FRIDAY)) == 0


def test_what_is_signed_before_the_mail_goes_gets_none():
    shipment = expected(MONDAY)
    sweep(at(FRIDAY))
    sign(shipment)
    assert letters() == []


def test_a_changed_day_is_told_at_once_and_back_again_too():
    today = timezone.localdate()
    shipment = expected(today)
    by, now = person(Role.LOGISTICS), timezone.now()
    services.change_arrival(shipment=shipment, expected_arrival=today + timedelta(days=9), reason="堵车", by=by)
    assert told(shipment) == []  # nobody knew the former day
    arrivals.tell_of(again(shipment), by=system_user(), now=now)
    for days in (20, 9):
        services.change_arrival(
            shipment=shipment, expected_arrival=today + timedelta(days=days), reason="大雪", by=by, now=now
        )
    assert [(day - today).days for day in told(shipment)] == [9, 20, 9]
    assert len(news_of_arrival()) == 3


@pytest.mark.parametrize(
    ("days", "reason", "field"),
    [(-1, "堵车", "expected_arrival"), (0, "堵车", "expected_arrival"), (3, " ", "reason")],
)
def test_a_change_names_a_day_to_come_and_why(days, reason, field):
    shipment = expected(timezone.localdate())
    day = timezone.localdate() + timedelta(days=days)
    with pytest.raises(DomainError) as refused:
        services.change_arrival(shipment=shipment, expected_arrival=day, reason=reason, by=person(Role.LOGISTICS))
    assert field in refused.value.fields and again(shipment).expected_arrival == timezone.localdate()


def test_what_has_arrived_arrives_on_no_other_day():
    shipment = expected(timezone.localdate())
    sign(shipment)
    day = timezone.localdate() + timedelta(days=2)
    with pytest.raises(Conflict):
        services.change_arrival(shipment=shipment, expected_arrival=day, reason="堵车", by=person(Role.LOGISTICS))


@pytest.mark.req("R1.6")
@pytest.mark.parametrize(("role", "reads"), [(Role.ENGINEERING, False), (Role.INSIDE_SALES, True)])
def test_the_page_shows_who_was_told_and_the_address_masked(role, reads):
    shipment = expected(MONDAY)
    sweep(at(FRIDAY))
    page = client_of(role).get(shipment.get_absolute_url()).content.decode()
    assert "Told of the arrival" in page and ("wang@example.com" in page) == reads
    assert ("w***@example.com" in page) != reads


def test_another_day_from_the_page():
    shipment = expected(timezone.localdate())
    address = reverse("fulfillment:shipment-arrival", args=[shipment.pk])
    day = (timezone.localdate() + timedelta(days=2)).isoformat()
    answer = client_of(Role.LOGISTICS).post(address, {"expected_arrival": day, "reason": "大雪封路"})
    assert answer.status_code == 302 and again(shipment).expected_arrival.isoformat() == day


def test_beat_looks_every_hour():
    assert BEAT_SCHEDULE["tell-of-arrivals"]["task"] == tell_of_arrivals.name


def test_looking_costs_the_same_with_many_under_way(django_assert_max_num_queries):
    for _shipment in range(2):
        make_shipment()
    with django_assert_max_num_queries(6):
        assert sweep(at(FRIDAY)) == 0


class TestTwoSweeps:
    """On real connections, both having read before either writes."""

    pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R13.1")]

    @pytest.fixture(autouse=True)
    def both_read(self, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        if connection.vendor == "sqlite":
            pytest.skip("one writer at a time")
        system_user()
        expected(MONDAY)
        barrier, real = threading.Barrier(2, timeout=20), arrivals.due_arrivals

        def read(now: datetime) -> Any:
            rows = real(now)
            barrier.wait()
            return rows

        monkeypatch.setattr(arrivals, "due_arrivals", read)

    def test_together_tell_once(self):
        assert sorted(at_once(2, lambda _: sweep(at(FRIDAY)))) == [0, 1]
        assert ArrivalNotice.objects.count() == OutboxMessage.objects.filter(kind="arrival_mail").count() == 1
        assert len(news_of_arrival()) == 1

    def test_without_the_key_tell_twice(self, monkeypatch):
        numbers = itertools.count(1)
        monkeypatch.setattr(arrivals, "number_after", lambda due: next(numbers))
        at_once(2, lambda _: sweep(at(FRIDAY)))
        assert ArrivalNotice.objects.count() == OutboxMessage.objects.filter(kind="arrival_mail").count() == 2
