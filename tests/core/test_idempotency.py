import threading

import pytest
from django.db import connection, transaction

from core import idempotency
from core.errors import DomainError
from core.idempotency import InFlight, body_hash, run
from core.models import Comment, IdempotencyKey
from tests.core.factories import at_once, make_person

pytestmark = [pytest.mark.req("R10.2"), pytest.mark.sqlite]
BODY = body_hash("POST", "/orders/", {"a": 1})


def answer(calls: list[int]):
    def act():
        calls.append(1)
        return 201, {"number": "202405-001"}

    return act


@pytest.mark.django_db
class TestTheSecondRequest:
    def test_gets_the_first_answer_and_carries_nothing_out(self):
        calls: list[int] = []
        assert run(1, "k", BODY, answer(calls)) == (201, {"number": "202405-001"}, False)
        assert run(1, "k", BODY, answer(calls)) == (201, {"number": "202405-001"}, True)
        assert len(calls) == 1

    def test_with_another_body_is_refused(self):
        run(1, "k", BODY, answer([]))
        with pytest.raises(DomainError) as refused:
            run(1, "k", body_hash("POST", "/orders/", {"a": 2}), answer([]))
        assert (refused.value.status, refused.value.code) == (422, "idempotency_key_reused")

    def test_of_another_partner_is_another_request(self):
        calls: list[int] = []
        run(1, "k", BODY, answer(calls))
        run(2, "k", BODY, answer(calls))
        assert len(calls) == 2

    def test_after_a_refusal_is_carried_out(self):
        def refuse():
            raise DomainError("no", "not now")

        with pytest.raises(DomainError):
            run(1, "k", BODY, refuse)
        assert run(1, "k", BODY, answer([]))[2] is False

    def test_costs_three_statements_beside_the_act(self, django_assert_num_queries):
        savepoint = 2
        with django_assert_num_queries((3 if connection.vendor == "postgresql" else 2) + savepoint):
            run(1, "k", BODY, answer([]))

    @pytest.mark.parametrize("key", ["", "x" * 201])
    def test_needs_a_key_of_sensible_length(self, key):
        with pytest.raises(DomainError):
            run(1, key, BODY, answer([]))


def test_the_order_of_members_does_not_make_another_body():
    assert body_hash({"a": 1, "b": 2}) == body_hash({"b": 2, "a": 1}) != body_hash({"a": 1, "b": 3})


@pytest.mark.django_db(transaction=True)
class TestTwinsAtOnce:
    def write(self, person):
        def act():
            Comment.objects.create(subject_type="x.y", subject_id=1, text="once", by=person, at="2026-01-01T00:00Z")
            return 201, {}

        return act

    def test_are_carried_out_once(self):
        person = make_person()
        results = at_once(8, lambda _index: run(1, "k", BODY, self.write(person)))
        fresh = [result for result in results if isinstance(result, tuple) and not result[2]]
        assert len(fresh) == 1 and Comment.objects.count() == 1
        assert all(isinstance(result, tuple | InFlight) for result in results), results

    def test_without_the_key_would_be_carried_out_each(self):
        """The control."""
        person = make_person()
        at_once(8, lambda _index: self.write(person)())
        assert Comment.objects.count() == 8

    def test_the_second_is_told_to_come_back_while_the_first_is_at_work(self):
        if connection.vendor == "sqlite":
            pytest.skip("there the second waits")
        working, go_on = threading.Event(), threading.Event()

        def slow():
            working.set()
            go_on.wait(10)
            return 201, {}

        first = threading.Thread(target=lambda: (run(1, "k", BODY, slow), connection.close()))
        first.start()
        working.wait(10)
        with pytest.raises(InFlight) as told:
            run(1, "k", BODY, answer([]))
        assert (told.value.status, told.value.retry_after) == (409, 1)
        go_on.set()
        first.join(10)
        assert run(1, "k", BODY, answer([]))[2] is True

    def test_a_killed_process_leaves_the_key_free(self):
        if connection.vendor == "sqlite":
            pytest.skip("a killed writer's transaction is rolled back by the file lock")

        def killed():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                victim = cursor.fetchone()[0]
                return_to.append(victim)
            dead.wait(10)
            return 201, {}

        return_to: list[int] = []
        dead = threading.Event()
        at_work = threading.Thread(target=lambda: swallow(lambda: run(1, "k", BODY, killed)))
        at_work.start()
        while not return_to:
            dead.wait(0.01)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", return_to)
        assert run(1, "k", BODY, answer([]))[2] is False
        dead.set()
        at_work.join(10)
        assert IdempotencyKey.objects.count() == 1

    def test_where_no_lock_helps_the_unique_key_still_does(self, monkeypatch):
        monkeypatch.setattr(idempotency, "_enter", lambda owner, key: None)
        person = make_person()
        results = at_once(4, lambda _index: run(1, "k", BODY, self.write(person)))
        assert Comment.objects.count() == 1
        assert all(isinstance(result, tuple | InFlight) for result in results), results


def swallow(work):
    try:
        work()
    except Exception:
        transaction.get_connection().close()
    connection.close()
