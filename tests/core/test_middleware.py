from typing import Any

import pytest
from django.test import RequestFactory

from core.context import current_request
from core.errors import DomainError, NotPermitted
from core.middleware import DomainErrorMiddleware, RequestContextMiddleware, client_address
from core.models import AuditEntry, NumberSeries
from tests.core.factories import make_person


def answer(request):
    from django.http import HttpResponse

    request.seen = current_request()
    return HttpResponse()


class TestTheRequestContext:
    def pass_through(self, **headers):
        request = RequestFactory().get("/", **headers)
        return request, RequestContextMiddleware(answer)(request)

    def test_names_the_request_in_the_answer(self):
        request, response = self.pass_through()
        assert response["X-Request-ID"] == request.seen.request_id and len(request.seen.request_id) == 32

    def test_keeps_the_proxy_s_name_for_it(self):
        assert self.pass_through(HTTP_X_REQUEST_ID="abcdef-123")[1]["X-Request-ID"] == "abcdef-123"

    @pytest.mark.parametrize("forged", ["short", "x" * 65, "a b c d e f g", "<script>alert"])
    def test_does_not_repeat_what_is_no_name(self, forged):
        assert self.pass_through(HTTP_X_REQUEST_ID=forged)[1]["X-Request-ID"] != forged

    def test_is_gone_afterwards(self):
        self.pass_through()
        assert current_request().request_id == ""


@pytest.mark.parametrize(
    ("count", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "nonsense", None),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_address_is_the_one_our_own_proxies_vouch_for(settings, count, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = count
    assert client_address(RequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded)) == address


@pytest.mark.django_db
class TestARefusedAct:
    def refuse(self, error, **headers):
        request: Any = RequestFactory().post("/", HTTP_REFERER="http://testserver/orders/1/?x=1", **headers)
        request.user, request.htmx = make_person("sales"), bool(headers.get("HTTP_HX_REQUEST"))
        return DomainErrorMiddleware(answer).process_exception(request, error)

    @pytest.mark.parametrize(("kind", "status"), [(DomainError, 422), (NotPermitted, 403)])
    def test_is_a_page_with_the_reason_and_the_way_back(self, kind, status):
        response = self.refuse(kind("blocked", "The deposit is missing."))
        text = response.content.decode()
        assert response.status_code == status
        assert "The deposit is missing." in text and 'href="/orders/1/?x=1"' in text

    def test_is_a_message_beside_the_page_for_htmx(self):
        response = self.refuse(DomainError("blocked", "The deposit is missing."), HTTP_HX_REQUEST="true")
        assert response["HX-Retarget"] == "#toasts" and "<html" not in response.content.decode()

    def test_leaves_other_errors_alone(self):
        assert self.refuse(ValueError()) is None


@pytest.mark.django_db
@pytest.mark.req("R12.5")
def test_the_admin_shows_the_audit_trail_and_changes_nothing(client):
    boss = make_person("admin", is_staff=True, is_superuser=True)
    entry = AuditEntry.objects.create(at="2026-01-01T00:00Z", by=boss, action="order.approved")
    client.force_login(boss)
    address = f"/admin/core/auditentry/{entry.pk}/"
    assert client.get(f"{address}change/").status_code == 200
    assert client.post(f"{address}change/", {"action": "x"}).status_code == 403
    assert client.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/core/auditentry/add/").status_code == 403


@pytest.mark.django_db
@pytest.mark.req("R12.5")
def test_a_changed_number_pattern_is_recorded_and_a_bad_one_refused(client):
    boss = make_person("admin", is_staff=True, is_superuser=True)
    NumberSeries.objects.update_or_create(code="order", defaults={"pattern": "{yyyy}{mm}-{seq:03d}", "reset": "month"})
    client.force_login(boss)
    address = "/admin/core/numberseries/order/change/"
    assert client.post(address, {"pattern": "{seq.real}", "reset": "month"}).status_code == 200
    assert client.post(address, {"pattern": "J{yyyy}{mm}-{seq:04d}", "reset": "month"}).status_code == 302
    entry = AuditEntry.objects.get()
    assert entry.changes == {"pattern": ["{yyyy}{mm}-{seq:03d}", "J{yyyy}{mm}-{seq:04d}"]} and entry.note == "order"
