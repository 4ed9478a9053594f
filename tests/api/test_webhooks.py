"""Events on their way to partners (R10.2, R14.12), against a server that listens."""

import socket
import time

import pytest
from django.utils import timezone

from core.choices import OutboxStatus
from core.errors import Conflict, DomainError, NotPermitted
from core.models import AuditEntry, OutboxMessage
from core.outbox_delivery import LEASE, MAX_ATTEMPTS, deliver_due
from customers import webhook_target, webhooks
from customers.models import WebhookDelivery, WebhookEndpoint
from customers.services.partners import add_endpoint, enable_endpoint, ping_endpoint, replay_delivery
from customers.webhook_target import NotDelivered, is_public, post
from tests.api import receiver as misbehave
from tests.api.factories import make_account, order_body
from tests.core.factories import at_once
from tests.factories import make_user
from workflow.models import Notification

pytestmark = [pytest.mark.django_db, pytest.mark.req("R10.2", "R14.12")]


@pytest.fixture
def server():
    with misbehave.listening() as listening:
        yield listening


@pytest.fixture
def endpoint(partner, server):
    return add_endpoint(partner=partner, url=server.url, by=partner.user)


def place(api):
    return api.post("/api/v1/orders/", order_body()).json()["number"]


def run_outbox(times=4):
    """Work off everything, as if the pauses between the attempts had passed."""
    for _ in range(times):
        OutboxMessage.objects.filter(status=OutboxStatus.PENDING, kind="webhook").update(available_at=timezone.now())
        deliver_due(seconds=30)


def log():
    return WebhookDelivery.objects.get()


class TestDelivery:
    def test_a_change_of_status_is_posted_signed_and_logged(self, api, endpoint, server):
        number = place(api)
        run_outbox()
        [event] = server.checked(endpoint.secret)
        assert event["type"] == "order.status_changed" and event["timestamp"]
        assert (event["data"]["order"], event["data"]["from"], event["data"]["to"]) == (number, "draft", "received")
        row = log()
        assert (row.status, row.attempts, row.response_code) == ("delivered", 1, 204) and row.delivered_at
        assert server.paths == ["/events?of=jiedan"]

    def test_each_endpoint_gets_it_once_and_no_other_partner_does(self, api, partner, endpoint, server):
        with misbehave.listening() as second, misbehave.listening() as stranger:
            add_endpoint(partner=partner, url=second.url, by=partner.user)
            other = make_account()
            add_endpoint(partner=other, url=stranger.url, by=other.user)
            place(api)
            run_outbox()
            assert (len(server.got), len(second.got), len(stranger.got)) == (1, 1, 0)
        assert WebhookDelivery.objects.count() == 2

    def test_a_dead_endpoint_does_not_hold_up_the_other(self, api, partner, endpoint, server):
        add_endpoint(partner=partner, url="http://127.0.0.1:9/", by=partner.user)
        place(api)
        deliver_due()
        assert len(server.got) == 1
        assert WebhookDelivery.objects.get(endpoint__url__contains=":9/").status == "pending"

    def test_without_endpoints_nothing_is_logged(self, api):
        place(api)
        run_outbox()
        assert not WebhookDelivery.objects.exists()


class TestFailure:
    @pytest.mark.parametrize("code", [301, 302, 307, 400, 404, 429, 500, 503])
    def test_is_logged_and_tried_again_under_the_same_id(self, api, endpoint, server, code):
        elsewhere = server.url + "&moved"
        server.answer = lambda handler: misbehave.status(handler, code, Location=elsewhere)
        place(api)
        run_outbox(times=2)
        row = log()
        assert (row.status, row.response_code) == ("pending", code) and str(code) in row.last_error
        tries = len(server.got)
        assert tries >= 2 and row.attempts == tries and WebhookEndpoint.objects.get().failures == tries
        assert len(set(server.ids())) == 1 and not any("moved" in path for path in server.paths)
        server.answer = lambda handler: misbehave.status(handler, 200)
        run_outbox(times=1)
        assert (log().status, WebhookEndpoint.objects.get().failures) == ("delivered", 0)

    def test_waits_longer_each_time(self, api, endpoint, server):
        server.answer = lambda handler: misbehave.status(handler, 500)
        place(api)
        deliver_due()
        message = OutboxMessage.objects.get(key__startswith="delivery-")
        assert (message.status, message.attempts) == (OutboxStatus.PENDING, 1)
        assert message.available_at > timezone.now() and "answered 500" in message.last_error

    def test_after_the_last_attempt_is_given_up(self, api, endpoint, server):
        server.answer = lambda handler: misbehave.status(handler, 500)
        place(api)
        deliver_due()
        OutboxMessage.objects.filter(status=OutboxStatus.PENDING).update(attempts=MAX_ATTEMPTS - 1)
        run_outbox(times=1)
        assert log().status == "failed" and OutboxMessage.objects.filter(status=OutboxStatus.FAILED).count() == 1

    def test_of_a_server_that_is_not_there(self, api, partner):
        add_endpoint(partner=partner, url="http://127.0.0.1:9/", by=partner.user)
        place(api)
        deliver_due()
        assert "ConnectionRefused" in log().last_error and log().response_code is None

    @pytest.mark.parametrize("answer", [lambda handler: time.sleep(3), misbehave.drip], ids=["silent", "dripping"])
    def test_of_a_slow_server_ends_in_time(self, api, endpoint, server, monkeypatch, answer):
        monkeypatch.setattr(webhook_target, "TIMEOUT", 0.5)
        server.answer = answer
        place(api)
        begun = time.monotonic()
        deliver_due()
        assert time.monotonic() - begun < 2.5
        assert log().last_error == "no answer in time"

    @pytest.mark.parametrize("text", [b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000, b""])
    def test_of_a_server_that_speaks_no_http(self, api, endpoint, server, text):
        server.answer = lambda handler: handler.wfile.write(text)
        place(api)
        deliver_due()
        assert log().status == "pending" and log().last_error


class TestSwitchingOff:
    def test_410_does_it_at_once_and_people_are_told(self, api, endpoint, server):
        admin = make_user("admin")
        server.answer = lambda handler: misbehave.status(handler, 410)
        place(api)
        run_outbox()
        assert len(server.got) == 1 and not WebhookEndpoint.objects.get().is_active
        assert (log().status, log().response_code) == ("failed", 410)
        told = set(Notification.objects.values_list("user", flat=True))
        assert told == {admin.pk, endpoint.partner.customer.owner_id}

    def test_too_many_failures_in_a_row_do_it(self, api, endpoint, server, monkeypatch):
        monkeypatch.setattr(webhooks, "MOST_FAILURES", 3)
        server.answer = lambda handler: misbehave.status(handler, 500)
        place(api)
        run_outbox(times=6)
        assert len(server.got) == 3 and not WebhookEndpoint.objects.get().is_active
        assert log().status == "failed" and Notification.objects.count() == 1

    def test_nothing_is_posted_while_it_is_off_and_replay_follows_switching_on(self, api, partner, endpoint, server):
        place(api)
        deliver_due_only_fan_out()
        WebhookEndpoint.objects.update(is_active=False)
        run_outbox()
        assert server.got == [] and log().status == "failed"
        with pytest.raises(Conflict):
            replay_delivery(delivery=log(), by=partner.user)
        endpoint.refresh_from_db()
        enable_endpoint(endpoint=endpoint, by=partner.user)
        replay_delivery(delivery=log(), by=partner.user)
        run_outbox()
        assert log().status == "delivered" and len(server.got) == 1


def deliver_due_only_fan_out():
    message = OutboxMessage.objects.get(kind="webhook")
    webhooks.deliver_webhook(message)
    OutboxMessage.objects.filter(pk=message.pk).update(status=OutboxStatus.SENT, sent_at=timezone.now())


class TestReplay:
    def test_posts_again_under_the_old_id_and_is_recorded(self, api, endpoint, server):
        place(api)
        run_outbox()
        answer = api.post(f"/api/v1/webhooks/{endpoint.pk}/deliveries/{log().pk}/replay/")
        assert (answer.status_code, answer.json()["status"]) == (202, "pending")
        run_outbox()
        assert len(server.got) == 2 and len(set(server.ids())) == 1
        assert WebhookDelivery.objects.count() == 1 and log().attempts == 2
        assert AuditEntry.objects.filter(action="partner.delivery_replayed").count() == 1

    def test_of_what_still_waits_is_refused(self, partner, endpoint):
        delivery = ping_endpoint(endpoint=endpoint, by=partner.user)
        with pytest.raises(Conflict):
            replay_delivery(delivery=delivery, by=partner.user)

    def test_by_another_partner_is_refused(self, api, endpoint):
        place(api)
        run_outbox()
        with pytest.raises(NotPermitted):
            replay_delivery(delivery=log(), by=make_account().user)


class TestCrash:
    def test_between_answer_and_note_posts_again_and_logs_one_row(self, api, endpoint, server, monkeypatch):
        """At least once, with the same webhook-id; the log has one row per event and endpoint."""
        place(api)
        deliver_due_only_fan_out()

        class Killed(BaseException):
            pass

        def die(*args, **kwargs):
            raise Killed

        monkeypatch.setattr(webhooks, "_note", die)
        with pytest.raises(Killed):
            deliver_due()
        monkeypatch.undo()
        assert deliver_due() == 0, "the dead worker's lease still runs"
        deliver_due(now=timezone.now() + LEASE)
        assert len(server.got) == 2 and len(set(server.ids())) == 1
        assert (WebhookDelivery.objects.count(), log().status) == (1, "delivered")

    def test_in_the_fan_out_leaves_no_half(self, api, endpoint, server, monkeypatch):
        place(api)
        message = OutboxMessage.objects.get(kind="webhook")
        monkeypatch.setattr(webhooks, "enqueue_many", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            webhooks.deliver_webhook(message)
        assert not WebhookDelivery.objects.exists()
        monkeypatch.undo()
        for _ in range(3):
            webhooks.deliver_webhook(message)
        run_outbox()
        assert WebhookDelivery.objects.count() == 1 and len(server.got) == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_log_each_event_once(api, endpoint, server):
    numbers = {place(api) for _ in range(5)}
    at_once(4, lambda _index: deliver_due(seconds=20))
    deliver_due()
    assert {event["data"]["order"] for event in server.checked(endpoint.secret)} == numbers
    assert WebhookDelivery.objects.filter(status="delivered").count() == 5 == len(server.got)


PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.9.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
]  # fmt: skip


class TestAddress:
    @pytest.fixture(autouse=True)
    def in_earnest(self, settings):
        settings.WEBHOOK_ALLOW_PRIVATE = False

    @pytest.mark.parametrize("address", PRIVATE)
    def test_a_private_one_is_not_public(self, address):
        import ipaddress

        assert not is_public(ipaddress.ip_address(address))

    @pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
    def test_a_public_one_is(self, address):
        import ipaddress

        assert is_public(ipaddress.ip_address(address))

    @pytest.mark.parametrize(
        "url",
        [
            "http://example.com/", "ftp://example.com/", "//example.com/", "https://", "https:///x", "example.com",
            "https://user:pass@example.com/", "https://example.com/#x", "https://exa mple.com/", "https://例.com/",
            "https://example.com:99999/", "https://example.com:0/", "https://127.0.0.1/", "https://[::1]/",
            "https://[::ffff:10.0.0.1]/", "https://example.com/" + "x" * 300, "javascript:alert(1)",
            "https://example.com\\@127.0.0.1/", "file:///etc/passwd", "https://[::1",
        ],
    )  # fmt: skip
    def test_that_cannot_be_posted_to_is_refused_when_entered(self, api, url):
        response = api.post("/api/v1/webhooks/", {"url": url})
        assert response.status_code in (400, 422) and "url" in response.json()["error"]["fields"]
        assert not WebhookEndpoint.objects.exists()

    @pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001"])
    def test_a_name_that_leads_into_the_own_network_is_refused_when_resolved(self, server, host):
        port = server.url.partition("127.0.0.1:")[2].partition("/")[0]
        with pytest.raises(NotDelivered, match=r"private|unknown"):
            post(f"https://{host}:{port}/", b"{}", {})
        assert server.got == []

    def test_one_private_address_among_public_ones_is_enough(self, monkeypatch):
        answers = [(socket.AF_INET, 1, 6, "", (ip, 443)) for ip in ("93.184.216.34", "10.0.0.1")]
        monkeypatch.setattr("customers.webhook_target.socket.getaddrinfo", lambda *args, **kwargs: answers)
        with pytest.raises(NotDelivered, match="private"):
            post("https://rebind.example/", b"{}", {})

    def test_the_connection_goes_to_the_address_that_was_checked(self, monkeypatch):
        """A name that answers differently the second time gains nothing: there is no second time."""
        asked, connected = [], []

        def once(host, *args, **kwargs):
            asked.append(host)
            return [(socket.AF_INET, 1, 6, "", ("93.184.216.34", 443))]

        monkeypatch.setattr("customers.webhook_target.socket.getaddrinfo", once)

        class Socket(socket.socket):
            def connect(self, address):
                connected.append(address)
                raise OSError("far away")

        monkeypatch.setattr("customers.webhook_target.socket.socket", Socket)
        with pytest.raises(NotDelivered, match="far away"):
            post("https://rebind.example/", b"{}", {})
        assert (asked, connected) == (["rebind.example"], [("93.184.216.34", 443)])

    def test_an_endpoint_from_the_try_out_is_not_posted_to_in_earnest(self, partner, server, settings):
        settings.WEBHOOK_ALLOW_PRIVATE = True
        endpoint = add_endpoint(partner=partner, url=server.url, by=partner.user)
        ping_endpoint(endpoint=endpoint, by=partner.user)
        settings.WEBHOOK_ALLOW_PRIVATE = False
        deliver_due()
        assert server.got == [] and log().status == "pending" and log().last_error


class TestManaging:
    def test_the_secret_is_told_once(self, api, server):
        created = api.post("/api/v1/webhooks/", {"url": server.url}).json()
        assert created["secret"].startswith("whsec_")
        assert "secret" not in api.get(f"/api/v1/webhooks/{created['id']}/").json()
        assert created["secret"] not in api.get("/api/v1/webhooks/").content.decode()

    def test_a_test_event_goes_to_one_endpoint_alone(self, api, partner, endpoint, server):
        with misbehave.listening() as second:
            add_endpoint(partner=partner, url=second.url, by=partner.user)
            assert api.post(f"/api/v1/webhooks/{endpoint.pk}/test/").status_code == 202
            run_outbox()
            assert second.got == []
        assert server.checked(endpoint.secret)[0]["type"] == "webhook.ping"
        [row] = api.get(f"/api/v1/webhooks/{endpoint.pk}/deliveries/").json()["results"]
        assert (row["event"], row["status"], row["response_code"]) == ("webhook.ping", "delivered", 204)

    def test_an_address_is_registered_once_and_at_most_ten(self, api, server):
        codes = [api.post("/api/v1/webhooks/", {"url": f"http://127.0.0.1:9/{n}"}).status_code for n in range(11)]
        assert codes == [201] * 10 + [409]
        assert api.delete(f"/api/v1/webhooks/{WebhookEndpoint.objects.first().pk}/").status_code == 204
        again = WebhookEndpoint.objects.last().url
        assert api.post("/api/v1/webhooks/", {"url": again}).status_code == 409

    def test_what_is_on_cannot_be_switched_on(self, api, endpoint):
        assert api.post(f"/api/v1/webhooks/{endpoint.pk}/enable/").status_code == 409

    def test_staff_of_other_rooms_may_not(self, endpoint):
        with pytest.raises(NotPermitted):
            ping_endpoint(endpoint=endpoint, by=make_user("finance"))
        with pytest.raises(DomainError):
            add_endpoint(partner=endpoint.partner, url="gopher://x", by=endpoint.partner.user)
