"""Carriers report events themselves: signed, once, and only when let in (R5.6)."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook

from accounts.choices import Role
from accounts.models import system_user
from core.errors import Conflict
from core.models import AuditEntry
from fulfillment import services
from fulfillment.models import Carrier, Shipment, TransportEvent
from tests.factories import client_of, person
from tests.fulfillment.factories import make_carrier, make_inspected, make_shipment, prepare

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.6")]


def let_in(carrier=None):
    return services.open_carrier_callback(carrier=carrier or make_carrier(), by=person(Role.LOGISTICS))


def under_way(carrier):
    shipment = make_shipment()
    Shipment.objects.filter(pk=shipment.pk).update(carrier_ref=carrier)
    return Shipment.objects.get(pk=shipment.pk)


def event(shipment, **over):
    return {
        "waybill": shipment.waybill,
        "kind": "in_transit",
        "at": timezone.now().isoformat(),
        "place": "杭州",
        **over,
    }


def post(carrier, body, *, number="E1", secret="", at=None, **headers):
    text = body if isinstance(body, str) else json.dumps(body)
    at = at or datetime.now(UTC)
    signed = Webhook(secret or carrier.callback_secret).sign(number, at, text)
    given = {"webhook-id": number, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signed}
    address = reverse("api:carrier-events", args=[carrier.code])
    return Client().post(address, text, content_type="application/json", headers={**given, **headers})


def test_a_signed_event_stands_on_the_shipment_under_the_carriers_number():
    carrier = let_in()
    shipment = under_way(carrier)
    answer = post(carrier, event(shipment, kind="delivered"))
    assert (answer.status_code, answer.json()) == (200, {"shipments": [shipment.number], "repeated": False})
    stands = TransportEvent.objects.get()
    assert (stands.source, stands.carrier, stands.external_id, stands.place) == ("callback", carrier, "E1", "杭州")
    assert stands.by == system_user() and Shipment.objects.get(pk=shipment.pk).arrived_at == stands.at


def test_one_waybill_may_stand_for_several_shipments():
    carrier = let_in()
    shipments = [under_way(carrier), under_way(carrier)]
    assert len(post(carrier, event(shipments[0])).json()["shipments"]) == 2
    assert TransportEvent.objects.count() == 2


def test_sent_again_it_is_entered_once_and_with_another_content_refused():
    carrier = let_in()
    body = event(under_way(carrier))
    post(carrier, body)
    assert post(carrier, body).json()["repeated"] is True
    other = post(carrier, {**body, "place": "上海"})
    assert (other.status_code, other.json()["error"]["code"]) == (409, "external_id")
    assert TransportEvent.objects.get().place == "杭州"
    assert post(carrier, {**body, "place": "上海"}, number="E2").status_code == 200


def test_it_is_closed_until_somebody_lets_the_carrier_in_and_closed_again_at_will():
    carrier = make_carrier()
    body, other = event(under_way(carrier)), let_in().callback_secret
    assert post(carrier, body, secret=other).status_code == 401
    carrier = let_in(carrier)
    assert post(carrier, body, secret=other).status_code == 401
    services.close_carrier_callback(carrier=carrier, by=person(Role.LOGISTICS))
    assert post(carrier, body).status_code == 401
    with pytest.raises(Conflict):
        services.close_carrier_callback(carrier=carrier, by=person(Role.LOGISTICS))
    assert not TransportEvent.objects.exists()


def test_a_new_secret_ends_the_former_and_a_carrier_out_of_use_is_shut_out():
    carrier = let_in()
    body, former = event(under_way(carrier)), carrier.callback_secret
    carrier = let_in(carrier)
    assert post(carrier, body, secret=former).status_code == 401
    Carrier.objects.update(is_active=False)
    assert post(carrier, body).status_code == 401
    assert not TransportEvent.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-signature": "v1,AAAA"}, {"webhook-signature": "nonsense"}, {"webhook-signature": "v1,Ü"},
        {"webhook-id": "E9"}, {"webhook-timestamp": "nan"},
    ],
)  # fmt: skip
def test_what_is_not_signed_is_refused(headers):
    carrier = let_in()
    assert post(carrier, event(under_way(carrier)), **headers).status_code == 401
    assert not TransportEvent.objects.exists()


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_signature_holds_no_longer(minutes):
    carrier = let_in()
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    assert post(carrier, event(under_way(carrier)), at=at).status_code == 401
    assert not TransportEvent.objects.exists()


@pytest.mark.parametrize(
    ("over", "status"),
    [
        ({"waybill": "nobody's"}, 422), ({"kind": "flown"}, 400), ({"at": "yesterday"}, 400), ({"at": None}, 400),
        ({"at": "2026-11-21T10:00:00"}, 400), ({"at": "0001-01-01T00:00:00+23:59"}, 400),
        ({"at": "2099-01-01T00:00:00Z"}, 422), ({"kind": "exception"}, 422), ({"weight": 3}, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(over, status):
    carrier = let_in()
    answer = post(carrier, event(under_way(carrier), **over))
    assert (answer.status_code, bool(answer.json()["error"]["fields"])) == (status, True)
    assert not TransportEvent.objects.exists()


def test_another_carriers_waybill_and_goods_still_here_are_unknown():
    carrier, other = let_in(), let_in()
    here = prepare(make_inspected(), carrier_ref=carrier)
    Shipment.objects.filter(pk=here.pk).update(waybill="W1")
    assert post(carrier, event(Shipment.objects.get(pk=here.pk))).status_code == 422
    assert post(other, event(under_way(carrier))).status_code == 422
    assert not TransportEvent.objects.exists()


def test_guessing_is_slowed_down():
    carrier, codes = let_in(), set()
    for _n in range(62):
        codes.add(post(carrier, {}, **{"webhook-signature": "v1,AAAA"}).status_code)
    assert codes == {401, 429}


def test_the_secret_is_shown_once_and_stands_in_no_trail():
    carrier, browser = make_carrier(), client_of(Role.LOGISTICS)
    page = browser.post(reverse("fulfillment:carrier-callback", args=[carrier.pk]))
    secret = Carrier.objects.get().callback_secret
    assert secret and secret in page.content.decode() and page["Cache-Control"] == "no-store"
    assert f"/api/v1/carriers/{carrier.code}/events/" in page.content.decode()
    assert secret not in browser.get(carrier.get_absolute_url()).content.decode()
    assert secret not in "".join(str(entry.changes) + entry.note for entry in AuditEntry.objects.all())
    browser.post(reverse("fulfillment:carrier-callback-close", args=[carrier.pk]))
    assert not Carrier.objects.get().callback_secret


@pytest.mark.req("R1.6")
def test_what_a_carrier_writes_of_persons_is_read_by_who_may_read_them():
    carrier = let_in()
    shipment = under_way(carrier)
    post(carrier, event(shipment, note="签收人李明 13800138000"))
    address = shipment.get_absolute_url()
    assert "13800138000" in client_of(Role.LOGISTICS).get(address).content.decode()
    assert "13800138000" not in client_of(Role.ENGINEERING).get(address).content.decode()
