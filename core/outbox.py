"""What an act causes outside the database: written with the act, carried out after commit.

Delivery is at least once: a worker may die between the doing and the noting. Handlers must bear that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from celery import current_app
from django.db import connection, transaction
from django.utils import timezone

from core.bulk import insert_missing
from core.canonical import canonical, plain
from core.models.outbox import OutboxMessage

log = structlog.get_logger(__name__)
# A larger transaction (an import) sends one task that works off what is due.
PUBLISH_SINGLY = 20
# By name: the tasks import the deliveries, which import the handlers, which enqueue.
PUBLISH, DELIVER = "core.tasks.publish_outbox", "core.tasks.deliver_message"

INSERT_ONCE = """
INSERT INTO core_outboxmessage (kind, payload, key, status, attempts, available_at, last_error, created_at, sent_at)
VALUES (%s, %s, %s, 'pending', 0, %s, '', %s, NULL)
ON CONFLICT (key) DO NOTHING RETURNING id
"""


def enqueue(
    kind: str, payload: Mapping[str, Any], *, key: str | None = None, now: datetime | None = None
) -> OutboxMessage | None:
    """Write one message: a single INSERT. None when a message with that key was written before."""
    now = now or timezone.now()
    message = OutboxMessage(kind=kind, payload=plain(payload), key=key, available_at=now, created_at=now)
    if key is None:
        message.save(force_insert=True)
    elif not _insert_once(message):
        return None
    publish_on_commit(message.pk)
    return message


def enqueue_many(messages: list[OutboxMessage], *, now: datetime | None = None) -> None:
    """Write unsaved messages (kind, payload, key) in bulk; keys written before are passed over."""
    now = now or timezone.now()
    for message in messages:
        message.payload = plain(message.payload)
        message.available_at = message.created_at = now
    insert_missing(messages)
    if messages:
        publish_on_commit(None)


def _insert_once(message: OutboxMessage) -> bool:
    adapt = connection.ops.adapt_datetimefield_value
    row = [
        message.kind,
        canonical(message.payload),
        message.key,
        adapt(message.available_at),
        adapt(message.created_at),
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT_ONCE, row)
        inserted = cursor.fetchone()
    if inserted is None:
        return False
    message.pk = inserted[0]
    message._state.adding, message._state.db = False, connection.alias
    return True


@dataclass
class Publication:
    """The messages of one transaction, handed to the workers together."""

    ids: list[int] = field(default_factory=list)
    many: bool = False

    def add(self, message_id: int | None) -> None:
        """None stands for more than can be named: everything that is due."""
        if message_id is None:
            self.many = True
        else:
            self.ids.append(message_id)

    def __call__(self) -> None:
        try:
            self._send()
        except Exception as error:
            # The broker may be down. The act stands; the sweep will find the rows.
            log.warning("outbox_publish_failed", messages=len(self.ids), error=repr(error))

    def _send(self) -> None:
        if self.many or len(self.ids) > PUBLISH_SINGLY:
            current_app.send_task(PUBLISH, retry=False)
            return
        for message_id in self.ids:
            current_app.send_task(DELIVER, (message_id,), retry=False)


def publish_on_commit(message_id: int | None) -> None:
    publication = _running_publication() if connection.in_atomic_block else None
    if publication is None:
        publication = Publication()
        publication.add(message_id)
        transaction.on_commit(publication)
    else:
        publication.add(message_id)


def _running_publication() -> Publication | None:
    """The publication this transaction already has, if it lives at least as long as the present savepoint.

    One made in a savepoint that is rolled back disappears with it, so an inner one cannot serve the outer.
    """
    here = set(connection.savepoint_ids)
    for savepoints, function, *_ in reversed(connection.run_on_commit):
        if isinstance(function, Publication) and savepoints <= here:
            return function
    return None
