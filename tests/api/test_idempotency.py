"""The same request twice is carried out once (technology: idempotency)."""

import contextlib

import pytest
from django.db import connection

from core import idempotency
from core.models import IdempotencyKey
from core.numbering import draw_numbers
from orders.models import Order
from orders.services import intake
from tests.api.factories import client_of, make_account, make_key, order_body
from tests.core.factories import at_once
from tests.factories import make_product

URL = "/api/v1/orders/"
pytestmark = pytest.mark.req("R10.2")


def key(text="k-1"):
    return {"Idempotency-Key": text}


@pytest.mark.django_db
@pytest.mark.sqlite
class TestOneAfterTheOther:
    def test_the_second_gets_the_first_answer(self, api):
        body = order_body()
        first = api.post(URL, body, headers=key())
        again = api.post(URL, dict(reversed(body.items())), headers=key())
        assert (again.status_code, again.json(), again["Location"]) == (201, first.json(), first["Location"])
        assert again["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first
        assert Order.objects.count() == 1

    def test_another_body_under_the_same_key_is_refused(self, api):
        api.post(URL, order_body(), headers=key())
        response = api.post(URL, order_body(), headers=key())
        assert (response.status_code, response.json()["error"]["code"]) == (422, "idempotency_key_reused")
        assert Order.objects.count() == 1

    def test_another_act_under_the_same_key_is_refused(self, api):
        number = api.post(URL, order_body(), headers=key()).json()["number"]
        response = api.post(f"{URL}{number}/cancel/", {"reason": "x"}, headers=key())
        assert response.status_code == 422

    def test_the_key_of_another_partner_is_another_key(self, api):
        other = client_of(make_account())
        body = order_body()
        assert [c.post(URL, body, headers=key()).status_code for c in (api, other)] == [201, 201]

    def test_both_keys_of_a_partner_share_it(self, api, partner):
        body = order_body()
        api.post(URL, body, headers=key())
        assert client_of(partner).post(URL, body, headers=key())["Idempotent-Replayed"] == "true"

    def test_a_refused_request_leaves_the_key_free(self, api):
        body = order_body(product_code="LATER")
        assert api.post(URL, body, headers=key()).status_code == 422
        make_product(code="LATER")
        assert api.post(URL, body, headers=key()).status_code == 201

    def test_an_act_is_not_done_twice(self, api):
        number = api.post(URL, order_body()).json()["number"]
        answers = [api.post(f"{URL}{number}/cancel/", {"reason": "x"}, headers=key("c")) for _ in range(2)]
        assert [a.status_code for a in answers] == [200, 200] and answers[0].json() == answers[1].json()


@pytest.fixture
def no_other_guard(monkeypatch):
    """Without the unique index on the partner's reference, which catches doubles by itself."""
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute("DROP INDEX orders_partner_reference_once")
        yield
        Order.objects.all().delete()
        cursor.execute(
            "CREATE UNIQUE INDEX orders_partner_reference_once ON orders_order (partner_id, partner_reference)"
            " WHERE partner_id IS NOT NULL AND NOT (partner_reference = '')"
        )


@pytest.fixture
def slow(monkeypatch):
    """Both are in the middle at the same time."""
    drawn = draw_numbers

    def slowly(*args, **kwargs):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_sleep(0.3)")
        return drawn(*args, **kwargs)

    monkeypatch.setattr(intake, "draw_numbers", slowly)


def both_at_once(headers):
    partner = make_account()
    body, plain = order_body(), make_key(partner)
    clients = [client_of(partner, plain) for _ in range(2)]
    return at_once(2, lambda index: clients[index].post(URL, body, headers=headers))


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_is_carried_out_and_the_other_told_to_wait(self, no_other_guard, slow):
        answers = both_at_once(key())
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        waits = next(answer for answer in answers if answer.status_code == 409)
        assert waits.json()["error"]["code"] == "request_in_flight" and waits["Retry-After"] == "1"
        assert Order.objects.count() == IdempotencyKey.objects.count() == 1

    def test_without_a_key_there_would_be_two(self, no_other_guard, slow):
        """The control."""
        assert [answer.status_code for answer in both_at_once({})] == [201, 201]
        assert Order.objects.count() == 2

    def test_the_partners_reference_catches_them_without_a_key(self, slow):
        answers = both_at_once({})
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        refused = next(answer for answer in answers if answer.status_code == 409).json()["error"]
        assert refused["code"] == "duplicate_reference"
        assert refused["fields"]["reference"] == [Order.objects.get().number]

    def test_one_killed_in_the_middle_leaves_the_key_free(self, monkeypatch):
        partner = make_account()
        api, body = client_of(partner), order_body()
        api.raise_request_exception = False

        def killed(*args):
            connection.close()
            raise OSError

        monkeypatch.setattr(idempotency, "_store", killed)
        assert api.post(URL, body, headers=key()).status_code == 500
        monkeypatch.undo()
        assert not Order.objects.exists()
        assert api.post(URL, body, headers=key()).status_code == 201
