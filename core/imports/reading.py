"""What a reader sees of the rows of a file: whoever sent it in reads all, others the persons they may read (R1.6)."""

from collections.abc import Sequence
from typing import Any

from core.imports.importer import EVERYTHING
from core.imports.reasons import Reason, say
from core.imports.registry import importer_of
from core.models.imports import ImportJob, ImportRow

HIDDEN = "****"


class RowReader:
    def __init__(self, job: ImportJob, reader: Any) -> None:
        self.importer, mapping = importer_of(job.kind), job.mapping
        self.masks = {mapping[column.name]: column.mask for column in self.importer.columns if column.name in mapping}
        private = any(column.mask for column in self.importer.columns)
        own = reader.is_system or reader.pk == job.uploaded_by_id
        self.readable = self.importer.read_by(reader, job) if private and not own else EVERYTHING

    def reads(self, row: ImportRow) -> bool:
        return (row.group.target_id if row.group else None) in self.readable

    def cells(self, row: ImportRow) -> list[str]:
        return list(row.raw) if self.reads(row) else self.masked(row.raw)

    def masked(self, cells: Sequence[str]) -> list[str]:
        """A column nobody named may hold a telephone as well."""
        return [self._masked(index, cell) for index, cell in enumerate(cells)]

    def _masked(self, index: int, cell: str) -> str:
        if index not in self.masks:
            return HIDDEN if cell.strip() else cell
        mask = self.masks[index]
        return mask(cell) if mask else cell

    def reasons(self, row: ImportRow) -> list[str]:
        """They quote the cell."""
        shown = row.reasons if self.reads(row) else [_without_quotation(reason) for reason in row.reasons]
        return [say(reason, self.importer.reasons) for reason in shown]


def _without_quotation(reason: Reason) -> Reason:
    code, params = [*reason, {}][:2]
    return [code, {**params, "text": HIDDEN} if "text" in params else params]
