"""Shipments of several orders leave in one vehicle, all or none (R5.5)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from core.models import Document
from fulfillment import services
from fulfillment.models import Load, Shipment
from orders.services import hold_order
from tests.core.factories import at_once
from tests.factories import fresh, make_product, make_user, person
from tests.fulfillment.factories import (
    again,
    check_delivery,
    dispatch,
    make_inspected,
    make_load,
    make_shipment,
    prepare,
)
from tests.fulfillment.test_pages import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.5")]


def leave(load: Load, **over) -> Load:
    day = timezone.localdate() + timedelta(days=4)
    return services.dispatch_load(
        load=load, **{"waybill": "DB777", "expected_arrival": day, "by": person(Role.WAREHOUSE), **over}
    )


def statuses() -> set[str]:
    return set(Shipment.objects.values_list("status", flat=True))


def test_a_load_gives_its_shipments_carrier_mode_and_day():
    day = timezone.localdate() + timedelta(days=4)
    load = make_load(mode="rail", expected_arrival=day)
    assert load.number.startswith("Z") and load.shipments.count() == 2
    assert {(s.carrier, s.mode, s.expected_arrival) for s in load.shipments.all()} == {("德邦物流", "rail", day)}


def test_one_act_sends_all_off_under_one_waybill_each_with_its_note():
    load = leave(make_load())
    assert load.status == "dispatched" and statuses() == {"dispatched"}
    assert {s.waybill for s in load.shipments.all()} == {"DB777"}
    assert Document.objects.filter(kind="delivery_note").count() == 2
    assert {order.status for order in (fresh(s.order) for s in load.shipments.all())} == {"shipped"}


def test_a_load_leaves_with_a_day_of_its_own_or_one_of_each_shipment():
    day = timezone.localdate() + timedelta(days=3)
    load = make_load(prepare(make_inspected(), expected_arrival=day), undated := prepare(make_inspected()))
    with pytest.raises(DomainError) as refused:
        leave(load, expected_arrival=None)
    assert list(refused.value.fields) == ["expected_arrival"] and statuses() == {"prepared"}
    Shipment.objects.filter(pk=undated.pk).update(expected_arrival=day)
    leave(load, expected_arrival=None)
    assert {shipment.expected_arrival for shipment in load.shipments.all()} == {day}


def test_when_one_is_held_back_none_leaves_and_each_says_why():
    held, free = prepare(make_inspected(product=make_product(stock=20))), prepare(make_inspected())
    load = make_load(held, free)
    hold_order(order=held.order, kind="quality", reason="客诉", by=person(Role.QUALITY))
    with pytest.raises(DomainError) as refused:
        leave(load)
    (reason,) = refused.value.reasons
    assert reason.text.startswith(held.number) and statuses() == {"prepared"}
    assert again(load).is_prepared and not Document.objects.filter(kind="delivery_note").exists()
    assert fresh(held.order).lines.get().quantity_shipped == 0 == fresh(free.order).lines.get().quantity_shipped


@pytest.mark.req("R6.1")
def test_each_shipment_is_checked_before_the_load_leaves():
    load = make_load(checked=False)
    with pytest.raises(DomainError) as refused:
        leave(load)
    assert [reason.code for reason in refused.value.reasons] == ["unchecked"] * 2 and statuses() == {"prepared"}


def test_what_is_gone_or_in_another_load_cannot_go_along():
    loaded = make_load().shipments.all()[0]
    gone, fit = make_shipment(), prepare(make_inspected())
    with pytest.raises(DomainError) as refused:
        make_load(gone, loaded, fit)
    assert sorted(reason.code for reason in refused.value.reasons) == ["loaded", "status"]
    assert Load.objects.count() == 1 and again(fit).load is None


def test_one_shipment_is_no_load_and_a_load_has_a_carrier():
    with pytest.raises(DomainError) as refused:
        make_load(prepare(make_inspected()))
    assert refused.value.code == "few"
    with pytest.raises(DomainError) as refused:
        make_load(carrier=" ")
    assert "carrier" in refused.value.fields and not Load.objects.exists()


def test_a_shipment_of_a_load_does_not_leave_alone():
    load = make_load()
    shipment = load.shipments.all()[0]
    with pytest.raises(Conflict) as refused:
        dispatch(shipment, checked=False)
    assert refused.value.code == "load" and statuses() == {"prepared"}
    services.dissolve_load(load=load, reason="车坏了", by=person(Role.LOGISTICS))
    assert dispatch(again(shipment)).is_under_way


def test_a_canceled_shipment_leaves_its_load():
    load = make_load()
    services.cancel_shipment(shipment=load.shipments.all()[0], reason="改期", by=person(Role.LOGISTICS))
    check_delivery(load.shipments.get())
    leave(load)
    assert load.shipments.get().is_under_way


def test_what_has_left_is_not_dissolved_and_a_reason_is_given():
    load = make_load()
    with pytest.raises(DomainError):
        services.dissolve_load(load=load, reason=" ", by=person(Role.LOGISTICS))
    leave(load)
    with pytest.raises(Conflict):
        services.dissolve_load(load=load, reason="x", by=person(Role.LOGISTICS))
    with pytest.raises(Conflict):
        leave(load)
    assert statuses() == {"dispatched"}


@pytest.mark.parametrize("role", [Role.SALES, Role.FINANCE])
def test_others_do_not_load(role):
    with pytest.raises(NotPermitted):
        make_load(by=person(role))
    assert not Load.objects.exists()


@pytest.mark.req("R14.10")
def test_from_chosen_rows_to_the_load_and_away():
    rows = [prepare(make_inspected()) for _ in range(2)]
    client, address = client_of(Role.LOGISTICS), reverse("fulfillment:shipment-list")
    chosen = {"act": "load", "pick": [row.pk for row in rows]}
    assert 'name="carrier"' in client.post(address, chosen).content.decode()
    made = client.post(address, {**chosen, "confirmed": 1, "carrier": "德邦", "mode": "road", "_once": "a" * 32})
    load = Load.objects.get()
    assert made["Location"] == load.get_absolute_url() and load.shipments.count() == 2
    page = client.get(load.get_absolute_url()).content.decode()
    assert all(row.number in page for row in rows) and "Dispatch the load" in page


def test_chosen_rows_that_do_not_fit_stay_with_the_reason_of_each():
    rows = [make_shipment(), prepare(make_inspected())]
    chosen = {"act": "load", "pick": [row.pk for row in rows], "confirmed": 1, "carrier": "德邦", "mode": "road"}
    page = client_of(Role.LOGISTICS).post(reverse("fulfillment:shipment-list"), {**chosen, "_once": "b" * 32})
    text = page.content.decode()
    assert f"Shipment {rows[0].number} is" in text and "nothing was changed" in text and not Load.objects.exists()


def test_the_page_shows_what_holds_the_load_back():
    load = make_load(checked=False)
    page = client_of(Role.WAREHOUSE).get(reverse("fulfillment:load-dispatch", args=[load.pk])).content.decode()
    assert page.count("was not checked") == 2 and 'name="waybill"' not in page


def test_a_salesperson_sees_the_own_shipments_of_a_load_only():
    load, stranger = make_load(), make_user(Role.SALES)
    client = client_of(Role.SALES)
    assert load.shipments.all()[0].number in client.get(load.get_absolute_url()).content.decode()
    client.force_login(stranger)
    assert client.get(load.get_absolute_url()).status_code == 404


def test_the_pages_cost_the_same_with_many_shipments(django_assert_max_num_queries):
    product = make_product(stock=500)
    client = client_of(Role.LOGISTICS)
    for count in (2, 6):
        load = make_load(*[prepare(make_inspected(product=product)) for _ in range(count)])
        with django_assert_max_num_queries(22):
            client.get(load.get_absolute_url())
        with django_assert_max_num_queries(10):
            client.get(reverse("fulfillment:load-list"))


@pytest.mark.req("R13.1")
@pytest.mark.django_db(transaction=True)
def test_two_who_send_off_the_same_load_send_it_once():
    product = make_product(stock=100)
    load = make_load(*[prepare(make_inspected(product=product)) for _ in range(2)])
    person(Role.WAREHOUSE)
    results = at_once(2, lambda _: leave(load))
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Load"]
    assert Document.objects.filter(kind="delivery_note").count() == 2
