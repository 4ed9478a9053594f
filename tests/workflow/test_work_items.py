"""Clocks: opened once, stopped by acts, moved by pauses."""

import pytest
from django.db import IntegrityError, connection, transaction

from core.errors import Conflict, DomainError, NotPermitted
from core.models import AuditEntry
from tests.workflow.factories import at, at_once, make_item, make_person, make_subject
from workflow.choices import WorkKind
from workflow.models import WorkItem
from workflow.services import (
    cancel_all_work,
    finish_work,
    open_items,
    open_work,
    pause_work,
    reassign_work,
    resume_work,
)

pytestmark = [pytest.mark.req("R13.2"), pytest.mark.django_db, pytest.mark.sqlite]


@pytest.mark.req("R4.2")
def test_production_answers_within_four_working_hours():
    item = make_item(WorkKind.PRODUCTION_REPLY, now=at("2026-03-02 16:00"))
    assert item.due_at == at("2026-03-03 11:00")


@pytest.mark.req("R2.4")
def test_a_clarification_is_due_after_two_working_hours():
    assert make_item(WorkKind.CLARIFICATION, now=at("2026-03-02 11:00")).due_at == at("2026-03-02 14:00")


@pytest.mark.req("R7.1")
def test_a_visit_is_due_at_the_close_of_the_third_working_day():
    """Saturday 14 February 2026 was made up, 15–23 were the Spring Festival."""
    assert make_item(WorkKind.VISIT, now=at("2026-02-12 15:00")).due_at == at("2026-02-24 18:00")


def test_opening_twice_gives_the_same_item():
    subject = make_subject()
    first, second = make_item(subject=subject), make_item(subject=subject, now=at("2026-03-02 10:00"))
    assert (second.pk, second.due_at) == (first.pk, first.due_at)
    assert AuditEntry.objects.filter(action="work.opened").count() == 1


def test_a_done_item_leaves_room_for_the_next():
    subject, by = make_subject(), make_person()
    first = make_item(subject=subject)
    assert finish_work(first.kind, subject, by=by, now=at("2026-03-02 10:00")) == 1
    assert make_item(subject=subject).pk != first.pk


def test_the_database_refuses_a_second_open_item():
    item = make_item()
    item.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        item.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_many_open_at_once_and_one_item_stands():
    subject, by = make_subject(), make_person()
    items = at_once(8, lambda i: open_work(WorkKind.DISPATCH, subject, by=by, role="warehouse"))
    assert {item.pk for item in items} == {WorkItem.objects.get().pk}


def test_opening_costs_one_statement_and_the_audit_entry(django_assert_max_num_queries):
    subject, by = make_subject(), make_person()
    make_item()
    with django_assert_max_num_queries(2 if connection.vendor == "postgresql" else 3):
        open_work(WorkKind.DISPATCH, subject, by=by, role="warehouse")


def test_keys_keep_several_clocks_of_one_kind_apart():
    subject = make_subject()
    make_item(WorkKind.REVIEW, subject, key="finance", role="finance")
    make_item(WorkKind.REVIEW, subject, key="engineering", role="engineering")
    finish_work(WorkKind.REVIEW, subject, by=make_person(), key="finance")
    assert [item.key for item in open_items(subject)] == ["engineering"]


def test_finishing_what_is_not_open_does_nothing():
    assert finish_work(WorkKind.VISIT, make_subject(), by=make_person()) == 0


def test_done_items_say_who_when_and_whether_late():
    item, by = make_item(now=at("2026-03-02 09:00")), make_person()
    finish_work(item.kind, item_subject(item), by=by, outcome="replied", now=at("2026-03-02 17:00"))
    item = WorkItem.objects.get()
    assert (item.done_by, item.done_at, item.outcome) == (by, at("2026-03-02 17:00"), "replied")
    assert item.next_check_at is None
    assert AuditEntry.objects.get(action="work.finished").changes["late"] == [None, True]


def test_canceling_everything_ends_all_clocks():
    subject = make_subject()
    make_item(WorkKind.DISPATCH, subject)
    pause_work(make_item(WorkKind.VISIT, subject), reason="x", by=make_person())
    assert cancel_all_work(subject, by=make_person()) == 2
    assert not open_items(subject).exists()


def test_a_pause_moves_the_due_time_by_its_working_time():
    by, item = make_person(), make_item(now=at("2026-03-02 09:00"))
    pause_work(item, reason="waiting for the customer", by=by, now=at("2026-03-02 11:00"))
    item = resume_work(item, by=by, now=at("2026-03-03 11:00"))
    assert item.due_at == at("2026-03-03 14:00")
    assert item.pauses.get().reason == "waiting for the customer"


def test_a_paused_item_is_not_checked():
    item = pause_work(make_item(), reason="x", by=make_person())
    assert item.next_check_at is None


def test_what_was_overdue_before_the_pause_stays_overdue():
    by, item = make_person(), make_item(now=at("2026-03-02 09:00"))
    pause_work(item, reason="x", by=by, now=at("2026-03-02 17:00"))
    assert resume_work(item, by=by, now=at("2026-03-04 09:00")).due_at == at("2026-03-02 14:00")


def test_an_agreed_time_moves_with_a_pause():
    item = make_item(WorkKind.CUSTOMER_ANSWER, due_at=at("2026-03-05 12:00"))
    pause_work(item, reason="x", by=make_person(), now=at("2026-03-03 09:00"))
    assert resume_work(item, by=make_person(), now=at("2026-03-03 11:00")).due_at == at("2026-03-05 15:00")


def test_pausing_twice_pausing_without_reason_and_resuming_a_running_clock_are_refused():
    item, by = make_item(), make_person()
    with pytest.raises(Conflict):
        resume_work(item, by=by)
    with pytest.raises(DomainError):
        pause_work(item, reason=" ", by=by)
    pause_work(item, reason="x", by=by)
    with pytest.raises(Conflict):
        pause_work(item, reason="x", by=by)
    assert item.pauses.count() == 1


def test_a_finished_clock_cannot_be_paused():
    item, by = make_item(), make_person()
    finish_work(item.kind, item_subject(item), by=by)
    with pytest.raises(Conflict):
        pause_work(item, reason="x", by=by)


@pytest.mark.req("R13.3")
def test_a_colleague_of_the_role_hands_work_on_and_the_person_hears_of_it():
    item, by, other = make_item(), make_person("production"), make_person("production")
    assert reassign_work(item, person=other, by=by, reason="night shift").owner == other
    assert other.notifications.get().url == f"/people/{item.subject_id}/production_reply/"


@pytest.mark.req("R13.7")
def test_strangers_cannot_hand_work_on_and_nobody_gets_what_the_role_does_not_cover():
    item, producer = make_item(), make_person("production")
    with pytest.raises(NotPermitted):
        reassign_work(item, person=producer, by=make_person("finance"))
    with pytest.raises(DomainError):
        reassign_work(item, person=make_person("finance"), by=producer)
    assert WorkItem.objects.get(pk=item.pk).owner is None


def item_subject(item: WorkItem):
    from accounts.models import User

    return User.objects.get(pk=item.subject_id)
