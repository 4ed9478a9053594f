"""Run by core/imports/sheet.py as a process of its own: a workbook on stdin, rows as JSON lines on stdout."""

import io
import json
import resource
import sys
from datetime import date, datetime, time

from python_calamine import CalamineWorkbook

MEMORY = 1536 * 1024 * 1024
PROCESSOR_SECONDS = 50


def text_of(value: object) -> str:
    """As a person would have typed it: whole numbers without .0, dates as 2024-05-10."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def main(limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height:
            break
    else:
        return
    for number, row in enumerate(sheet.iter_rows(), 1):
        sys.stdout.write(json.dumps([text_of(value) for value in row]) + "\n")
        if number == limit:
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))
