"""What keeps the work from going on, which orders it touches, and telling their customers (R4.3)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from fulfillment import services
from fulfillment.models import CustomerNotice, Disruption
from fulfillment.services import Effect
from fulfillment.services.disruptions import affected_orders
from tests.factories import client_of, make_order, make_product, person
from tests.fulfillment.factories import make_disruption, make_shipment
from tests.orders.test_assignment import family, order_of
from workflow.choices import WorkKind
from workflow.models import WorkItem
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.3")]


def name(disruption, *orders, by=Role.PRODUCTION, **over):
    effects = [Effect(order, over.get("text", "晚三天"), over.get("new_date")) for order in orders]
    return services.name_affected_orders(disruption=disruption, effects=effects, by=person(by))


def test_a_report_within_two_hours_is_in_time_and_a_later_one_is_marked():
    now = timezone.now()
    assert not make_disruption(started_at=now - timedelta(minutes=119)).was_reported_late
    assert make_disruption(started_at=now - timedelta(minutes=121)).was_reported_late


@pytest.mark.parametrize(
    "over",
    [
        {"kind": "weather"},
        {"description": " "},
        {"started_at": timezone.now() + timedelta(days=1)},
        {"expected_end": timezone.now() - timedelta(days=1)},
    ],
)
def test_an_incomplete_report_is_refused(over):
    with pytest.raises(DomainError):
        make_disruption(**over)
    assert not Disruption.objects.exists()


def test_the_orders_found_are_those_with_goods_of_the_families_still_to_leave():
    pump, valve = order_of("pump"), order_of("valve")
    gone, early = make_shipment().order, make_order("reviewed")
    assert list(affected_orders([family("pump").pk])) == [pump]
    assert set(affected_orders()) == {pump, valve}
    assert not {gone, early} & set(affected_orders())


def test_each_customer_becomes_work_of_its_salesperson_with_a_clock():
    order = make_order("approved")
    notice = name(make_disruption(), order)[0]
    item = open_items(order).get(kind=WorkKind.CUSTOMER_NOTICE)
    assert item.owner == order.salesperson and item.name == "晚三天"
    assert item.url == reverse("fulfillment:notice-tell", args=[notice.pk])


def test_an_order_is_named_once():
    order, disruption = make_order("approved"), make_disruption()
    name(disruption, order)
    assert name(disruption, order, text="晚五天") == []
    assert CustomerNotice.objects.get().text == "晚三天"
    with pytest.raises(IntegrityError), transaction.atomic():  # the database says so, too
        CustomerNotice.objects.create(
            order=order, disruption=disruption, text="x", reason="disruption", opened_at=timezone.now(),
            opened_by=person(Role.PRODUCTION),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("over", "error"),
    [({"text": " "}, DomainError), ({"by": Role.SALES}, NotPermitted)],
)
def test_a_refused_naming_puts_nobody_to_work(over, error):
    order, disruption = make_order("approved"), make_disruption()
    with pytest.raises(error):
        name(disruption, order, **over)
    assert not CustomerNotice.objects.exists()
    assert not WorkItem.objects.filter(kind=WorkKind.CUSTOMER_NOTICE).exists()


def test_an_order_that_left_meanwhile_is_refused_and_the_others_are_not_half_named():
    order, gone = make_order("approved"), make_shipment().order
    with pytest.raises(Conflict):
        name(make_disruption(), order, gone)
    assert not CustomerNotice.objects.exists()


def test_what_the_customer_said_is_kept_and_the_clock_stops():
    order = make_order("approved")
    notice = name(make_disruption(), order)[0]
    told = services.tell_customer(
        notice=notice, means="phone", spoke_with="李明", answer="同意推迟", by=person(Role.SALES)
    )
    assert (told.told_by, told.answer) == (person(Role.SALES), "同意推迟")
    assert not open_items(order).filter(kind=WorkKind.CUSTOMER_NOTICE).exists()
    with pytest.raises(Conflict):
        services.tell_customer(notice=notice, means="phone", spoke_with="李明", answer="再说", by=person(Role.SALES))
    assert CustomerNotice.objects.get().answer == "同意推迟"


def test_without_the_customers_words_nothing_is_told():
    notice = name(make_disruption(), make_order("approved"))[0]
    with pytest.raises(DomainError) as refused:
        services.tell_customer(notice=notice, means="smoke", spoke_with="", answer=" ", by=person(Role.SALES))
    assert set(refused.value.fields) == {"means", "spoke_with", "answer"}
    assert CustomerNotice.objects.get().is_open


def test_it_ends_once_with_what_was_done():
    disruption = make_disruption()
    with pytest.raises(DomainError):
        services.end_disruption(disruption=disruption, measures="", by=person(Role.PRODUCTION))
    services.end_disruption(disruption=disruption, measures="换了变压器", by=person(Role.PRODUCTION))
    with pytest.raises(Conflict):
        services.end_disruption(disruption=disruption, measures="又换了", by=person(Role.PRODUCTION))
    with pytest.raises(Conflict):
        name(disruption, make_order("approved"))
    assert Disruption.objects.get().measures == "换了变压器"


def test_from_the_report_to_the_customers_word_in_the_browser():
    order = make_order("approved")
    maker, seller = client_of(Role.PRODUCTION), client_of(Role.SALES)
    began = timezone.localtime() - timedelta(minutes=30)
    answer = maker.post(
        reverse("fulfillment:disruption-new"),
        {"kind": "equipment", "started_at": began.strftime("%Y-%m-%dT%H:%M"), "description": "冲床停机"},
    )
    disruption = Disruption.objects.get()
    address = reverse("fulfillment:disruption-orders", args=[disruption.pk])
    assert answer["Location"] == address
    assert order.number and order.number in maker.get(address).content.decode()
    chosen = {f"chosen_{order.pk}": "on", "effect": "晚两天"}
    assert maker.post(address, chosen).status_code == 302
    notice = CustomerNotice.objects.get()
    page = seller.get(reverse("fulfillment:notice-tell", args=[notice.pk])).content.decode()
    assert "晚两天" in page
    said = {"means": "phone", "spoke_with": "李明", "answer": "知道了"}
    assert seller.post(reverse("fulfillment:notice-tell", args=[notice.pk]), said).status_code == 302
    shown = seller.get(disruption.get_absolute_url()).content.decode()
    assert "知道了" in shown


def test_nobody_is_offered_a_report_they_may_not_write():
    assert (
        reverse("fulfillment:disruption-new")
        not in client_of(Role.SALES).get(reverse("fulfillment:disruption-list")).content.decode()
    )


def test_the_pages_cost_the_same_with_many_orders(django_assert_max_num_queries):
    disruption, product = make_disruption(), make_product(stock=1000)
    maker = client_of(Role.PRODUCTION)
    orders = [make_order("approved", product=product) for _ in range(3)]
    with django_assert_max_num_queries(16):
        maker.get(reverse("fulfillment:disruption-orders", args=[disruption.pk]))
    name(disruption, *orders)
    with django_assert_max_num_queries(16):
        maker.get(disruption.get_absolute_url())
