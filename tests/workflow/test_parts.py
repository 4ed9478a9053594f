"""What other rooms put on their pages: clocks, and why a step is asked."""

from datetime import timedelta

import pytest

from tests.workflow.factories import at, make_case, make_item, make_person, make_subject
from workflow import policy_words
from workflow.choices import WorkKind
from workflow.clocks import clock_of, duration
from workflow.ladder import reason_texts
from workflow.models import WorkPolicy
from workflow.services import current_step, finish_work
from workflow.services.sweep import sweep

pytestmark = [pytest.mark.req("R14.1"), pytest.mark.django_db]


@pytest.mark.parametrize(
    ("now", "state", "left"),
    [
        ("2026-03-02 09:00", "", "4 h of working time left"),
        ("2026-03-02 12:30", "", "1 h of working time left"),
        ("2026-03-02 14:00", "", "0 min of working time left"),
        ("2026-03-02 14:00:01", "overdue", "just passed"),
        ("2026-03-02 16:20", "overdue", "2 h 20 min of working time late"),
        ("2026-03-06 10:00", "overdue", "4 working days late"),
    ],
)
def test_a_clock_reads_in_working_time(now, state, left):
    clock = clock_of(make_item(now=at("2026-03-02 09:00")), at(now))
    assert (clock.state, clock.left) == (state, left)


def test_far_away_days_are_counted():
    assert clock_of(make_item(WorkKind.VISIT), at("2026-03-02 09:00")).left == "3 working days left"


def test_a_warned_clock_shows_it():
    item = make_item()
    sweep(at("2026-03-02 12:00"))
    item.refresh_from_db()
    assert clock_of(item, at("2026-03-02 12:30")).state == "warning"


def test_a_done_clock_says_whether_in_time():
    subject = make_subject()
    item = make_item(subject=subject)
    finish_work(item.kind, subject, by=make_person(), now=at("2026-03-02 15:00"))
    item.refresh_from_db()
    assert clock_of(item).left == "done late"


@pytest.mark.req("R14.2")
def test_a_step_says_why_it_is_asked():
    make_person("sales_manager")
    step = current_step(make_case())
    assert step and reason_texts(step.reasons) == ["always"]


@pytest.mark.req("R14.13")
def test_the_effect_of_a_rule_is_counted_on_what_was_done():
    by = make_person()
    for hours in (1, 3, 30):
        subject = make_subject()
        start = at("2026-03-02 09:00")
        make_item(subject=subject, now=start)
        finish_work(WorkKind.PRODUCTION_REPLY, subject, by=by, now=start + timedelta(hours=hours))
    shorter = WorkPolicy(kind=WorkKind.PRODUCTION_REPLY, version=0, basis="working_hours", amount=120)
    effect = policy_words.effect_of(shorter, at("2026-03-10 09:00"))
    assert (effect.count, effect.late_now, effect.late_then) == (3, 1, 2)
    assert effect.due_if_started_now == at("2026-03-10 11:00")


def test_durations():
    assert [duration(timedelta(minutes=m)) for m in (5, 60, 61, 2880)] == ["5 min", "1 h", "1 h 1 min", "2 d 0 h"]
