"""The refused rows as they came, each with its reasons in the reader's language: to be corrected and sent again."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.imports.choices import Outcome
from core.imports.reasons import say
from core.imports.registry import importer_of
from core.models.imports import ImportJob


def refused_head(job: ImportJob) -> list[str]:
    return [*job.headers, _("Row"), _("Why it was refused")]


def refused_rows(job: ImportJob) -> Iterator[list[Any]]:
    words, width = importer_of(job.kind).reasons, len(job.headers)
    rows = job.rows.filter(outcome=Outcome.REFUSED).order_by("row_no")
    for number, raw, reasons in rows.values_list("row_no", "raw", "reasons").iterator(chunk_size=2000):
        cells = [*raw, *[""] * width][:width]
        yield [*cells, number, " ".join(say(reason, words) for reason in reasons)]
