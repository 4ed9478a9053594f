"""Beat and workers as processes: every reminder stands exactly once (R13.2)."""

import pytest
from celery import current_app

from core.choices import OutboxStatus
from core.models import OutboxMessage
from core.outbox import enqueue_many
from tests.processes.conftest import MARKS, Processes, all_sent, gate
from tests.workflow.factories import make_item, make_person
from workflow.models import Notification, WorkItem, WorkReminder
from workflow.services.sweep import sweep

pytestmark = [*MARKS, pytest.mark.req("R13.2")]
LEVELS = 4  # of a production reply that nobody gave: warned, due, and escalated twice


def long_due(number: int) -> None:
    by, _owner = make_person("sales"), make_person("production", email="p@example.com")
    for _n in range(number):
        make_item(by=by)


def everything_stands_once(number: int, processes: Processes) -> None:
    assert WorkReminder.objects.count() == LEVELS * number
    assert WorkReminder.objects.values("item", "level").distinct().count() == LEVELS * number
    assert Notification.objects.count() == number
    mails = processes.mails()
    assert len(mails) == number and set(mails.values()) == {1}


def told(number: int) -> bool:
    return Notification.objects.count() >= number and all_sent()


def test_beat_asks_and_a_worker_reminds(processes: Processes) -> None:
    long_due(5)
    processes.beat()
    processes.worker()
    assert processes.show(lambda: told(5))
    everything_stands_once(5, processes)


def test_two_beats_and_two_workers_remind_once(processes: Processes) -> None:
    long_due(60)
    for _n in range(2):
        processes.beat()
        processes.worker()
    assert processes.show(lambda: told(60))
    everything_stands_once(60, processes)


def test_a_worker_killed_in_the_middle_of_a_sweep_leaves_nothing_and_the_next_does_it_all(processes: Processes) -> None:
    """Killed three times, each time further on: at the reminders, at the news, at the mails."""
    long_due(12)
    for table in ("workflow_workreminder", "workflow_notification", "core_outboxmessage"):
        current_app.send_task("workflow.tasks.sweep_work_items")
        with gate(table) as somebody_waits:
            worker = processes.worker()
            assert processes.show(somebody_waits)
            processes.kill(worker)
        assert not WorkReminder.objects.exists() and not OutboxMessage.objects.exists()
        assert not WorkItem.objects.filter(level__gt=0).exists()
    current_app.send_task("workflow.tasks.sweep_work_items")
    processes.worker()
    processes.beat()
    assert processes.show(lambda: told(12))
    everything_stands_once(12, processes)


def test_without_the_transaction_a_kill_loses_the_mails(processes: Processes) -> None:
    """The control: the reminders stand, so the next sweep has nothing to do, and nobody hears of it.

    Killed one table earlier than the mails: a single INSERT that waits in the database is still carried out there.
    """
    long_due(3)
    current_app.send_task("workflow.tasks.sweep_work_items")
    with gate("workflow_notification") as somebody_waits:
        worker = processes.worker(WITHOUT_TRANSACTION="1")
        assert processes.show(lambda: somebody_waits() and WorkReminder.objects.count() == LEVELS * 3)
        processes.kill(worker)
    assert WorkReminder.objects.count() == LEVELS * 3
    sweep()
    assert not OutboxMessage.objects.exists()


def test_a_killed_workers_task_is_handed_to_the_next_without_anybody_asking_again(processes: Processes) -> None:
    long_due(3)
    current_app.send_task("workflow.tasks.sweep_work_items")
    with gate("workflow_workreminder") as somebody_waits:
        worker = processes.worker()
        assert processes.show(somebody_waits)
        processes.kill(worker)
    processes.worker()
    assert processes.show(lambda: WorkReminder.objects.count() == LEVELS * 3)


def mail_is_due(number: int) -> None:
    person = make_person(email="p@example.com")
    payload = {"user_id": person.pk, "text": "x", "params": {}, "url": ""}
    enqueue_many([OutboxMessage(kind="email", payload=payload) for _n in range(number)])


@pytest.mark.parametrize("claim", [True, False])
def test_two_workers_send_each_mail_once_and_without_the_claim_more_than_once(
    processes: Processes, claim: bool
) -> None:
    """The control shows that these tests would see a double."""
    mail_is_due(60)
    env = {} if claim else {"WITHOUT_CLAIM": "1"}
    workers = [processes.worker(**env) for _n in range(2)]
    for _n in workers:
        current_app.send_task("core.tasks.publish_outbox")
    assert processes.show(all_sent)
    sent = processes.mails()
    assert len(sent) == 60
    assert (max(sent.values()) == 1) is claim
    assert not OutboxMessage.objects.exclude(status=OutboxStatus.SENT).exists()
