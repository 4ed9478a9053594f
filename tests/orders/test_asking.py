"""What blocks an order has one click to those who can remove it (R14.1)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict
from core.models import AuditEntry
from orders import services
from orders.guards import blockers
from orders.services.asking import gate_of
from tests.factories import fresh, give_opinions, make_order, make_user, pass_preliminary, person
from workflow.models import Notification

pytestmark = [pytest.mark.django_db, pytest.mark.req("R14.1")]


def in_review():
    order = make_order()
    pass_preliminary(order)
    return fresh(order)


def test_those_who_can_remove_it_are_told_once_a_day():
    order, two = in_review(), [make_user(Role.FINANCE), make_user(Role.FINANCE)]
    ask = {"order": order, "gate": "opinion_pending-finance", "by": person(Role.SALES)}
    services.ask_for_gate(**ask)
    assert set(Notification.objects.values_list("user", flat=True)) == {user.pk for user in two}
    assert AuditEntry.objects.get(action="order.gate_asked").changes == {"gate": [None, "opinion_pending-finance"]}
    with pytest.raises(Conflict, match="asked"):
        services.ask_for_gate(**{**ask, "by": person(Role.ORDER_CENTER)})
    assert Notification.objects.count() == 2
    services.ask_for_gate(**ask, now=timezone.now() + timedelta(days=1))
    assert Notification.objects.count() == 4


def test_every_blocker_names_reason_roles_and_since():
    for reason in blockers(in_review()):
        assert reason.text and reason.roles and reason.since and gate_of(reason)


def test_what_blocks_no_more_and_what_nobody_can_remove_is_refused():
    order = in_review()
    with pytest.raises(Conflict, match="nobody"):
        services.ask_for_gate(order=order, gate="opinion_pending-engineering", by=person(Role.SALES))
    give_opinions(order)
    with pytest.raises(Conflict, match="gate"):
        services.ask_for_gate(order=order, gate="opinion_pending-finance", by=person(Role.SALES))
    assert not AuditEntry.objects.filter(action="order.gate_asked").exists()


def test_the_salesperson_of_the_order_is_asked_and_no_other():
    order = make_order()
    make_user(Role.SALES)
    services.open_clarification(order=order, question="颜色?", by=person(Role.ORDER_CENTER))
    pass_gate = next(gate_of(r) for r in blockers(fresh(order)) if r.code == "clarification")
    services.ask_for_gate(order=order, gate=pass_gate, by=person(Role.ORDER_CENTER))
    assert set(Notification.objects.filter(text__contains="asks for").values_list("user", flat=True)) == {
        order.salesperson_id
    }


def test_the_page_offers_it_to_those_who_cannot_remove_it_themselves():
    order = in_review()
    make_user(Role.FINANCE)
    client = Client()
    client.force_login(person(Role.SALES))
    url = f"/orders/{order.pk}/ask-for/opinion_pending-finance/"
    assert url in client.get(f"/orders/{order.pk}/").content.decode()
    assert client.post(url).status_code == 302
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert url not in page and "asked today" in page
    client.force_login(person(Role.ENGINEERING))
    assert "ask-for/opinion_pending-engineering" not in client.get(f"/orders/{order.pk}/").content.decode()
