"""Handing in, reading, confirming and objecting through the API (R2.6, R3.10, R10.2)."""

import pytest
from django.utils import timezone

from catalog.models import Product
from orders.models import Order
from tests.api.factories import client_of, make_account, order_body
from tests.factories import make_product, pass_review

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
URL = "/api/v1/orders/"


@pytest.fixture
def order(api):
    number = api.post(URL, order_body()).json()["number"]
    return Order.objects.get(number=number)


def reviewed(order):
    pass_review(order)
    return Order.objects.get(pk=order.pk)


@pytest.mark.req("R2.6", "R10.2")
class TestHandingIn:
    def test_is_received_with_partner_reference_and_end_customer(self, api, partner):
        response = api.post(URL, order_body(reference="PO-1"))
        assert response.status_code == 201, response.json()
        order = Order.objects.get(number=response.json()["number"])
        assert (order.partner, order.partner_reference, order.source) == (partner, "PO-1", "partner")
        assert (order.customer, order.status, order.end_customer) == (
            partner.customer, "received", "上海某某科技有限公司")  # fmt: skip
        assert response["Location"].endswith(f"/api/v1/orders/{order.number}/")

    def test_answers_what_a_later_read_answers(self, api):
        created = api.post(URL, order_body()).json()
        assert api.get(f"{URL}{created['number']}/").json() == created

    def test_takes_the_list_price_and_the_usual_terms_when_left_out(self, api):
        body = order_body(product_code=make_product(list_price="12.50", floor_price=1).code)
        answer = api.post(URL, body).json()
        assert answer["lines"][0]["unit_price"] == "12.5000" and answer["amount"] == "125.00"
        assert [t["percent"] for t in answer["payment_terms"]] == ["30.00", "70.00"]

    def test_takes_a_free_description_with_its_price(self, api):
        body = order_body(lines=[{"description": "上门安装", "quantity": "1.5", "unit_price": "100"}])
        answer = api.post(URL, body).json()
        assert (answer["lines"][0]["product_code"], answer["amount"]) == (None, "150.00")

    def test_with_a_reference_used_before_names_the_order_that_has_it(self, api):
        first = api.post(URL, order_body(reference="PO-1")).json()
        again = api.post(URL, order_body(reference="PO-1"))
        assert again.status_code == 409
        error = again.json()["error"]
        assert (error["code"], error["fields"]["reference"]) == ("duplicate_reference", [first["number"]])
        assert Order.objects.count() == 1

    def test_with_the_reference_of_another_partner_is_fine(self, api):
        other = client_of(make_account())
        assert api.post(URL, order_body(reference="PO-1")).status_code == 201
        assert other.post(URL, order_body(reference="PO-1")).status_code == 201

    def test_without_an_account_manager_says_so(self, api, partner):
        partner.customer.owner = None
        partner.customer.save()
        response = api.post(URL, order_body())
        assert (response.status_code, response.json()["error"]["code"]) == (422, "no_account_manager")

    def test_refuses_an_unknown_or_withdrawn_product_by_line(self, api):
        Product.objects.filter(pk=make_product(code="OLD").pk).update(is_active=False)
        lines = [{"product_code": code, "quantity": "1"} for code in ("OLD", make_product().code, "NONE")]
        response = api.post(URL, order_body(lines=lines))
        assert response.status_code == 422
        assert set(response.json()["error"]["fields"]) == {"lines.0.product_code", "lines.2.product_code"}

    def test_in_another_currency_than_the_list_price_needs_a_price(self, api):
        response = api.post(URL, order_body(currency="USD"))
        assert set(response.json()["error"]["fields"]) == {"lines.0.unit_price"}

    def test_costs_eighteen_statements_however_many_lines(self, api, django_assert_max_num_queries):
        products = [make_product(stock=5) for _ in range(10)]
        lines = [{"product_code": product.code, "quantity": "1"} for product in products]
        api.post(URL, order_body())
        body = order_body(lines=lines)
        with django_assert_max_num_queries(18):
            response = api.post(URL, body, headers={"Idempotency-Key": "k-1"})
        assert response.status_code == 201


COMPLAINTS = [
    ({"reference": ""}, "reference"),
    ({"reference": "x" * 61}, "reference"),
    ({"reference": "a\x00b"}, "reference"),
    ({"end_customer": None}, "end_customer"),
    ({"contact": {"phone": "1"}}, "contact.name"),
    ({"contact": "李明"}, "contact"),
    ({"delivery": {}}, "delivery.address"),
    ({"delivery": {"address": "x", "street": "y"}}, "delivery.street"),
    ({"requested_date": "2020-01-01"}, "requested_date"),
    ({"requested_date": "tomorrow"}, "requested_date"),
    ({"requested_date": 20270101}, "requested_date"),
    ({"currency": "yuan"}, "currency"),
    ({"lines": []}, "lines"),
    ({"lines": "many"}, "lines"),
    ({"lines": [None]}, "lines.0"),
    ({"lines": [{"product_code": "A", "quantity": "1"}] * 201}, "lines"),
    ({"lines": [{"product_code": "A", "quantity": 10}]}, "lines.0.quantity"),
    ({"lines": [{"product_code": "A", "quantity": "0"}]}, "lines.0.quantity"),
    ({"lines": [{"product_code": "A", "quantity": "-1"}]}, "lines.0.quantity"),
    ({"lines": [{"product_code": "A", "quantity": "1e9"}]}, "lines.0.quantity"),
    ({"lines": [{"product_code": "A", "quantity": "NaN"}]}, "lines.0.quantity"),
    ({"lines": [{"product_code": "A", "quantity": "1.2345"}]}, "lines.0.quantity"),
    ({"lines": [{"product_code": "A", "quantity": "9" * 5000}]}, "lines.0.quantity"),
    ({"lines": [{"product_code": "A", "quantity": "１"}]}, "lines.0.quantity"),
    ({"lines": [{"product_code": "A", "quantity": "1", "price": "1"}]}, "lines.0.price"),
    ({"lines": [{"quantity": "1", "unit_price": "1"}]}, "lines.0.description"),
    ({"lines": [{"quantity": "1", "description": "x"}]}, "lines.0.unit_price"),
    ({"payment_terms": [{"due_event": "someday", "percent": "100"}]}, "payment_terms.0.due_event"),
    ({"payment_terms": [{"due_event": "on_delivery", "percent": "99"}]}, "payment_terms"),
    ({"payment_terms": [{"due_event": "on_delivery", "percent": "100", "days": -1}]}, "payment_terms.0.days"),
    ({"payment_terms": [{"due_event": "on_delivery", "percent": "100", "days": True}]}, "payment_terms.0.days"),
    ({"status": "approved"}, "status"),
    ({"partner": 1}, "partner"),
]


@pytest.mark.parametrize(("over", "field"), COMPLAINTS, ids=lambda value: str(value)[:40])
def test_a_wrong_value_is_named_by_its_place_and_costs_no_number(api, over, field):
    response = api.post(URL, {**order_body(product_code="A"), **over})
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (400, "invalid")
    assert field in error["fields"]
    assert not Order.objects.exists()
    assert api.post(URL, order_body()).json()["number"].endswith("-001")


@pytest.mark.req("R3.10")
class TestConfirming:
    def test_a_reviewed_order_is_confirmed(self, api, order):
        reviewed(order)
        shown = api.get(f"{URL}{order.number}/").json()
        assert shown["awaiting_confirmation"] is True
        response = api.post(f"{URL}{order.number}/confirm/")
        assert response.status_code == 200
        assert response.json()["confirmed_at"] and response.json()["awaiting_confirmation"] is False

    def test_twice_changes_nothing(self, api, order):
        reviewed(order)
        first = api.post(f"{URL}{order.number}/confirm/").json()
        assert api.post(f"{URL}{order.number}/confirm/").json() == first

    def test_before_the_review_is_refused(self, api, order):
        response = api.post(f"{URL}{order.number}/confirm/")
        assert (response.status_code, response.json()["error"]["code"]) == (409, "status")
        assert Order.objects.get(pk=order.pk).partner_confirmed_at is None

    def test_an_objection_opens_another_round(self, api, order):
        reviewed(order)
        response = api.post(f"{URL}{order.number}/object/", {"reason": "价格与报价不符"})
        assert (response.status_code, response.json()["status"]) == (200, "returned")

    @pytest.mark.parametrize("body", [{}, {"reason": "  "}, {"reason": 5}, {"reason": "x" * 1001}, {"cause": "x"}])
    def test_an_objection_without_reasons_is_refused(self, api, order, body):
        reviewed(order)
        response = api.post(f"{URL}{order.number}/object/", body)
        assert response.status_code == 400 and response.json()["error"]["fields"]
        assert Order.objects.get(pk=order.pk).status == "reviewed"

    def test_confirming_takes_no_body(self, api, order):
        reviewed(order)
        assert api.post(f"{URL}{order.number}/confirm/", {"reason": "x"}).status_code == 400


class TestCancelling:
    def test_is_free_before_production(self, api, order):
        response = api.post(f"{URL}{order.number}/cancel/", {"reason": "客户取消"})
        assert (response.status_code, response.json()["status"]) == (200, "canceled")

    def test_twice_is_a_conflict(self, api, order):
        api.post(f"{URL}{order.number}/cancel/", {"reason": "x"})
        assert api.post(f"{URL}{order.number}/cancel/", {"reason": "x"}).status_code == 409


class TestListing:
    def test_shows_the_newest_first_page_by_page(self, api):
        numbers = [api.post(URL, order_body()).json()["number"] for _ in range(5)]
        first = api.get(URL, {"limit": 2}).json()
        second = api.get(first["next"]).json()
        third = api.get(second["next"]).json()
        shown = [row["number"] for page in (first, second, third) for row in page["results"]]
        assert shown == numbers[::-1] and third["next"] is None
        assert api.get(third["previous"]).json()["results"] == second["results"]

    def test_costs_the_same_for_any_number_of_orders(self, api, django_assert_num_queries):
        for _ in range(6):
            api.post(URL, order_body())
        for limit in (1, 6):
            with django_assert_num_queries(2):
                api.get(URL, {"limit": limit})

    def test_filters(self, api, order):
        other = api.post(URL, order_body(reference="PO-X")).json()["number"]
        api.post(f"{URL}{other}/cancel/", {"reason": "x"})
        found = lambda **query: [row["number"] for row in api.get(URL, query).json()["results"]]  # noqa: E731
        assert found(status="canceled") == found(reference="PO-X") == found(number=other) == [other]
        assert found(changed_since=timezone.now().isoformat()) == []
        assert found(changed_since="2020-01-01T00:00:00Z") == [other, order.number]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"state": "received"}, "state"),
            ({"status": "lost"}, "status"),
            ({"status": ""}, "status"),
            ({"limit": ""}, "limit"),
            ({"limit": "0"}, "limit"),
            ({"limit": "1000"}, "limit"),
            ({"changed_since": "yesterday"}, "changed_since"),
            ({"changed_since": "2026-11-21T08:00:00"}, "changed_since"),
            ({"reference": "a\x00"}, "reference"),
            ({"status": ["received", "shipped"]}, "status"),
        ],
    )
    def test_refuses_a_parameter_it_does_not_know_or_cannot_use(self, api, query, field):
        response = api.get(URL, query)
        assert response.status_code == 400 and field in response.json()["error"]["fields"]

    @pytest.mark.parametrize("cursor", ["x", "bm9uc2Vuc2U", "W10", "WzAsMV0x", "WzAsInhcdTAwMDAiXQ"])
    def test_refuses_a_cursor_it_did_not_give(self, api, cursor):
        assert api.get(URL, {"cursor": cursor}).status_code == 422
