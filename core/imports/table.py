"""A file as a head and rows of text, whatever it was saved as."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.imports import sheet, text_file
from core.imports.text_file import unreadable

MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL = 2_000
SAMPLE_ROWS = 5


@dataclass
class RawRow:
    number: int  # as a spreadsheet counts: the head is 1
    cells: list[str]
    mended: list[list[Any]] = field(default_factory=list)
    refused: list[list[Any]] = field(default_factory=list)


@dataclass
class Table:
    headers: list[str]
    format: str
    rows: Iterator[RawRow]


def read(content: bytes, *, sample: bool = False) -> Table:
    """Raises DomainError with a sentence for whoever sent the file."""
    if len(content) > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
        raise unreadable("import_too_large", _("The file is larger than %(limit)d MB. Split it.") % {"limit": limit})
    if not content.strip():
        raise unreadable("import_empty", _("The file is empty."))
    if sheet.looks_like_old_sheet(content):
        raise unreadable("import_xls", _("This is an old or protected Excel file. Save it as XLSX or CSV."))
    if sheet.looks_like_sheet(content):
        limit = SAMPLE_ROWS + 20 if sample else 0
        return _table(((cells, False) for cells in sheet.rows_of(content, limit=limit)), "XLSX")
    text, encoding = text_file.decode(content)
    separator = text_file.separator_of(text)
    return _table(text_file.rows_of(text, separator), f"{text_file.NAMES[separator]}, {encoding}")


def _table(rows: Iterator[tuple[list[str], bool]], name: str) -> Table:
    number, headers = _head(rows)
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MAX_COLUMNS:
        raise unreadable("import_columns", _("The table has more than %(limit)d columns.") % {"limit": MAX_COLUMNS})
    return Table(headers, name, _rows(rows, headers, number))


def _head(rows: Iterator[tuple[list[str], bool]]) -> tuple[int, list[str]]:
    """The first row that is not empty, with its number."""
    for number, (cells, _unwrapped) in enumerate(rows, 1):
        if any(cell.strip() for cell in cells):
            return number, [cell.strip()[:100] for cell in cells]
    raise unreadable("import_empty", _("The file is empty."))


def _rows(rows: Iterator[tuple[list[str], bool]], headers: list[str], number: int) -> Iterator[RawRow]:
    width, count = len(headers), 0
    for cells, unwrapped in rows:
        number += 1
        if not any(cells) or not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MAX_ROWS:
            text = _("The file holds more than %(limit)s rows. Split it.")
            raise unreadable("import_rows", text % {"limit": f"{MAX_ROWS:,}"})
        yield _row(number, cells, unwrapped, headers, width)


def _row(number: int, cells: list[str], unwrapped: bool, headers: list[str], width: int) -> RawRow:
    row = RawRow(number, cells)
    if unwrapped:
        row.mended.append(["unwrapped", {}])
    if len(cells) != width:
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        cells += [""] * (width - len(cells))
        if len(cells) > width:
            row.refused.append(["too_many_cells", {"cells": len(cells), "columns": width}])
    if sum(map(len, cells)) > MAX_CELL:
        for index, cell in enumerate(cells):
            if len(cell) > MAX_CELL:
                cells[index] = cell[:MAX_CELL]
                name = headers[index] if index < width else str(index + 1)
                row.refused.append(["cell_too_long", {"column": name, "limit": MAX_CELL}])
    return row
