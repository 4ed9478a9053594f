"""What staff do for a partner in the browser: keys, endpoints, the delivery log (R14.14)."""

import re

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from customers.choices import DeliveryStatus
from customers.models import Partner, PartnerApiKey, WebhookDelivery, WebhookEndpoint
from customers.services.partners import add_endpoint
from tests.api.factories import make_account, make_key
from tests.factories import make_customer, make_user, person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R14.14")]


@pytest.fixture
def admin(client):
    client.force_login(make_user("admin"))
    return client


@pytest.fixture
def page(partner):
    return reverse("customers:partner-developer", args=[partner.pk])


def test_a_customer_becomes_a_partner_and_gets_a_key_that_works(admin):
    customer = make_customer(owner=person("sales"))
    response = admin.post(reverse("customers:partner-new"), {"customer": customer.code, "must_confirm": "on"})
    partner = Partner.objects.get(customer=customer)
    page = reverse("customers:partner-developer", args=[partner.pk])
    assert response.url == page and partner.must_confirm and not partner.user.has_usable_password()
    shown = admin.post(f"{page}keys/new/", {"name": "ERP"})
    key = re.search(r'id="secret">([^<]+)<', shown.content.decode()).group(1)
    assert shown["Cache-Control"] == "no-store"
    me = APIClient(headers={"Authorization": f"Api-Key {key}"}).get("/api/v1/me/")
    assert (me.status_code, me.json()["name"]) == (200, customer.name)


def test_a_customer_without_account_manager_does_not_become_a_partner(admin):
    response = admin.post(reverse("customers:partner-new"), {"customer": make_customer().code})
    assert response.status_code == 422 and not Partner.objects.exists()


def test_a_third_live_key_is_refused_until_one_is_revoked(admin, partner, page):
    for name in ("one", "two"):
        assert admin.post(f"{page}keys/new/", {"name": name}).status_code == 200
    assert admin.post(f"{page}keys/new/", {"name": "three"}).status_code == 409
    prefix = PartnerApiKey.objects.get(name="one").prefix
    assert admin.post(f"{page}keys/{prefix}/revoke/").url == page
    assert admin.post(f"{page}keys/new/", {"name": "three"}).status_code == 200


def test_the_key_itself_is_on_no_page_afterwards(admin, partner, page):
    key = make_key(partner)
    text = admin.get(page).content.decode()
    assert key not in text and key.partition(".")[0] in text


def test_the_page_shows_endpoints_log_and_a_request_to_copy(admin, partner, page):
    endpoint = add_endpoint(partner=partner, url="http://127.0.0.1:9/x", by=partner.user)
    WebhookDelivery.objects.create(
        endpoint=endpoint, event_id="status-1", event="order.status_changed", payload={"a": 1},
        status=DeliveryStatus.FAILED, attempts=12, response_code=500, last_error="answered 500",
    )  # fmt: skip
    text = admin.get(page).content.decode()
    for piece in ("http://127.0.0.1:9/x", "answered 500", "http://testserver/api/v1/me/", reverse("api:docs")):
        assert piece in text
    assert endpoint.secret not in text


def test_an_endpoint_is_added_tested_switched_on_and_removed(admin, partner, page):
    shown = admin.post(f"{page}endpoints/new/", {"url": "http://127.0.0.1:9/x"}).content.decode()
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.secret in shown
    assert admin.post(f"{page}endpoints/{endpoint.pk}/test/").url == page
    assert WebhookDelivery.objects.get().event == "webhook.ping"
    WebhookEndpoint.objects.update(is_active=False)
    assert admin.post(f"{page}endpoints/{endpoint.pk}/enable/").url == page
    assert admin.get(f"{page}endpoints/{endpoint.pk}/remove/").status_code == 200
    assert admin.post(f"{page}endpoints/{endpoint.pk}/remove/").url == page
    assert not WebhookEndpoint.objects.exists()


def test_a_thing_of_another_partner_is_not_found_under_this_one(admin, page):
    other = make_account()
    make_key(other)
    assert admin.post(f"{page}keys/{other.api_keys.get().prefix}/revoke/").status_code == 404
    assert not PartnerApiKey.objects.get().revoked


@pytest.mark.parametrize("role", ["sales", "finance", "general_manager", "order_center"])
def test_other_roles_may_not_open_it(client, page, role):
    client.force_login(make_user(role))
    for address in (page, f"{page}keys/new/", reverse("customers:partner-list"), reverse("customers:partner-new")):
        assert client.get(address).status_code == 403


def test_the_list_of_partners_costs_the_same_for_any_number(admin, django_assert_max_num_queries):
    for _ in range(5):
        make_account()
    with django_assert_max_num_queries(10):
        assert admin.get(reverse("customers:partner-list")).status_code == 200
