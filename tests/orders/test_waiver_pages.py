"""Special approvals on their pages: granted up to an amount, listed by month, taken back (R3.4, R14.4)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError
from orders import services
from orders.models import Order
from orders.specs import LineSpec
from tests.factories import (
    fresh,
    give_opinions,
    make_customer,
    make_order,
    make_product,
    make_user,
    pass_preliminary,
    person,
)
from workflow.models import Waiver

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.4", "R14.4")]


def client_of(role: str) -> Client:
    client = Client()
    client.force_login(person(role))
    return client


def grant(order: Order, gate: str = "price_floor", **over: Any) -> Waiver:
    values: dict[str, Any] = {"reason": "老客户", "by": person(Role.SALES_DIRECTOR), **over}
    return services.grant_order_waiver(order=order, gate=gate, **values)


def cheap() -> Order:
    """Below the floor, and looked at by everybody."""
    order = make_order(lines=[LineSpec(Decimal(1), Decimal(3999), product=make_product(stock=100))])
    pass_preliminary(order)
    give_opinions(order)
    return fresh(order)


def listed(page: str) -> str:
    return page.split("<tbody", 1)[-1].split("</tbody>", 1)[0] if "<tbody" in page else ""


def test_the_form_proposes_the_amount_that_is_wanting_and_asks_for_one():
    order = make_order(customer=make_customer(limit=0))
    url, client = f"/orders/{order.pk}/waiver/credit/", client_of(Role.SALES_DIRECTOR)
    assert 'value="50000.00"' in client.get(url).content.decode()
    assert client.post(url, {"reason": "担保", "cap": ""}).status_code == 422 and not Waiver.objects.exists()
    assert client.post(url, {"reason": "担保", "cap": "50000"}).status_code == 302
    assert Waiver.objects.get().cap == 50_000


def test_without_a_word_on_the_amount_it_covers_what_is_wanting_and_no_more():
    order = make_order(customer=make_customer(limit=0))
    assert grant(order, "credit").cap == 50_000
    assert grant(order, "payment", by=person(Role.GENERAL_MANAGER)).cap == 50_000


def test_sent_twice_it_is_granted_once():
    order = cheap()
    client, url = client_of(Role.SALES_DIRECTOR), f"/orders/{order.pk}/waiver/price_floor/"
    data = {"reason": "老客户", "_once": "a" * 32}
    assert [client.post(url, data).status_code for _ in range(2)] == [302, 302]
    assert Waiver.objects.count() == 1


@pytest.mark.parametrize("role", [Role.SALES, Role.SALES_MANAGER, Role.FINANCE, Role.ADMIN, Role.ORDER_CENTER])
def test_who_may_not_open_the_gate_is_turned_away(role):
    order = cheap()
    assert client_of(role).post(f"/orders/{order.pk}/waiver/price_floor/", {"reason": "x"}).status_code == 403
    assert not Waiver.objects.exists()


@pytest.mark.req("R13.7")
def test_nobody_opens_a_gate_for_an_order_they_sell():
    director = make_user(Role.SALES_DIRECTOR)
    order = make_order(salesperson=director)
    client = Client()
    client.force_login(director)
    assert client.post(f"/orders/{order.pk}/waiver/price_floor/", {"reason": "x"}).status_code == 403
    assert not Waiver.objects.exists()


def test_the_list_says_who_why_and_on_what_it_was_used():
    order = cheap()
    grant(order)
    services.review_order(order=order, by=person(Role.ORDER_CENTER))
    page = client_of(Role.SUPERVISION).get("/waivers/").content.decode()
    for word in (str(order), "老客户", str(person(Role.SALES_DIRECTOR)), "Round 1", "Used"):
        assert word in listed(page)


def test_the_list_is_by_month_gate_and_status():
    order, now = make_order(), timezone.localtime()
    old, new = grant(order, "lead_time", reason="上月的"), grant(order, "price_floor", reason="本月的")
    Waiver.objects.filter(pk=old.pk).update(decided_at=now.replace(day=1) - timedelta(days=2))
    client, before = client_of(Role.FINANCE), now.replace(day=1) - timedelta(days=2)

    def shown(**query: str) -> list[bool]:
        body = listed(client.get("/waivers/", query).content.decode())
        return [reason in body for reason in ("上月的", "本月的")]

    assert shown() == [True, True]
    assert shown(month=f"{now:%Y-%m}") == [False, True]
    assert shown(month=f"{before:%Y-%m}") == [True, False]
    assert shown(gate="lead_time") == [True, False]
    Waiver.objects.filter(pk=new.pk).update(status="revoked")
    assert shown(status="granted") == [True, False]


def test_the_list_is_exported_as_it_is_shown():
    grant(make_order(), reason="导出的")
    table = client_of(Role.GENERAL_MANAGER).get("/waivers/", {"export": "csv"})
    assert "导出的" in b"".join(table).decode("utf-8-sig")


@pytest.mark.parametrize("role", [Role.SALES, Role.PRODUCTION, Role.WAREHOUSE])
def test_the_list_is_for_those_who_oversee(role):
    assert client_of(role).get("/waivers/").status_code == 403


def test_one_that_was_not_used_is_taken_back_from_the_order_with_a_reason():
    order = cheap()
    waiver = grant(order)
    url, client = f"/waivers/{waiver.pk}/take-back/", client_of(Role.GENERAL_MANAGER)
    assert url in client.get(f"/orders/{order.pk}/").content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "价格重谈"}).status_code == 302
    assert Waiver.objects.get().status == "revoked"
    assert client.post(url, {"reason": "再来"}).status_code == 409
    assert url not in client.get(f"/orders/{order.pk}/").content.decode()
    with pytest.raises(DomainError, match="blocked"):
        services.review_order(order=order, by=person(Role.ORDER_CENTER))


def test_a_payment_gate_opened_above_is_not_shut_below():
    waiver = grant(make_order(), "payment", by=person(Role.GENERAL_MANAGER))
    assert client_of(Role.SALES_DIRECTOR).post(f"/waivers/{waiver.pk}/take-back/", {"reason": "x"}).status_code == 403
    assert client_of(Role.SALES).post(f"/waivers/{waiver.pk}/take-back/", {"reason": "x"}).status_code == 403
    assert Waiver.objects.get().status == "granted"


def test_taken_back_between_the_look_and_the_act_nothing_passes(monkeypatch):
    """The guard has found it, then it is gone: the review does not pass without."""
    order = cheap()
    waiver = grant(order)
    monkeypatch.setattr("orders.guards.review.valid_waiver", lambda *_a, **_k: waiver)
    Waiver.objects.update(status="revoked")
    with pytest.raises(Conflict, match="waiver_gone"):
        services.review_order(order=order, by=person(Role.ORDER_CENTER))
    assert fresh(order).status == "received" and fresh(order).rounds.get().outcome == "open"
