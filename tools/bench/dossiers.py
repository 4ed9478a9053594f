"""The dossier of an order with forty papers: gathered and packed, against an archive of the same bytes alone."""

import tempfile
import time
import zipfile
from pathlib import Path

from django.db import transaction
from django.utils import translation

from accounts.models import User, system_user
from core.documents import issue_document
from core.documents.rendering import ensure_file
from core.models import Document
from orders.dossier.contents import gather
from orders.dossier.packing import write
from orders.models import Order

PAPERS = 40
LANGUAGE = "zh-hans"


@transaction.atomic
def lay_out() -> Order:
    """An order with so many papers, all drawn: revision upon revision of its confirmation."""
    first = Document.objects.filter(kind="order_confirmation").order_by("pk").first()
    if first is None:
        raise RuntimeError("no order was approved")
    order = Order.objects.get(pk=first.subject_id)
    for _paper in range(PAPERS - Document.objects.filter(subject_type="orders.order", subject_id=order.pk).count()):
        issue_document(first.kind, order, context=first.context, by=system_user())
    for document in Document.objects.filter(subject_type="orders.order", subject_id=order.pk):
        ensure_file(document, LANGUAGE)
    return order


def pack(order: Order) -> float:
    """As the worker does, from the question of who may see what to the last byte of the index."""
    reader = User.objects.get(username="order_center")
    with tempfile.TemporaryDirectory() as folder, translation.override(LANGUAGE):
        started = time.perf_counter()
        contents = gather(order, reader)
        write(contents, Path(folder) / "dossier.zip", LANGUAGE, lambda _done: None)
        seconds = time.perf_counter() - started
    if len(contents.papers) < PAPERS:
        raise RuntimeError(f"{len(contents.papers)} papers went in, not {PAPERS}")
    return seconds


def archive(order: Order) -> float:
    """The floor: the same papers read from the storage and put into an archive, nothing asked."""
    documents = Document.objects.filter(subject_type="orders.order", subject_id=order.pk)
    files = [document.files.get(language=LANGUAGE, masked=False).file.path for document in documents]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with zipfile.ZipFile(Path(folder) / "floor.zip", "w") as packed:
            for number, path in enumerate(files):
                packed.writestr(f"{number}.pdf", Path(path).read_bytes())
        return time.perf_counter() - started
