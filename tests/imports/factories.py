"""Files sent in and worked through, as the pages and the worker do it."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accounts.models import User
from core.imports import services
from core.imports.checking import check_job
from core.imports.committing import commit_job
from core.models import ImportJob

RETAIL = Path(__file__).parent.parent / "data" / "online_retail_2010-12.csv"
HEAD = "number,customer,product code,description,quantity,unit price"


def upload(content: bytes | str, *, by: User, kind: str = "orders", name: str = "orders.csv") -> ImportJob:
    raw = content.encode() if isinstance(content, str) else content
    return services.upload_import(kind=kind, upload=SimpleUploadedFile(name, raw), by=by)


def check(content: bytes | str, *, by: User, kind: str = "orders", name: str = "orders.csv", mapping: Any = None,
          **options: Any) -> ImportJob:  # fmt: skip
    """Uploaded, mapped by the guess unless given, and checked."""
    job = upload(content, by=by, kind=kind, name=name)
    services.map_import(job=job, mapping=mapping or job.mapping, options=options, by=by)
    check_job(job.pk, "worker")
    return fresh(job)


def commit(job: ImportJob, *, by: User) -> ImportJob:
    services.commit_import(job=job, by=by)
    commit_job(job.pk, "worker")
    return fresh(job)


def bring_in(content: bytes | str, *, by: User, **over: Any) -> ImportJob:
    return commit(check(content, by=by, **over), by=by)


def fresh(job: ImportJob) -> ImportJob:
    return ImportJob.objects.get(pk=job.pk)


def workbook(*rows: Sequence[Any]) -> bytes:
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(list(row))  # type: ignore[union-attr]
    book.save(file)
    return file.getvalue()


def order_file(*lines: str, head: str = HEAD) -> str:
    return "\n".join([head, *lines]) + "\n"


def codes(row: Any) -> list[str]:
    return [code for code, _params in row.reasons]
