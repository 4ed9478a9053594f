"""XLSX through python-calamine, in a process of its own: a 1.5 KB file can abort it, another unpack to 600 MB."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from core.imports.text_file import unreadable

MAX_UNPACKED = 300 * 1024 * 1024
MAX_PARTS = 2_000
MAX_RATIO = 200
SECONDS = 60
READER = Path(__file__).with_name("sheet_reader.py")


def looks_like_sheet(content: bytes) -> bool:
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def looks_like_old_sheet(content: bytes) -> bool:
    return content.startswith(b"\xd0\xcf\x11\xe0")


def check_zip(content: bytes) -> None:
    """By what the archive declares; nothing is unpacked here."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise damaged() from None
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, len(content))
    overlapping = sum(part.compress_size for part in parts) > packed
    if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS or unpacked > MAX_RATIO * packed or overlapping:
        raise unreadable("import_bomb", _("The file unpacks to far more than a table should and is not accepted."))
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise unreadable("import_no_sheet", _("This is no XLSX workbook. Save the table as XLSX or CSV."))


def rows_of(content: bytes, *, limit: int = 0) -> Iterator[list[str]]:
    """The rows of the first sheet that holds any, as text; at most `limit` when given."""
    check_zip(content)
    command = [sys.executable, "-I", str(READER), str(limit)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise unreadable("import_slow", _("Reading the workbook takes too long. Save it as CSV.")) from None
    if done.returncode:
        raise damaged()
    for line in done.stdout.splitlines():
        yield json.loads(line)


def damaged() -> Exception:
    return unreadable("import_damaged", _("The workbook cannot be read. It may be damaged or protected."))
