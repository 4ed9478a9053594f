"""kill -9 in the middle of an import and of a PDF: nothing half, nothing twice, the rest follows."""

import pytest
from celery import current_app
from django.utils import timezone

from core.documents.rendering import read_file
from core.imports import services
from core.imports.choices import JobStatus, Outcome
from core.models import DocumentFile, OutboxMessage
from orders.models import Order, OrderLine
from tests.factories import make_order, person
from tests.imports.factories import check, fresh, order_file
from tests.processes.conftest import MARKS, Processes, all_sent, gate

pytestmark = MARKS


def goods(order: int, line: int) -> str:
    return "Stop here" if (order, line) == (6, 1) else "Goods"


# Ten orders of three lines in chunks of four (inside_worker.py); the second chunk meets the gate.
FILE = order_file(*[f"{n},Acme,P{n}{line},{goods(n, line)},1,5" for n in range(10) for line in range(3)])


@pytest.mark.req("R2.7")
def test_an_import_killed_in_the_middle_of_a_chunk_goes_on_where_it_was(processes: Processes) -> None:
    clerk = person("inside_sales")
    job = check(FILE, by=clerk)
    with gate("orders_orderline", "NEW.description = 'Stop here'") as somebody_waits:
        services.commit_import(job=job, by=clerk)
        worker = processes.worker()
        assert processes.show(somebody_waits)
        processes.kill(worker)
    assert (Order.objects.count(), OrderLine.objects.count()) == (4, 12)
    assert fresh(job).done_rows == job.rows.filter(outcome=Outcome.TAKEN).count() == 12
    processes.worker()  # the broker hands the task out again
    assert processes.show(lambda: fresh(job).status == JobStatus.DONE)
    assert (Order.objects.count(), OrderLine.objects.count()) == (10, 30)
    assert fresh(job).counts == {Outcome.TAKEN: 30}
    numbers = Order.objects.order_by("number").values_list("number", flat=True)
    assert [int(number[-3:]) for number in numbers] == list(range(1, 11))  # the killed chunk cost no number


@pytest.mark.req("R13.4")
def test_a_pdf_whose_worker_is_killed_is_drawn_once(processes: Processes) -> None:
    make_order("approved")
    asked = OutboxMessage.objects.filter(kind="document").values_list("payload__document", "payload__language")
    with gate("core_documentfile") as somebody_waits:
        worker = processes.worker()
        assert processes.show(somebody_waits)
        processes.kill(worker)
    assert not DocumentFile.objects.exists()
    # Ten minutes later the lease of the killed worker is over.
    OutboxMessage.objects.filter(status="pending").update(available_at=timezone.now())
    current_app.send_task("core.tasks.publish_outbox")
    processes.worker()
    assert processes.show(all_sent)
    assert sorted(DocumentFile.objects.values_list("document", "language")) == sorted(asked)
    assert all(read_file(row).startswith(b"%PDF") for row in DocumentFile.objects.all())
