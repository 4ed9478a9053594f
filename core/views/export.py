"""A list as a file. Text that a spreadsheet would take for a formula is disarmed."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from core.views.columns import Column

LIMIT = 20_000
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export(kind: str, rows: Iterable[Any], columns: Sequence[Column], name: str) -> HttpResponseBase:
    columns = [column for column in columns if column.export]
    response = _xlsx(rows, columns) if kind == "xlsx" else _csv(rows, columns)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def harmless(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def _values(row: Any, columns: Sequence[Column]) -> list[Any]:
    return [harmless(column.plain(row)) for column in columns]


class _Echo:
    def write(self, text: str) -> str:
        return text


def _csv(rows: Iterable[Any], columns: Sequence[Column]) -> HttpResponseBase:
    def lines() -> Iterator[str]:
        # Without the mark Excel reads Chinese as mojibake.
        yield "\ufeff"
        writer = csv.writer(_Echo())
        yield writer.writerow([str(column.label) for column in columns])
        for row in rows:
            yield writer.writerow(_values(row, columns))

    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")


def _xlsx(rows: Iterable[Any], columns: Sequence[Column]) -> HttpResponseBase:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    head = [WriteOnlyCell(sheet, value=str(column.label)) for column in columns]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append(_values(row, columns))
    file = io.BytesIO()
    book.save(file)
    return HttpResponse(file.getvalue(), content_type=XLSX)
