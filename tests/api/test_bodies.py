"""Bodies and headers nobody should send: refused in the one shape, never a 500."""

import json

import pytest
from rest_framework.test import APIClient

from orders.models import Order
from tests.api.factories import order_body

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite, pytest.mark.req("R10.2")]
URL = "/api/v1/orders/"


def whole(**over):
    return json.dumps(order_body(product_code="A", **over))


BOMBS = {
    "nested lists": "[" * 200_000,
    "nested lists, closed": "[" * 200_000 + "]" * 200_000,
    "nested objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "nested inside a member": '{"reference": ' + "[" * 50_000 + "]" * 50_000 + "}",
    "not a number": '{"reference": NaN}',
    "infinity": '{"lines": [{"quantity": Infinity}]}',
    "member twice": '{"reference": "a", "reference": "b"}',
    "huge integer": '{"lines": [{"quantity": ' + "9" * 100_000 + "}]}",
    "huge exponent": '{"lines": [{"quantity": 1e999999999}]}',
    "half a character": b'{"reference": "\xff\xfe"}',
    "lone surrogate": '{"reference": "\\ud800", "\\udfff": 1}',
    "nul": '{"reference": "a\\u0000b"}',
    "empty": "",
    "blank": "   ",
    "text": '"order"',
    "number": "1",
    "null": "null",
    "list": "[]",
    "cut off": '{"reference": "a"',
    "byte order mark": b"\xef\xbb\xbf{}",
    "comment": '{"reference": "a" /* b */}',
    "python": "{'reference': 'a'}",
    "ten thousand lines": '{"lines": [' + ",".join(['{"quantity":"1"}'] * 10_000) + "]}",
    "ten thousand members": "{" + ",".join(f'"m{i}":1' for i in range(10_000)) + "}",
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS.keys())
@pytest.mark.parametrize("address", [URL, "/api/v1/webhooks/"])
def test_a_bad_body_is_refused_in_the_one_shape(api, address, body):
    response = api.post(address, body, content_type="application/json")
    assert response.status_code == 400, response.content[:300]
    assert set(response.json()["error"]) == {"code", "message", "reasons", "fields"}
    assert not Order.objects.exists()


def test_a_body_beyond_the_limit_is_refused(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    response = api.post(URL, whole(remarks="x" * 10_000), content_type="application/json")
    assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "kind", ["text/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"]
)
def test_another_content_type_is_refused(api, kind):
    response = api.post(URL, whole(), content_type=kind)
    assert response.status_code == 415 and response.json()["error"]["code"] == "unsupported_media_type"


def test_another_answer_than_json_is_refused_in_json(api):
    response = api.get(URL, headers={"Accept": "text/html"})
    assert response.status_code == 406 and response.json()["error"]["code"] == "not_acceptable"


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "ключ", "a b", "a\tb"])
def test_an_idempotency_key_that_cannot_be_one_is_refused(api, key):
    response = api.post(URL, order_body(), headers={"Idempotency-Key": key})
    assert response.status_code == 400 and "Idempotency-Key" in response.json()["error"]["fields"]
    assert not Order.objects.exists()


@pytest.mark.parametrize("number", ["%00", "%ED%A0%80", "x" * 5000, "1%0A2", "'; drop table", "٣"])
def test_a_strange_number_is_not_found(api: APIClient, number):
    for address in (f"{URL}{number}/", f"/api/v1/shipments/{number}/", f"/api/v1/products/{number}/"):
        assert api.get(address).status_code == 404


@pytest.mark.parametrize("pk", ["0", "99999999999999999999", "-1", "x"])
def test_a_strange_key_is_not_found(api, pk):
    assert api.get(f"/api/v1/webhooks/{pk}/").status_code == 404
    assert api.get(f"/api/v1/webhooks/{pk}/deliveries/").status_code == 404
