"""The broker gone or frozen: acts go through, and everything is sent once when it is back."""

import time
from collections import OrderedDict
from typing import Any

import pytest
from celery import current_app
from django.db import transaction
from kombu.transport import redis

from accounts.models import User
from config.broker import QoS
from core.models import OutboxMessage
from core.outbox import enqueue
from orders.services import place_order
from tests.factories import make_partner, make_spec, person
from tests.processes.conftest import MARKS, Broker, Processes, all_sent, gate
from tests.workflow.factories import make_item, make_person

pytestmark = [*MARKS, pytest.mark.req("R13.3")]
SOCKET_TIMEOUT = 5


@pytest.fixture
def colleague(processes: Processes) -> User:
    return make_person("production", email="p@example.com")


def tell(colleague: User, *, times: int = 1) -> float:
    """An act with so many mails; the seconds until it answered."""
    began = time.monotonic()
    with transaction.atomic():
        for _n in range(times):
            enqueue("email", {"user_id": colleague.pk, "text": "x", "params": {}, "url": ""})
    return time.monotonic() - began


def pending() -> int:
    return OutboxMessage.objects.filter(status="pending").count()


def each_went_out_once(number: int, processes: Processes) -> None:
    mails = processes.mails()
    assert len(mails) == number and set(mails.values()) == {1}


def test_while_the_broker_is_gone_acts_take_no_longer_and_nothing_is_lost(
    processes: Processes, broker: Broker, colleague: User
) -> None:
    processes.worker()
    tell(colleague)
    assert processes.show(all_sent)
    broker.kill()
    assert all(tell(colleague) < 2 for _n in range(5))
    broker.start()
    tell(colleague)
    # The control: the worker is back at work, and what was not published waits for the sweep.
    assert processes.show(lambda: len(processes.mails()) == 2)
    assert pending() == 5
    processes.beat()
    assert processes.show(all_sent)
    each_went_out_once(7, processes)


def test_a_frozen_broker_holds_an_act_no_longer_than_its_time_limit_and_no_worker_for_good(
    processes: Processes, broker: Broker, colleague: User
) -> None:
    """Frozen while the worker is busy, so that it cannot acknowledge what it did."""
    make_item()
    current_app.send_task("workflow.tasks.sweep_work_items")
    with gate("workflow_workreminder") as somebody_waits:
        processes.worker()
        assert processes.show(somebody_waits)
        broker.freeze()
    assert tell(colleague, times=5) < 3 * SOCKET_TIMEOUT  # one limit for the act, not one for each mail
    time.sleep(2 * SOCKET_TIMEOUT)  # for the worker to meet its own limits: publishing, then acknowledging
    broker.thaw()
    processes.beat()
    assert processes.show(all_sent)
    each_went_out_once(6, processes)


class FrozenChannel:
    """What QoS needs of a channel whose server does not answer."""

    do_restore = False

    def conn_or_acquire(self, client: Any = None) -> Any:
        raise redis.Transport.connection_errors[-1]("Timeout reading from socket")


@pytest.mark.parametrize(("kind", "goes_on"), [(QoS, True), (redis.QoS, False)])
@pytest.mark.parametrize("answer", ["ack", "reject"])
def test_what_could_not_be_acknowledged_keeps_no_place(kind: type[redis.QoS], goes_on: bool, answer: str) -> None:
    """With kombu's own the worker takes nothing any more: the control."""
    places = kind(FrozenChannel(), prefetch_count=1)
    places._delivered = OrderedDict(tag=object())
    assert not places.can_consume()
    with pytest.raises(redis.Transport.connection_errors):
        getattr(places, answer)("tag")
    assert places.can_consume() is goes_on


def test_workers_use_it() -> None:
    assert redis.Channel.QoS is QoS


def test_orders_are_received_while_the_broker_is_gone(processes: Processes, broker: Broker) -> None:
    """The whole act through its door, with the partner's webhook waiting in the outbox."""
    partner, by = make_partner(), person("sales")
    specs = [
        make_spec(partner=partner, customer=partner.customer, partner_reference=f"PO-{n}", end_customer="甲厂")
        for n in range(3)
    ]
    broker.kill()
    orders = [place_order(spec=spec, by=by) for spec in specs]
    assert [str(order.number)[-3:] for order in orders] == ["001", "002", "003"]
    assert pending() == 3
    broker.start()
    processes.worker()
    current_app.send_task("core.tasks.publish_outbox")
    assert processes.show(all_sent)
