import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from redis import Redis

from core import outbox, outbox_delivery
from core.choices import OutboxStatus
from core.errors import Conflict
from core.housekeeping import forget_old_rows
from core.models import AuditEntry, OutboxMessage
from core.outbox import enqueue, enqueue_many
from core.outbox_delivery import LEASE, MAX_ATTEMPTS, DeliveryRefused, deliver, deliver_due, pause_after
from core.outbox_replay import replay
from tests.core.factories import at_once, make_person

pytestmark = pytest.mark.sqlite
sent: list[int] = []


def note(message):
    sent.append(message.pk)


def fail(message):
    raise OSError("mail server gone")


def refuse(message):
    raise DeliveryRefused("no such address")


@pytest.fixture(autouse=True)
def handlers(settings):
    sent.clear()
    here = "tests.core.test_outbox"
    settings.OUTBOX_HANDLERS = {"note": f"{here}.note", "fail": f"{here}.fail", "refuse": f"{here}.refuse"}


@pytest.fixture
def published(monkeypatch) -> list[tuple]:
    """What is handed to the broker."""
    calls: list[tuple] = []
    monkeypatch.setattr("core.outbox.current_app.send_task", lambda name, args=(), **kw: calls.append((name, *args)))
    return calls


@pytest.mark.django_db
class TestWriting:
    def test_is_one_insert(self, published, django_assert_num_queries):
        with django_assert_num_queries(1):
            enqueue("note", {"a": 1})
        with django_assert_num_queries(1):
            enqueue("note", {"a": 1}, key="a")

    def test_the_same_key_is_written_once(self, published):
        first = enqueue("note", {"名": "甲"}, key="order:1")
        assert enqueue("note", {"名": "乙"}, key="order:1") is None
        assert OutboxMessage.objects.get().payload == {"名": "甲"}
        assert first.pk == OutboxMessage.objects.get().pk

    def test_many_are_one_insert(self, published, django_assert_num_queries):
        with django_assert_num_queries(1):
            enqueue_many([OutboxMessage(kind="note", payload={"n": n}) for n in range(100)])


@pytest.mark.django_db(transaction=True)
class TestPublishing:
    def test_waits_for_the_commit_and_hands_over_each_message_once(self, published):
        with transaction.atomic():
            ids = [enqueue("note", {}).pk for _ in range(3)]
            assert published == []
        assert published == [(outbox.DELIVER, pk) for pk in ids]

    def test_of_a_large_transaction_is_one_task(self, published):
        with transaction.atomic():
            for _ in range(25):
                enqueue("note", {})
        assert published == [(outbox.PUBLISH,)]

    def test_does_not_happen_when_the_act_is_rolled_back(self, published):
        with pytest.raises(OSError), transaction.atomic():
            enqueue("note", {})
            raise OSError
        assert published == [] and not OutboxMessage.objects.exists()

    def test_survives_an_inner_step_that_is_rolled_back(self, published):
        with transaction.atomic():
            with pytest.raises(OSError), transaction.atomic():
                enqueue("note", {})
                raise OSError
            kept = enqueue("note", {})
        assert published == [(outbox.DELIVER, kept.pk)]

    def test_does_not_fail_the_act_when_the_broker_is_down(self, monkeypatch):
        def down(*args, **kwargs):
            raise ConnectionError("broker")

        monkeypatch.setattr("core.outbox.current_app.send_task", down)
        with transaction.atomic():
            enqueue("note", {})
        assert deliver_due() == 1 and len(sent) == 1


@pytest.mark.django_db
class TestDelivery:
    def test_marks_the_message_as_sent(self, published):
        message = enqueue("note", {})
        assert deliver(message.pk)
        message.refresh_from_db()
        assert (message.status, message.attempts) == (OutboxStatus.SENT, 1) and message.sent_at

    def test_is_not_done_twice(self, published):
        message = enqueue("note", {})
        assert deliver(message.pk) and not deliver(message.pk)
        assert sent == [message.pk]

    def test_that_failed_is_tried_again_later(self, published):
        message = enqueue("fail", {})
        assert not deliver(message.pk)
        message.refresh_from_db()
        assert message.status == OutboxStatus.PENDING and "mail server gone" in message.last_error
        assert message.available_at > timezone.now() + timedelta(seconds=5)

    def test_is_given_up_after_the_last_attempt(self, published):
        message = enqueue("fail", {})
        OutboxMessage.objects.update(attempts=MAX_ATTEMPTS - 1)
        deliver(message.pk)
        assert OutboxMessage.objects.get().status == OutboxStatus.FAILED

    def test_that_kills_its_worker_each_time_is_given_up(self, published):
        message = enqueue("note", {})
        OutboxMessage.objects.update(attempts=MAX_ATTEMPTS)
        assert deliver_due() == 0 and sent == []
        message.refresh_from_db()
        assert message.status == OutboxStatus.FAILED and "died" in message.last_error

    @pytest.mark.parametrize("kind", ["refuse", "unheard of"])
    def test_that_cannot_succeed_is_given_up_at_once(self, published, kind):
        deliver(enqueue(kind, {}).pk)
        assert OutboxMessage.objects.get().status == OutboxStatus.FAILED

    def test_of_a_killed_worker_comes_back_after_its_lease(self, published):
        message = enqueue("note", {})
        assert outbox_delivery._claim(message.pk, timezone.now())
        assert deliver_due() == 0
        assert deliver_due(now=timezone.now() + LEASE + timedelta(seconds=1)) == 1
        assert sent == [message.pk]

    def test_pauses_grow_and_never_come_in_step(self):
        pauses = [[pause_after(n).total_seconds() for _ in range(20)] for n in (1, 4, 12)]
        assert all(7 <= p <= 15 for p in pauses[0]) and all(60 <= p <= 120 for p in pauses[1])
        assert all(3 * 3600 <= p <= 6 * 3600 for p in pauses[2]) and len(set(pauses[2])) > 15


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_deliver_each_message_exactly_once(published):
    ids = [enqueue("note", {}).pk for _ in range(40)]
    at_once(4, lambda _index: deliver_due())
    assert sorted(sent) == ids


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_they_would_deliver_twice(published, monkeypatch):
    """The control."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time")
    for _ in range(40):
        enqueue("note", {})
    monkeypatch.setattr(outbox_delivery, "_claim_next", lambda now: outbox_delivery.due(now).order_by("pk").first())
    at_once(4, lambda _index: deliver_due())
    assert len(sent) > 40


@pytest.mark.django_db
class TestReplay:
    def test_opens_a_failed_message_again_and_is_recorded(self, published):
        message = enqueue("refuse", {})
        assert message
        deliver(message.pk)
        replay(message=message, by=make_person("admin"))
        assert OutboxMessage.objects.get().status == OutboxStatus.PENDING
        assert AuditEntry.objects.get().action == "outbox_message.replayed"

    def test_of_a_sent_message_is_refused(self, published):
        message = enqueue("note", {})
        assert message
        deliver(message.pk)
        with pytest.raises(Conflict):
            replay(message=message, by=make_person("admin"))
        assert not AuditEntry.objects.exists()

    def test_of_all_chosen_is_one_click_on_the_page(self, published, client):
        chosen = [enqueue("refuse", {}).pk for _ in range(2)]
        for pk in chosen:
            deliver(pk)
        client.force_login(make_person("admin"))
        assert b"no such address" in client.get("/outbox/?status=failed").content
        client.post("/outbox/", {"act": "replay", "pick": chosen})
        assert OutboxMessage.objects.filter(status=OutboxStatus.PENDING).count() == 2

    def test_is_for_those_who_keep_the_system(self, published, client):
        client.force_login(make_person("sales"))
        assert client.get("/outbox/").status_code == 403

    def test_page_costs_the_same_for_many_rows(self, published, client, django_assert_max_num_queries):
        enqueue_many([OutboxMessage(kind="note", payload={"n": n}) for n in range(200)])
        client.force_login(make_person("supervision"))
        with django_assert_max_num_queries(10):
            assert client.get("/outbox/").status_code == 200


@pytest.mark.django_db
def test_old_sent_messages_are_forgotten_and_failed_ones_kept(published):
    for kind in ("note", "refuse"):
        deliver(enqueue(kind, {}).pk)
    assert forget_old_rows(now=timezone.now() + timedelta(days=29)) == 0
    assert forget_old_rows(now=timezone.now() + timedelta(days=31)) == 1
    assert OutboxMessage.objects.get().kind == "refuse"


@pytest.mark.django_db
def test_a_payload_is_plain_json(published):
    stored = enqueue("note", {"at": timezone.now(), "n": timedelta(seconds=2)}, key="k")
    assert json.dumps(stored.payload)


@pytest.mark.django_db(transaction=True)
def test_a_committed_message_reaches_the_real_queue(settings):
    """No stand-in: the broker the tests run beside holds the task afterwards."""
    queue = Redis.from_url(settings.CELERY_BROKER_URL)
    queue.delete(settings.CELERY_TASK_DEFAULT_QUEUE)
    with transaction.atomic():
        message = enqueue("note", {})
    taken = queue.lpop(settings.CELERY_TASK_DEFAULT_QUEUE)
    assert isinstance(taken, bytes)
    task = json.loads(taken)
    assert task["headers"]["task"] == outbox.DELIVER and task["headers"]["argsrepr"] == f"({message.pk},)"
    queue.close()
