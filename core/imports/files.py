"""Tables on their way out: CSV that Excel reads, XLSX; what a spreadsheet would take for a formula is disarmed."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from core.imports.values import disarmed

FORMATS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"  # without it Excel reads Chinese as mojibake
LARGEST_SHEET = 1_000_000


class _Echo:
    def write(self, text: str) -> str:
        return text


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([disarmed(cell) for cell in head])
    for row in rows:
        yield writer.writerow([disarmed(cell) for cell in row])


def write_csv(file: IO[str], head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    for line in csv_lines(head, rows):
        file.write(line)


def write_xlsx(file: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    cells = [WriteOnlyCell(sheet, value=disarmed(text)) for text in head]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    for number, row in enumerate(rows):
        if number >= LARGEST_SHEET:
            break
        sheet.append([_without_control(disarmed(cell)) for cell in row])
    book.save(file)


def _without_control(cell: Any) -> Any:
    """Signs that XML does not know."""
    if isinstance(cell, str) and not cell.isprintable():
        return "".join(sign for sign in cell if sign >= " " or sign in "\t\n\r")
    return cell


def download(fmt: str, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    """CSV streams; a workbook goes through a temporary file, so that neither fills the memory."""
    if fmt == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            csv_lines(head, rows), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response
    file = tempfile.TemporaryFile()  # noqa: SIM115 (FileResponse closes it)
    write_xlsx(file, head, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
