"""Special approval asked for on the order and answered from the inbox (R3.4, R5.1, R14.4)."""

import threading
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from orders import services
from orders.models import Order
from orders.services import cancel_order, waivers
from tests.core.factories import at_once
from tests.factories import PREPAID, client_of, fresh, make_order, make_user, person
from workflow.choices import WorkKind
from workflow.models import Notification, Waiver, WorkItem
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.4"), pytest.mark.req("R5.1"), pytest.mark.req("R14.4")]


def ask(order: Order, gate: str = "payment", **over: Any) -> Waiver:
    values: dict[str, Any] = {"reason": "老客户，月底付款", "by": person(Role.SALES), **over}
    return services.request_order_waiver(order=order, gate=gate, **values)


def answer(waiver: Waiver, *, grant: bool = True, **over: Any) -> Waiver:
    values: dict[str, Any] = {"by": person(Role.GENERAL_MANAGER), **over}
    return services.answer_order_waiver(waiver=waiver, grant=grant, **values)


def test_what_sales_asks_for_is_work_of_the_general_manager_with_a_page_of_its_own():
    order = make_order("in_production")
    waiver = ask(order)
    item = open_items(order).get(kind=WorkKind.WAIVER)
    assert (item.owner_role, item.key, waiver.cap) == (Role.GENERAL_MANAGER, str(waiver.pk), 50_000)
    boss = client_of(Role.GENERAL_MANAGER)
    address = f"/orders/waivers/{waiver.pk}/"
    for page in (reverse("workflow:inbox"), f"/orders/{order.pk}/"):
        assert address in boss.get(page).content.decode(), page
    assert "月底付款" in boss.get(address).content.decode()
    assert boss.post(address, {"grant": "yes"}).status_code == 302
    waiver.refresh_from_db()
    assert waiver.status == "granted" and not open_items(order).filter(kind=WorkKind.WAIVER).exists()
    assert Notification.objects.filter(user=person(Role.SALES), text__contains="is granted").exists()


def test_a_refusal_says_why_and_lets_nothing_through():
    waiver = ask(make_order("in_production"))
    with pytest.raises(DomainError) as refused:
        answer(waiver, grant=False)
    assert refused.value.code == "note_missing" and Waiver.objects.get().status == "requested"
    answer(waiver, grant=False, note="先付定金")
    assert Waiver.objects.get().status == "refused"
    assert ask(Order.objects.get()).status == "requested"  # it may be asked for again


def test_from_the_order_to_the_request_in_the_browser():
    order = make_order("in_production", terms=PREPAID)
    seller, address = client_of(Role.SALES), f"/orders/{order.pk}/waiver/payment/ask/"
    assert address in seller.get(f"/orders/{order.pk}/").content.decode()
    assert seller.post(address, {"reason": "x", "cap": ""}).status_code == 422 and not Waiver.objects.exists()
    assert seller.post(address, {"reason": "月底付款", "cap": "800"}).status_code == 302
    assert Waiver.objects.get().cap == Decimal(800)
    assert "already" in seller.get(address).content.decode()


def test_the_same_is_asked_for_once():
    order = make_order("in_production")
    waiver = ask(order)
    with pytest.raises(Conflict) as refused:
        ask(order)
    answer(waiver)
    with pytest.raises(Conflict):
        ask(order)
    assert refused.value.code == "asked" and Waiver.objects.count() == 1


@pytest.mark.parametrize("who", ["asked", "sells"])
def test_nobody_answers_what_they_asked_for_or_sell(who):
    order = make_order("in_production")
    boss = make_user(Role.GENERAL_MANAGER, Role.SALES)
    if who == "sells":
        Order.objects.filter(pk=order.pk).update(salesperson=boss)
    waiver = ask(fresh(order), by=boss if who == "asked" else person(Role.SALES_MANAGER))
    with pytest.raises(NotPermitted):
        answer(waiver, by=boss)
    assert Waiver.objects.get().status == "requested"


def test_payment_is_let_pass_by_the_general_manager_alone():
    waiver = ask(make_order("in_production"))
    with pytest.raises(NotPermitted):
        answer(waiver, by=person(Role.SALES_DIRECTOR))
    assert Waiver.objects.get().status == "requested"


@pytest.mark.req("R8.2")
def test_the_request_ends_with_its_order():
    order = make_order("in_production")
    waiver = ask(order)
    cancel_order(order=order, reason="不要了", by=person(Role.SALES_MANAGER))
    assert Waiver.objects.get().status == "revoked" and not WorkItem.objects.open().exists()
    with pytest.raises(Conflict):
        answer(waiver)
    with pytest.raises(Conflict):
        ask(fresh(order), by=person(Role.SALES_MANAGER))


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_ask_once():
    people = [person(role) for role in (Role.SALES, Role.SALES_MANAGER, Role.GENERAL_MANAGER)]
    order = make_order("in_production")
    results = at_once(4, lambda index: ask(fresh(order), by=people[index % 2]))
    assert Waiver.objects.count() == 1
    assert sorted(type(each).__name__ for each in results) == ["Conflict"] * 3 + ["Waiver"]


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_it_is_asked_for_twice(monkeypatch):

    people = [person(role) for role in (Role.SALES, Role.SALES_MANAGER, Role.GENERAL_MANAGER)]
    order, both = make_order("in_production"), threading.Barrier(2, timeout=20)
    looked = waivers.is_asked

    def look_only(given: Order, gate: str) -> bool:
        found = looked(given, gate)
        both.wait()
        return found

    monkeypatch.setattr(waivers, "lock_order", lambda given, **_over: fresh(given))
    monkeypatch.setattr(waivers, "is_asked", look_only)
    at_once(2, lambda index: ask(order, by=people[index]))
    assert Waiver.objects.count() == 2
