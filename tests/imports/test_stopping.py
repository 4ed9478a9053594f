"""Killed, stopped, run twice, run by two: never half an order, never one too many."""

import pytest
from django.utils import timezone

from core import tasks
from core.errors import Conflict, NotPermitted
from core.imports import committing, running, services, staging
from core.imports.choices import JobStatus, Outcome
from core.imports.committing import commit_job
from core.models import ImportJob
from orders.imports import OrderImporter
from orders.models import Order, OrderLine
from tests.core.factories import at_once
from tests.factories import person
from tests.imports.factories import bring_in, check, fresh, order_file, upload

pytestmark = [pytest.mark.req("R2.7"), pytest.mark.sqlite]
FILE = order_file(*[f"{order},Acme,P{line},Goods,1,5" for order in range(10) for line in range(3)])


@pytest.fixture
def clerk(db):
    return person("inside_sales")


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(OrderImporter, "chunk", 4)


def claimed_by(worker: str, job: ImportJob) -> ImportJob:
    claimed = running.claim(job.pk, worker, JobStatus.COMMITTING)
    assert claimed
    return claimed


class Killed(BaseException):
    """What no handler catches: the process is gone."""


def killed_at(monkeypatch, name: str, call: int):
    """The process dies in the `call`-th call of the function."""
    calls, real = [], getattr(staging, name)

    def dying(*args):
        calls.append(1)
        if len(calls) == call:
            raise Killed
        return real(*args)

    monkeypatch.setattr(staging, name, dying)


@pytest.mark.parametrize(
    ("where", "call", "left"), [("write_taken", 1, 0), ("write_taken", 2, 4), ("next_groups", 3, 8)]
)
def test_killed_in_the_middle_there_is_no_half_order_and_the_rest_follows(
    clerk, small_chunks, monkeypatch, where, call, left
):
    job = check(FILE, by=clerk)
    services.commit_import(job=job, by=clerk)
    with monkeypatch.context() as patched:
        killed_at(patched, where, call)
        with pytest.raises(Killed):
            commit_job(job.pk, "first")
    assert (Order.objects.count(), OrderLine.objects.count()) == (left, 3 * left)
    assert fresh(job).done_rows == 3 * left == job.rows.filter(outcome=Outcome.TAKEN).count()
    commit_job(job.pk, "first")  # the broker hands the same task out again
    assert (Order.objects.count(), OrderLine.objects.count()) == (10, 30)
    assert fresh(job).counts == {Outcome.TAKEN: 30}


def test_another_worker_takes_over_only_when_the_first_is_silent(clerk, small_chunks):
    job = check(FILE, by=clerk)
    services.commit_import(job=job, by=clerk)
    assert running.claim(job.pk, "first", JobStatus.COMMITTING)
    assert running.claim(job.pk, "second", JobStatus.COMMITTING) is None
    ImportJob.objects.filter(pk=job.pk).update(heartbeat=timezone.now() - 2 * running.SILENCE)
    assert running.claim(job.pk, "second", JobStatus.COMMITTING)


def test_a_worker_that_lost_its_job_writes_nothing_more(clerk, small_chunks):
    job = check(FILE, by=clerk)
    services.commit_import(job=job, by=clerk)
    first = claimed_by("first", job)
    ImportJob.objects.filter(pk=job.pk).update(claim="second")
    with pytest.raises(running.Lost):
        committing.take_chunk(first)
    assert not Order.objects.exists()


def test_stopped_by_a_person_it_keeps_what_is_taken_and_goes_on_later(clerk, small_chunks):
    job = check(FILE, by=clerk)
    services.commit_import(job=job, by=clerk)
    claimed = claimed_by("worker", job)
    committing.take_chunk(claimed)
    services.stop_import(job=job, by=clerk)
    commit_job(job.pk, "worker")
    assert fresh(job).status == JobStatus.STOPPED
    assert (Order.objects.count(), fresh(job).counts) == (4, {Outcome.TAKEN: 12, Outcome.READY: 18})
    services.continue_import(job=fresh(job), by=clerk)
    commit_job(job.pk, "next")
    assert (Order.objects.count(), fresh(job).counts) == (10, {Outcome.TAKEN: 30})


def test_a_task_out_of_time_leaves_the_rest_to_the_next(clerk, small_chunks):
    job = check(FILE, by=clerk)
    services.commit_import(job=job, by=clerk)
    assert commit_job(job.pk, "first", seconds=-1) is True
    assert Order.objects.count() == 4
    assert commit_job(job.pk, "second") is False
    assert Order.objects.count() == 10


def test_a_second_upload_of_the_file_points_at_the_orders(clerk):
    bring_in(FILE, by=clerk)
    again = check(FILE, by=clerk)
    assert again.counts == {Outcome.DUPLICATE: 30}
    assert set(again.groups.values_list("target_id", flat=True)) == set(Order.objects.values_list("pk", flat=True))


def test_an_order_that_came_in_since_the_check_is_left_alone(clerk):
    early, late = check(FILE, by=clerk), check(FILE, by=clerk)
    for job in (early, late):
        services.commit_import(job=job, by=clerk)
        commit_job(job.pk, "worker")
    assert Order.objects.count() == 10
    assert fresh(late).counts == {Outcome.DUPLICATE: 30}


def test_what_is_being_taken_cannot_be_taken_again(clerk):
    job = check(FILE, by=clerk)
    services.commit_import(job=job, by=clerk)
    with pytest.raises(Conflict):
        services.commit_import(job=job, by=clerk)


def test_who_does_not_import_may_not(db):
    with pytest.raises(NotPermitted):
        check(FILE, by=person("warehouse"))


@pytest.mark.django_db(transaction=True)
def test_two_jobs_with_the_same_orders_at_once_make_each_order_once(small_chunks):
    clerk = person("inside_sales")
    jobs = [check(FILE, by=clerk) for _ in range(3)]
    for job in jobs:
        services.commit_import(job=job, by=clerk)
    results = at_once(3, lambda n: commit_job(jobs[n].pk, f"worker{n}"))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert (Order.objects.count(), OrderLine.objects.count()) == (10, 30)
    assert sum(fresh(job).counts.get(Outcome.TAKEN, 0) for job in jobs) == 30


@pytest.mark.parametrize(("orders", "ceiling"), [(3, 75), (60, 75)])
def test_the_statements_of_a_chunk_do_not_grow_with_its_orders(clerk, django_assert_max_num_queries, orders, ceiling):
    file = order_file(*[f"{n},Customer {n},P{n},Goods,1,5" for n in range(orders)])
    job = check(file, by=clerk)
    services.commit_import(job=job, by=clerk)
    claimed = claimed_by("worker", job)
    with django_assert_max_num_queries(ceiling):
        committing.take_chunk(claimed)
    assert Order.objects.count() == orders


def test_the_workers_tasks_do_the_same(clerk):
    job = upload(FILE, by=clerk)
    services.map_import(job=job, mapping=job.mapping, options={}, by=clerk)
    tasks.check_import.apply(args=(job.pk,))
    services.commit_import(job=fresh(job), by=clerk)
    tasks.commit_import.apply(args=(job.pk,))
    assert Order.objects.count() == 10


def test_beat_hands_out_again_what_nobody_works_on(clerk, monkeypatch):
    job = check(FILE, by=clerk)
    services.commit_import(job=job, by=clerk)
    sent: list[str] = []
    monkeypatch.setattr(services, "publish", lambda job, task: sent.append(task))
    tasks.resume_imports.apply()
    assert sent == []
    ImportJob.objects.update(started_at=timezone.now() - 2 * running.SILENCE)
    tasks.resume_imports.apply()
    assert sent == [services.COMMIT]
