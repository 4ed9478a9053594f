import json
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from core.api.errors import exception_handler
from core.api.pagination import KeysetPagination
from core.api.parsers import StrictJSONParser
from core.errors import Conflict, DomainError, NotPermitted, Reason
from core.idempotency import InFlight
from core.models import OutboxMessage

pytestmark = pytest.mark.req("R10.2")


class LineSerializer(serializers.Serializer):
    quantity = serializers.IntegerField(min_value=1)


class OrderSerializer(serializers.Serializer):
    customer = serializers.CharField()
    lines = LineSerializer(many=True)

    def validate(self, data):
        if data["customer"] == "nobody":
            raise serializers.ValidationError("not a customer of yours")
        return data


class Api(APIView):
    authentication_classes, permission_classes, throttle_classes = (), (), ()
    parser_classes = (StrictJSONParser,)

    def get_exception_handler(self):
        return exception_handler

    def post(self, request):
        OrderSerializer(data=request.data).is_valid(raise_exception=True)
        return Response({"ok": True})


class Raising(Api):
    error = Exception()

    def post(self, request):
        raise self.error


def post(body, view=Api, **over):
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = RequestFactory().post("/x/", data=text, content_type="application/json")
    return view.as_view(**over)(request)


def error_of(response) -> dict:
    assert set(response.data) == {"error"}
    assert set(response.data["error"]) == {"code", "message", "reasons", "fields"}
    return response.data["error"]


class TestEveryErrorHasOneShape:
    def test_wrong_values_are_named_down_to_the_line(self):
        response = post({"lines": [{"quantity": 1}, {"quantity": 0}]})
        fields = error_of(response)["fields"]
        assert response.status_code == 400 and set(fields) == {"customer", "lines.1.quantity"}

    def test_a_complaint_about_the_whole_has_its_place(self):
        response = post({"customer": "nobody", "lines": []})
        assert error_of(response)["fields"] == {"non_field_errors": ["not a customer of yours"]}

    @pytest.mark.parametrize(
        ("error", "status", "code"),
        [
            (DomainError("blocked", "No."), 422, "blocked"),
            (NotPermitted("role", "No."), 403, "role"),
            (Conflict("changed", "No."), 409, "changed"),
            (Http404(), 404, "not_found"),
            (PermissionDenied(), 403, "permission_denied"),
            (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
            (exceptions.UnsupportedMediaType("x/y"), 415, "unsupported_media_type"),
            (exceptions.NotAcceptable(), 406, "not_acceptable"),
        ],
    )
    def test_whoever_raised_it(self, error, status, code):
        response = post({}, Raising, error=error)
        assert (response.status_code, error_of(response)["code"]) == (status, code)

    def test_reasons_and_fields_of_a_refused_act_are_told(self):
        reason = Reason("receipt", "Deposit missing", field="total", roles=("finance",), since=datetime.now(UTC))
        error = DomainError("blocked", "Not yet.", reasons=[reason], fields={"total": ["too much"]})
        told = error_of(exception_handler(error, {}))
        assert told["reasons"] == [{"code": "receipt", "text": "Deposit missing", "field": "total"}]
        assert told["fields"] == {"total": ["too much"]}

    def test_a_throttled_caller_learns_when_to_return(self):
        class Full(BaseThrottle):
            def allow_request(self, request, view):
                return False

            def wait(self):
                return 3.2

        response = post({}, type("Throttled", (Api,), {"throttle_classes": (Full,)}))
        assert (response.status_code, response["Retry-After"]) == (429, "4")
        assert error_of(response)["code"] == "throttled"

    def test_a_twin_in_flight_learns_when_to_return(self):
        response = exception_handler(InFlight("request_in_flight", "…"), {})
        assert response
        assert (response.status_code, response["Retry-After"]) == (409, "1")

    def test_what_nobody_expected_stays_a_server_error(self):
        assert exception_handler(RuntimeError(), {}) is None


@pytest.mark.parametrize(
    "body",
    [b"[" * 200_000, b'{"a":' * 100_000, b'{"a": NaN}', b"[Infinity]", b'{"a": 1, "a": 2}', b"\xff\xfe", b"{",
     b'{"lines": [{"quantity": 1, "quantity": 2}]}'],
    ids=["deep list", "deep object", "NaN", "Infinity", "twin", "not UTF-8", "cut off", "inner twin"],
)  # fmt: skip
def test_json_that_is_not_json_is_a_parse_error(body):
    response = post(body)
    assert (response.status_code, error_of(response)["code"]) == (400, "parse_error")


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def get(self, settings):
        now = datetime(2026, 1, 1, tzinfo=UTC)
        OutboxMessage.objects.bulk_create(
            OutboxMessage(kind="note", payload={}, available_at=now, created_at=now) for _ in range(5)
        )

        class Messages(Api):
            ordering = ("-id",)

            def get(self, request):
                pages = KeysetPagination()
                rows = pages.paginate_queryset(OutboxMessage.objects.all(), request, self)
                return pages.get_paginated_response([row.pk for row in rows])

        return lambda address: Messages.as_view()(RequestFactory().get(address))

    def test_lead_on_by_whole_addresses(self, get):
        first = get("/api/v1/orders/?limit=3&status=open").data
        assert len(first["results"]) == 3 and first["previous"] is None
        assert first["next"].startswith("http://testserver/api/v1/orders/?") and "status=open" in first["next"]
        second = get(first["next"]).data
        assert len(second["results"]) == 2 and second["next"] is None
        assert get(second["previous"]).data["results"] == first["results"]

    @pytest.mark.parametrize("limit", ["0", "201", "x", "-1", "1e2", "٣"])
    def test_refuse_a_limit_out_of_range(self, get, limit):
        response = get(f"/?limit={limit}")
        assert response.status_code == 400 and "limit" in error_of(response)["fields"]

    def test_refuse_a_cursor_that_is_not_ours(self, get):
        assert error_of(get("/?cursor=xyz"))["code"] == "bad_cursor"
