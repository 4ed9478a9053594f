"""The refused rows as they came, each with its reasons in the reader's language: to be corrected and sent again."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.imports.choices import Outcome
from core.imports.reading import RowReader
from core.models.imports import ImportJob


def refused_head(job: ImportJob) -> list[str]:
    return [*job.headers, _("Row"), _("Why it was refused")]


def refused_rows(job: ImportJob, reader: Any) -> Iterator[list[Any]]:
    """As the reader may see them (R1.6)."""
    shown, width = RowReader(job, reader), len(job.headers)
    rows = job.rows.filter(outcome=Outcome.REFUSED).select_related("group").order_by("row_no")
    for row in rows.iterator(chunk_size=2000):
        cells = [*shown.cells(row), *[""] * width][:width]
        yield [*cells, row.row_no, " ".join(shown.reasons(row))]
