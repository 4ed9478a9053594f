"""Reminders: each level once, whoever sweeps, whatever breaks."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from core.models import OutboxMessage
from tests.workflow.factories import at, at_once, make_item, make_person
from workflow.choices import Basis, WorkKind
from workflow.models import Notification, WorkItem, WorkPolicy, WorkReminder
from workflow.services import finish_work, pause_work, resume_work
from workflow.services import sweep as sweeping
from workflow.services.sweep import claim, sweep, sweep_batch

pytestmark = [pytest.mark.req("R13.2"), pytest.mark.django_db]

# Production reply opened Monday 09:00: warned at 12:00, due 14:00, sales manager at once, general manager 4 h later.
WARNED, DUE, LATE = at("2026-03-02 12:00"), at("2026-03-02 14:00"), at("2026-03-02 18:00")


def written() -> list[tuple[int, str]]:
    return list(WorkReminder.objects.order_by("item", "level").values_list("level", "kind"))


@pytest.mark.sqlite
def test_nothing_is_written_before_its_time():
    make_item()
    assert sweep(WARNED - timedelta(seconds=1)) == 0
    assert written() == []


@pytest.mark.sqlite
def test_levels_follow_each_other():
    item = make_item()
    sweep(WARNED)
    assert written() == [(1, "warning")]
    assert WorkItem.objects.get().next_check_at == item.due_at == DUE
    sweep(DUE)
    assert written() == [(1, "warning"), (2, "due"), (3, "escalation")]
    sweep(LATE)
    assert written()[3:] == [(4, "escalation")]
    assert WorkItem.objects.get().next_check_at is None


@pytest.mark.sqlite
def test_sweeping_again_writes_nothing_again():
    make_item()
    sweep(DUE)
    before = written()
    assert sweep(DUE) == 0
    assert written() == before


def test_the_ladder_is_told_in_turn():
    cast = {role: make_person(role, email=f"{role}@example.com") for role in ("production", "sales_manager")}
    manager = make_person("general_manager", email="gm@example.com")
    make_item()
    sweep(WARNED)
    assert cast["production"].notifications.count() == 1
    sweep(DUE)
    assert cast["production"].notifications.count() == 2
    assert cast["sales_manager"].notifications.count() == 1
    assert manager.notifications.count() == 0
    sweep(LATE)
    assert manager.notifications.count() == 1
    assert OutboxMessage.objects.filter(kind="email").count() == 4


def test_a_person_who_owns_the_item_is_told_alone():
    owner, other = make_person("production"), make_person("production")
    make_item(person=owner)
    sweep(WARNED)
    assert (owner.notifications.count(), other.notifications.count()) == (1, 0)


def test_where_nobody_holds_the_role_the_general_manager_hears_of_it():
    manager = make_person("general_manager")
    make_item()
    sweep(WARNED)
    assert manager.notifications.count() == 1


def test_after_a_day_of_outage_every_level_is_recorded_and_a_person_hears_once_of_an_item():
    worker, manager = make_person("production"), make_person("sales_manager", "general_manager")
    make_item()
    sweep(at("2026-03-04 09:00"))
    assert len(written()) == 4
    assert worker.notifications.get().key.endswith(":2")
    assert manager.notifications.get().key.endswith(":4")


def test_done_and_paused_items_are_left_alone():
    by = make_person()
    done, paused = make_item(), make_item(WorkKind.DISPATCH)
    from accounts.models import User

    finish_work(done.kind, User.objects.get(pk=done.subject_id), by=by)
    pause_work(paused, reason="x", by=by, now=at("2026-03-02 10:00"))
    assert sweep(at("2026-03-10 09:00")) == 0


def test_a_level_told_before_a_pause_is_not_told_again_after_it():
    by, item = make_person(), make_item()
    sweep(WARNED)
    pause_work(item, reason="x", by=by, now=at("2026-03-02 13:30"))
    item = resume_work(item, by=by, now=at("2026-03-03 09:00"))
    assert item.next_check_at == item.due_at == at("2026-03-03 09:30")
    sweep(at("2026-03-03 09:30"))
    assert written()[:2] == [(1, "warning"), (2, "due")]


def test_an_elapsed_clock_escalates_at_night():
    WorkPolicy.objects.filter(kind=WorkKind.VISIT, is_current=True).update(basis=Basis.ELAPSED, amount=60)
    from workflow import calendar

    calendar.forget()
    make_item(WorkKind.VISIT, now=at("2026-03-02 22:00"))
    sweep(at("2026-03-02 23:00"))
    assert (2, "due") in written()


def test_one_item_that_cannot_be_counted_does_not_stop_the_others(monkeypatch):
    bad, good = make_item(), make_item()
    advance = sweeping._advance

    def failing(item, *args):
        if item.pk == bad.pk:
            raise ValueError
        return advance(item, *args)

    monkeypatch.setattr(sweeping, "_advance", failing)
    sweep(WARNED)
    assert set(WorkReminder.objects.values_list("item", flat=True)) == {good.pk}
    again_at = WorkItem.objects.get(pk=bad.pk).next_check_at
    assert again_at and again_at > WARNED


# ---- real connections ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_sweeps_at_once_write_each_reminder_once():
    make_person("production", email="p@example.com")
    for _number in range(40):
        make_item()
    results = at_once(4, lambda i: sweep(WARNED, batch=7))
    assert sum(results) == 40
    assert WorkReminder.objects.count() == Notification.objects.count() == 40
    assert OutboxMessage.objects.filter(kind="email").count() == 40


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_two_sweeps_take_the_same_rows(monkeypatch):
    """The control: what the lock prevents does happen without it."""
    make_item()
    seen, meet = [], threading.Barrier(2)

    def unlocked(now, batch):
        rows = list(WorkItem.objects.filter(next_check_at__lte=now)[:batch])
        meet.wait(10)
        seen.extend(rows)
        return rows

    monkeypatch.setattr(sweeping, "claim", unlocked)
    at_once(2, lambda i: sweep_batch(WARNED))
    assert len(seen) == 2
    assert WorkReminder.objects.count() == 1  # the unique key is the second net


@pytest.mark.django_db(transaction=True)
def test_a_second_sweep_passes_over_rows_the_first_holds():
    if connection.vendor != "postgresql":
        pytest.skip("SKIP LOCKED is PostgreSQL's")
    for _number in range(4):
        make_item()
    with transaction.atomic():
        held = {item.pk for item in claim(WARNED, 2)}
        [rest] = at_once(1, lambda i: claim_in_transaction())
    assert len(held | rest) == 4 and not held & rest


def claim_in_transaction() -> set[int]:
    with transaction.atomic():
        return {item.pk for item in claim(WARNED, 10)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
@pytest.mark.parametrize("broken", ["_write_reminders", "tell", "_news"])
def test_a_sweep_that_dies_in_the_middle_leaves_nothing_and_the_next_does_it_all(monkeypatch, broken):
    make_person("production")
    for _number in range(3):
        make_item()
    with monkeypatch.context() as patch:
        patch.setattr(sweeping, broken, die)
        with pytest.raises(KeyboardInterrupt):
            sweep(WARNED)
    assert WorkReminder.objects.count() == Notification.objects.count() == 0
    sweep(WARNED)
    assert WorkReminder.objects.count() == Notification.objects.count() == 3


def die(*args, **kwargs):
    raise KeyboardInterrupt


def test_the_cost_of_a_batch_does_not_grow_with_its_rows(django_assert_max_num_queries):
    make_person("production", email="p@example.com")
    for _number in range(30):
        make_item()
    with django_assert_max_num_queries(16):
        assert sweep(DUE, batch=100) == 30


@pytest.mark.slow
def test_ten_thousand_due_items_take_seconds():
    """The design load is measured by `make bench`; this keeps the shape honest."""
    import time

    make_person("production", email="p@example.com")
    item = make_item()
    rows = []
    for number in range(10_000):
        rows.append(WorkItem(**{f.attname: getattr(item, f.attname) for f in WorkItem._meta.fields if f.name != "id"}))
        rows[-1].key = str(number)
    WorkItem.objects.bulk_create(rows, batch_size=1000)
    start = time.perf_counter()
    sweep(WARNED)
    assert time.perf_counter() - start < 30

    assert WorkReminder.objects.count() == 10_001
