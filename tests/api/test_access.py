"""Who gets in: every endpoint against every kind of stranger (R10.2, R13.7)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from customers.models import PartnerApiKey, WebhookDelivery
from customers.services.partners import add_endpoint, create_partner
from fulfillment.models import Shipment
from orders.models import Order
from tests.api.factories import client_of, make_account, make_key, order_body
from tests.factories import make_customer, make_user, person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R10.2", "R13.7")]

# (method, address, body, whether it names a thing of one partner)
ENDPOINTS = [
    ("get", "me/", None, False),
    ("get", "products/", None, False),
    ("get", "products/{product}/", None, False),
    ("get", "orders/", None, False),
    ("post", "orders/", {}, False),
    ("get", "orders/{order}/", None, True),
    ("post", "orders/{order}/confirm/", {}, True),
    ("post", "orders/{order}/object/", {"reason": "x"}, True),
    ("post", "orders/{order}/cancel/", {"reason": "x"}, True),
    ("get", "orders/{order}/shipments/", None, True),
    ("get", "shipments/", None, False),
    ("get", "shipments/{shipment}/", None, True),
    ("get", "webhooks/", None, False),
    ("post", "webhooks/", {}, False),
    ("get", "webhooks/{endpoint}/", None, True),
    ("delete", "webhooks/{endpoint}/", None, True),
    ("post", "webhooks/{endpoint}/enable/", {}, True),
    ("post", "webhooks/{endpoint}/test/", {}, True),
    ("get", "webhooks/{endpoint}/deliveries/", None, True),
    ("post", "webhooks/{endpoint}/deliveries/{delivery}/replay/", {}, True),
]
every_endpoint = pytest.mark.parametrize(
    ("method", "address", "body", "owned"), ENDPOINTS, ids=[f"{method} {address}" for method, address, *_ in ENDPOINTS]
)


@pytest.fixture
def things(partner, api):
    """One of everything that belongs to the partner, as it stood."""
    number = api.post("/api/v1/orders/", order_body(reference="PO-A")).json()["number"]
    order = Order.objects.get(number=number)
    Shipment.objects.create(
        number="S-1", order=order, address="x", prepared_by=person("warehouse"), prepared_at=timezone.now()
    )
    endpoint = add_endpoint(partner=partner, url="http://127.0.0.1:9/a", by=partner.user)
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint, event_id="e", event="x", payload={}, status="failed"
    )  # fmt: skip
    code = order.lines.get().product.code
    return {
        "order": number, "shipment": "S-1", "endpoint": endpoint.pk, "delivery": delivery.pk, "product": code,
    }  # fmt: skip


def ask(client, method, address, body, things):
    return getattr(client, method)("/api/v1/" + address.format(**things), body)


def picture():
    """What a refused request must not have changed."""
    return (
        list(Order.objects.order_by("pk").values_list("pk", "status", "version", "partner_confirmed_at")),
        list(WebhookDelivery.objects.order_by("pk").values_list("pk", "status", "endpoint__is_active")),
    )


def shape_is_right(response):
    error = response.json()["error"]
    assert set(error) == {"code", "message", "reasons", "fields"} and error["message"]
    assert response["Content-Type"] == "application/json"


def refused_everywhere(client, things, status):
    """Asks every endpoint; the answer is that status in the one shape, and nothing has changed."""
    before = picture()
    for method, address, body, _owned in ENDPOINTS:
        response = ask(client, method, address, body, things)
        assert response.status_code == status, (method, address, response.content)
        assert status != 401 or response["WWW-Authenticate"] == "Api-Key"
        shape_is_right(response)
    assert picture() == before


@every_endpoint
def test_every_endpoint_answers_its_owner(api, things, method, address, body, owned):
    assert ask(api, method, address, body, things).status_code not in (401, 403, 404, 405, 500)


def test_every_endpoint_refuses_who_has_no_key(things):
    refused_everywhere(APIClient(), things, 401)


def test_what_belongs_to_another_partner_does_not_exist(things):
    before = picture()
    other = client_of(make_account())
    for method, address, body, owned in ENDPOINTS:
        response = ask(other, method, address, body, things)
        if owned:
            assert response.status_code == 404, (method, address)
            shape_is_right(response)
        else:
            assert "PO-A" not in response.content.decode() and "127.0.0.1:9" not in response.content.decode()
    assert picture() == before


def test_every_endpoint_refuses_a_staff_session(things):
    client = APIClient()
    client.force_login(make_user("admin", "sales_manager", "order_center", is_superuser=True))
    refused_everywhere(client, things, 403)


def test_every_endpoint_refuses_even_the_partners_own_session(partner, things):
    client = APIClient()
    client.force_login(partner.user)
    refused_everywhere(client, things, 403)


def revoke(partner):
    PartnerApiKey.objects.update(revoked=True)


def expire(partner):
    PartnerApiKey.objects.update(expiry_date=timezone.now() - timedelta(seconds=1))


def dismiss(partner):
    partner.is_active = False
    partner.save()


def switch_off(partner):
    partner.user.is_active = False
    partner.user.save()


@pytest.mark.parametrize("spoil", [revoke, expire, dismiss, switch_off])
def test_a_spoilt_key_opens_nothing(partner, api, things, spoil):
    spoil(partner)
    refused_everywhere(api, things, 401)


def malformed(key):
    prefix, _point, secret = key.partition(".")
    yield from (
        prefix,
        f"{prefix}.",
        f"{prefix}.{secret}x",
        f"{prefix}.{secret[:-1]}",
        f".{secret}",
        secret,
        "x" * 9000,
    )
    yield from (f"{prefix}.{secret}\x00", "é" * 8, f"{prefix}.{secret} x", f"{prefix.swapcase()}.{secret}")


def test_a_key_that_is_not_quite_one_opens_nothing(partner):
    for text in malformed(make_key(partner)):
        response = APIClient(headers={"Authorization": f"Api-Key {text}"}).get("/api/v1/me/")
        assert response.status_code == 401, text


@pytest.mark.parametrize("header", ["", "Api-Key", "Api-Key ", "Bearer x", "Basic eDp5", "Token a.b"])
def test_another_scheme_opens_nothing(db, header):
    assert APIClient(headers={"Authorization": header}).get("/api/v1/me/").status_code == 401


def test_two_keys_work_side_by_side_while_a_partner_changes_over(partner):
    old, new = (client_of(partner) for _ in range(2))
    assert old.get("/api/v1/me/").status_code == new.get("/api/v1/me/").status_code == 200
    PartnerApiKey.objects.order_by("created").first().delete()
    assert sorted([old.get("/api/v1/me/").status_code, new.get("/api/v1/me/").status_code]) == [200, 401]


def test_signing_in_costs_one_statement(api, django_assert_num_queries):
    with django_assert_num_queries(1):
        me = api.get("/api/v1/me/").json()
    assert me["account_manager"] == "sales" and me["key"]["name"] == "test"


def test_only_a_hash_of_the_key_is_kept(partner):
    secret = make_key(partner).partition(".")[2]
    assert all(secret not in str(value) for value in PartnerApiKey.objects.values().get().values())


@pytest.mark.parametrize("address", ["", "order/", "orders", "orders/x/y/", "../admin/", "me", "a%0Ab/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_is_not_there_has_the_same_shape(api, address, method):
    response = getattr(api, method)("/api/v1/" + address)
    assert response.status_code == 404
    shape_is_right(response)


def test_a_method_that_is_not_there_has_the_same_shape(api):
    response = api.put("/api/v1/orders/", {})
    assert response.status_code == 405 and "GET" in response["Allow"]
    shape_is_right(response)


def test_our_own_mistake_has_the_same_shape_and_tells_nothing(api, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("secret inside")

    monkeypatch.setattr("orders.api.views.filtered", broken)
    api.raise_request_exception = False
    response = api.get("/api/v1/orders/")
    assert response.status_code == 500 and "secret inside" not in response.content.decode()
    shape_is_right(response)


def test_the_language_is_the_programs_choice(api):
    chinese = api.get("/api/v1/orders/9/", headers={"Accept-Language": "zh-hans"}).json()
    assert chinese["error"]["code"] == "not_found"


def test_a_customer_becomes_a_partner_only_once(partner):
    with pytest.raises(Exception, match="partner"):
        create_partner(customer=partner.customer, by=make_user("admin"))
    with pytest.raises(Exception, match="role"):
        create_partner(customer=make_customer(), by=make_user("sales"))
