from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from aftersales.models import Visit
from aftersales.services import record_visit
from core.errors import Conflict, DomainError, NotPermitted
from tests.factories import fresh, make_user, person
from tests.fulfillment.factories import make_shipment, sign
from workflow.choices import WorkKind
from workflow.models import Notification, WorkItem
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R7.1")]


def make_accepted():
    shipment = make_shipment()
    sign(shipment)
    return fresh(shipment.order)


def visit(order, **over):
    values = {"use": "机房已上线", "satisfaction": 5, "by": person(Role.SALES), **over}
    return record_visit(order=order, **values)


def kinds(order):
    return set(open_items(order).values_list("kind", flat=True))


@pytest.mark.sqlite
@pytest.mark.req("R7.5")
def test_the_visit_fulfils_the_duty_and_asks_to_close_the_order():
    order = make_accepted()
    assert kinds(order) == {WorkKind.VISIT}
    visit(order)
    assert kinds(order) == {WorkKind.CLOSE_ORDER}
    assert WorkItem.objects.get(kind=WorkKind.VISIT).outcome == "5"


def test_a_second_visit_is_welcome_and_opens_nothing():
    order = make_accepted()
    visit(order)
    visit(order, satisfaction=4)
    assert Visit.objects.count() == 2 and kinds(order) == {WorkKind.CLOSE_ORDER}


def test_a_dissatisfied_customer_is_reported_to_the_managers():
    manager, helper = person(Role.SALES_MANAGER), person(Role.AFTERSALES)
    visit(make_accepted(), satisfaction=2, needs="更换电源")
    told = Notification.objects.filter(text__startswith="Customer dissatisfied").values_list("user_id", flat=True)
    assert set(told) == {manager.pk, helper.pk}


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"use": "  "}, "use"),
        ({"satisfaction": 0}, "satisfaction"),
        ({"satisfaction": 6}, "satisfaction"),
        ({"at": timezone.now() + timedelta(days=1)}, "at"),
    ],
)
def test_an_incomplete_record_changes_nothing(over, field):
    order = make_accepted()
    with pytest.raises(DomainError) as refused:
        visit(order, **over)
    assert list(refused.value.fields) == [field]
    assert not Visit.objects.exists() and kinds(order) == {WorkKind.VISIT}


def test_before_acceptance_there_is_nothing_to_ask_about():
    with pytest.raises(Conflict):
        visit(make_shipment().order)


def test_others_do_not_record_it():
    order = make_accepted()
    for by in (person(Role.WAREHOUSE), make_user(Role.SALES)):
        with pytest.raises(NotPermitted):
            visit(order, by=by)
    assert not Visit.objects.exists()


class TestThePages:
    def client(self, role=Role.SALES):
        client = Client()
        client.force_login(person(role))
        return client

    def test_record_the_visit(self):
        order = make_accepted()
        address = reverse("aftersales:visit-record", args=[order.pk])
        client = self.client()
        assert order.number in client.get(address).content.decode()
        assert client.post(address, {"use": "在用"}).status_code == 422
        assert client.post(address, {"use": "在用", "satisfaction": "4"}).status_code == 302
        assert Visit.objects.get().satisfaction == 4

    def test_are_for_those_who_may(self):
        order = make_accepted()
        assert self.client(Role.WAREHOUSE).get(reverse("aftersales:visit-record", args=[order.pk])).status_code == 403

    def test_list_and_show_visits_of_visible_orders(self):
        record = visit(make_accepted(), satisfaction=1, needs="更换电源")
        shown = self.client().get(reverse("aftersales:visit-list"), {"unhappy": "true"}).content.decode()
        assert "更换电源" in shown
        assert "更换电源" in self.client().get(record.get_absolute_url()).content.decode()
        stranger = Client()
        stranger.force_login(make_user(Role.SALES))
        assert "更换电源" not in stranger.get(reverse("aftersales:visit-list")).content.decode()
        assert stranger.get(record.get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("count", [1, 4])
    def test_cost_the_same_for_any_number_of_visits(self, count, django_assert_max_num_queries):
        order = make_accepted()
        for _ in range(count):
            visit(order)
        client = self.client()
        with django_assert_max_num_queries(14):
            client.get(reverse("aftersales:visit-list"))
