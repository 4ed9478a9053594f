"""The broker gone or frozen: acts go through, and everything is sent once when it is back."""

import time

import pytest
from celery import current_app
from django.db import transaction

from accounts.models import User
from core.models import OutboxMessage
from tests.factories import make_partner, make_spec, person
from tests.processes.conftest import MARKS, Broker, Processes, all_sent
from tests.workflow.factories import make_person
from workflow.notifications import notify

pytestmark = [*MARKS, pytest.mark.req("R13.3")]
SOCKET_TIMEOUT = 5


@pytest.fixture
def colleague(processes: Processes) -> User:
    return make_person(email="p@example.com")


def tell(colleague: User) -> float:
    """An act with news; the seconds it took."""
    began = time.monotonic()
    with transaction.atomic():
        notify([colleague], "x")
    return time.monotonic() - began


def pending() -> int:
    return OutboxMessage.objects.filter(status="pending").count()


def test_while_the_broker_is_gone_acts_take_no_longer_and_nothing_is_lost(
    processes: Processes, broker: Broker, colleague: User
) -> None:
    processes.worker()
    tell(colleague)
    assert processes.show(all_sent)
    broker.kill()
    assert all(tell(colleague) < 2 for _n in range(5))
    assert pending() == 5
    broker.start()
    tell(colleague)
    # Control: the worker is back at work, and what was not published stays where it is until the sweep comes.
    assert processes.show(lambda: pending() == 5)
    processes.beat()
    assert processes.show(all_sent)
    mails = processes.mails()
    assert len(mails) == 7 and set(mails.values()) == {1}


def test_a_frozen_broker_holds_an_act_no_longer_than_its_time_limit(
    processes: Processes, broker: Broker, colleague: User
) -> None:
    processes.worker()
    processes.beat()
    tell(colleague)
    assert processes.show(all_sent)
    broker.freeze()
    with transaction.atomic():
        for _n in range(5):  # a time limit for the transaction, not one for each message
            notify([colleague], "x")
        began = time.monotonic()
    assert time.monotonic() - began < 3 * SOCKET_TIMEOUT
    assert pending() == 5
    broker.thaw()
    assert processes.show(all_sent)
    mails = processes.mails()
    assert len(mails) == 6 and set(mails.values()) == {1}


def test_orders_are_received_while_the_broker_is_gone(processes: Processes, broker: Broker) -> None:
    """The whole act through its door, with the partner's webhook waiting in the outbox."""
    from orders.services import place_order

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
