"""A load loses a shipment before it leaves: checks are made anew, its manifest is without it (R5.5, R6.1)."""

import pytest
from django.urls import reverse

from accounts.choices import Role
from core.documents.rendering import html_of
from core.errors import Conflict, DomainError, NotPermitted
from core.models import AuditEntry, Document
from fulfillment import services
from fulfillment.models import DeliveryCheck, LoadManifest, ManifestStop, Shipment
from fulfillment.services import loads
from tests.core.factories import at_once
from tests.factories import client_of, make_product, make_user, person
from tests.fulfillment.factories import (
    again,
    check_delivery,
    dispatch,
    make_inspected,
    make_load,
    prepare,
    write_manifest,
)
from tests.fulfillment.test_loads import leave, statuses

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.5")]


def take_out(shipment, **over):
    values = {"reason": "客户改期", "by": person(Role.LOGISTICS), **over}
    return services.take_out_of_load(shipment=shipment, **values)


def three():
    product = make_product(stock=100)
    return [prepare(make_inspected(product=product)) for _ in range(3)]


@pytest.mark.req("R6.1")
def test_one_is_taken_out_and_every_check_is_made_anew():
    load = make_load(*three())
    gone, *rest = load.shipments.order_by("pk")
    take_out(gone)
    assert list(load.shipments.order_by("pk")) == rest and again(gone).load is None
    assert not DeliveryCheck.objects.exists()
    assert AuditEntry.objects.filter(action="shipment.check_voided").count() == 3
    with pytest.raises(DomainError) as refused:
        leave(load)
    assert {reason.code for reason in refused.value.reasons} == {"unchecked"} and statuses() == {"prepared"}
    for shipment in rest:
        check_delivery(shipment)
    leave(load)
    assert again(gone).is_prepared and dispatch(again(gone)).is_under_way


@pytest.mark.req("R6.1")
@pytest.mark.parametrize("change", ["make", "dissolve", "cancel"])
def test_whatever_changes_what_rides_together_asks_for_new_checks(change):
    load = make_load(*three(), checked=change != "make")
    rows = list(load.shipments.order_by("pk"))
    if change == "dissolve":
        services.dissolve_load(load=load, reason="车坏了", by=person(Role.LOGISTICS))
    if change == "cancel":
        services.cancel_shipment(shipment=rows[0], reason="改期", by=person(Role.LOGISTICS))
    assert not DeliveryCheck.objects.exists() and len(rows) == 3


@pytest.mark.req("R6.1")
def test_what_was_checked_alone_is_checked_again_in_the_vehicle_of_the_load():
    rows = three()
    for row in rows:
        check_delivery(row)
    make_load(*rows, checked=False)
    assert not DeliveryCheck.objects.exists()


def test_the_last_one_is_not_taken_out_nor_one_that_has_left_and_a_reason_is_given():
    load = make_load()
    first, second = load.shipments.order_by("pk")
    with pytest.raises(DomainError):
        take_out(first, reason=" ")
    assert again(first).load == load and DeliveryCheck.objects.count() == 2
    take_out(first)
    for shipment, code in ((second, "last"), (first, "load")):
        with pytest.raises(Conflict) as refused:
            take_out(again(shipment))
        assert refused.value.code == code
    check_delivery(again(second))
    leave(load)
    with pytest.raises(Conflict):
        take_out(again(second))
    assert again(second).load == load


@pytest.mark.parametrize("role", [Role.SALES, Role.FINANCE])
def test_who_does_not_load_takes_nothing_out(role):
    load = make_load()
    with pytest.raises(NotPermitted):
        take_out(load.shipments.all()[0], by=person(role))
    assert load.shipments.count() == 2


def test_from_the_page_of_the_load():
    load, client = make_load(), client_of(Role.WAREHOUSE)
    shipment = load.shipments.order_by("pk")[0]
    address = reverse("fulfillment:shipment-unload", args=[shipment.pk])
    assert address in client.get(load.get_absolute_url()).content.decode()
    assert "checked anew" in client.get(address).content.decode()
    client.post(address, {"reason": "客户改期"})
    assert again(shipment).load is None
    assert address not in client.get(load.get_absolute_url()).content.decode()
    assert "is in no load" in client.get(address).content.decode()


class TestTakenOutWhileItLeaves:
    """On real connections: whoever comes second finds what the first left."""

    pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R13.1")]

    def race(self, monkeypatch):
        """One is taken out after the load's shipments were read, before they are locked."""
        load = make_load(*three())
        gone = load.shipments.order_by("pk")[0]
        person(Role.WAREHOUSE), person(Role.LOGISTICS)
        real = loads.lock_all

        def late(shipments, *, by):
            monkeypatch.setattr(loads, "lock_all", real)
            (result,) = at_once(1, lambda _: take_out(gone))
            assert isinstance(result, Shipment), result
            for shipment in load.shipments.all():
                check_delivery(shipment)
            check_delivery(again(gone))
            return real(shipments, by=by)

        monkeypatch.setattr(loads, "lock_all", late)
        leave(load)
        return again(gone)

    def test_it_stays_here(self, monkeypatch):
        gone = self.race(monkeypatch)
        assert gone.is_prepared and gone.load is None

    def test_without_a_second_look_it_leaves_with_the_others(self, monkeypatch):
        monkeypatch.setattr(loads, "still_in", lambda rows, load: rows)
        assert self.race(monkeypatch).is_under_way


def test_the_manifest_names_vehicle_driver_and_every_stop_in_order():
    load = make_load()
    first, second = load.shipments.order_by("pk")
    manifest = write_manifest(load, {first: (2, 5), second: (1, 3)})
    assert [(stop.shipment, stop.pieces) for stop in manifest.stops.all()] == [(second, 3), (first, 5)]
    paper = Document.objects.get(kind="load_manifest")
    html = html_of(paper, "zh-hans")
    assert html.index(second.number) < html.index(first.number) and "装车单" in html
    assert all(text in html for text in ("粤B12345", "赵师傅", first.address, first.receiver_phone, "8"))
    assert first.receiver_phone not in html_of(paper, "zh-hans", masked=True)


@pytest.mark.parametrize(
    ("over", "field"),
    [({"vehicle": " "}, "vehicle"), ({"driver": ""}, "driver"), ({"driver_phone": ""}, "driver_phone")],
)
def test_a_manifest_without_vehicle_or_driver_is_none(over, field):
    load = make_load()
    stops = dict.fromkeys(load.shipments.all(), (1, 1))
    with pytest.raises(DomainError) as refused:
        write_manifest(load, stops, **over)
    assert field in refused.value.fields and not LoadManifest.objects.exists()


def test_every_shipment_has_its_stop_and_its_pieces():
    load = make_load()
    first, second = load.shipments.order_by("pk")
    for stops, field in (
        ({first: (1, 2)}, f"stop_{second.pk}"),
        ({first: (1, 0), second: (2, 1)}, f"pieces_{first.pk}"),
    ):
        with pytest.raises(DomainError) as refused:
            write_manifest(load, stops)
        assert field in refused.value.fields
    assert not ManifestStop.objects.exists() and not Document.objects.filter(kind="load_manifest").exists()


def test_a_manifest_follows_what_is_taken_out_and_what_is_canceled():
    load = make_load(*three())
    first, second, third = load.shipments.order_by("pk")
    write_manifest(load, {first: (1, 1), second: (2, 2), third: (3, 3)})
    take_out(first)
    services.cancel_shipment(shipment=again(second), reason="改期", by=person(Role.LOGISTICS))
    papers = Document.objects.filter(kind="load_manifest").order_by("revision")
    assert [[stop["number"] for stop in paper.context["stops"]] for paper in papers] == [
        [first.number, second.number, third.number], [second.number, third.number], [third.number],
    ]  # fmt: skip
    assert papers.filter(superseded_by=None).get().context["pieces"] == 3


def test_a_waybill_first_named_when_it_leaves_stands_in_the_manifest():
    load = make_load()
    for row in load.shipments.all():
        check_delivery(row)
    write_manifest(load, dict.fromkeys(load.shipments.all(), (1, 1)))
    leave(load, waybill="SF-7788")
    paper = Document.objects.get(kind="load_manifest", superseded_by=None)
    assert (paper.revision, paper.context["waybill"]) == (2, "SF-7788")


def test_a_shipment_of_a_dissolved_load_goes_into_another_with_a_manifest():
    load = make_load()
    rows = list(load.shipments.order_by("pk"))
    write_manifest(load, dict.fromkeys(rows, (1, 1)))
    services.dissolve_load(load=load, reason="车坏了", by=person(Role.LOGISTICS))
    write_manifest(make_load(*[again(row) for row in rows]), dict.fromkeys(rows, (2, 2)))
    assert set(ManifestStop.objects.values_list("position", flat=True)) == {2}


def test_what_has_left_gets_no_other_manifest():
    load = make_load()
    stops = dict.fromkeys(load.shipments.all(), (1, 1))
    leave(load)
    with pytest.raises(Conflict):
        write_manifest(load, stops)
    assert not LoadManifest.objects.exists()


@pytest.mark.req("R1.6")
def test_who_sells_to_one_of_them_does_not_read_the_receivers_of_the_others():
    load = make_load()
    write_manifest(load, dict.fromkeys(load.shipments.all(), (1, 1)))
    paper = Document.objects.get(kind="load_manifest")
    address = reverse("core:document-pdf", args=[paper.pk, "en"])
    seller, keeper = client_of(Role.SALES), client_of(Role.WAREHOUSE)
    assert seller.get(load.get_absolute_url()).status_code == 200
    assert seller.get(address).status_code == 404 and keeper.get(address).status_code in (200, 202)
    assert address in keeper.get(load.get_absolute_url()).content.decode()
    assert address not in seller.get(load.get_absolute_url()).content.decode()
    seller.force_login(make_user(Role.SALES))
    assert seller.get(load.get_absolute_url()).status_code == 404


def test_the_manifest_is_written_on_its_page_and_shown_on_the_loads():
    load, client = make_load(), client_of(Role.LOGISTICS)
    first, second = load.shipments.order_by("pk")
    address = reverse("fulfillment:load-manifest", args=[load.pk])
    assert address in client.get(load.get_absolute_url()).content.decode()
    page = client.get(address).content.decode()
    assert all(f'name="pieces_{row.pk}"' in page and row.address in page for row in (first, second))
    typed = {"vehicle": "粤B12345", "driver": "赵师傅", "driver_phone": "13900139000", f"stop_{first.pk}": "2",
             f"stop_{second.pk}": "1", f"pieces_{first.pk}": "4"}  # fmt: skip
    refused = client.post(address, typed)
    assert refused.status_code == 422 and not LoadManifest.objects.exists()
    assert client.post(address, {**typed, f"pieces_{second.pk}": "6"}).status_code == 302
    page = client.get(load.get_absolute_url()).content.decode()
    assert "粤B12345" in page and page.index(second.number) < page.index(first.number)
    assert 'value="粤B12345"' in client.get(address).content.decode()


@pytest.mark.req("R13.7")
@pytest.mark.parametrize("junk", ["", "0", "-1", "1e30", "NaN", "99999999999", "a\x00b", "长" * 500])
def test_junk_in_the_manifest_is_said_beside_its_field(junk):
    load, client = make_load(), client_of(Role.LOGISTICS)
    typed = {"vehicle": "粤B12345", "driver": "赵师傅", "driver_phone": "13900139000"}
    typed |= {f"{name}_{row.pk}": junk for row in load.shipments.all() for name in ("stop", "pieces")}
    refused = client.post(reverse("fulfillment:load-manifest", args=[load.pk]), typed)
    assert refused.status_code == 422 and len(refused.context["form"].errors) == 4
    assert not LoadManifest.objects.exists()


def test_the_pages_cost_the_same_with_many_shipments(django_assert_max_num_queries):
    product, client = make_product(stock=500), client_of(Role.LOGISTICS)
    for count in (2, 6):
        load = make_load(*[prepare(make_inspected(product=product)) for _ in range(count)])
        write_manifest(load, dict.fromkeys(load.shipments.all(), (1, 1)))
        with django_assert_max_num_queries(26):
            client.get(load.get_absolute_url())
        with django_assert_max_num_queries(16):
            client.get(reverse("fulfillment:load-manifest", args=[load.pk]))
