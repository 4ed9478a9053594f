"""CSV and TSV as people save them: any encoding of this country, any separator, rows wrapped whole in quotes."""

import csv
import io
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import DomainError

SEPARATORS = ",\t;|"
NAMES = {",": "CSV", "\t": "TSV", ";": "CSV (;)", "|": "CSV (|)"}
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
# Sheets exported by machines have long cells; more than this is no cell of ours (field limit of the csv module).
CELL_LIMIT = 1_000_000


def decode(content: bytes) -> tuple[str, str]:
    """(text, encoding). Raises DomainError when it is no text in an encoding we know."""
    marked = next((name for mark, name in MARKS if content.startswith(mark)), "")
    if not marked and b"\x00" in content:
        raise unreadable(
            "import_nul", _("The file holds NUL bytes: it is no text table. Save it as CSV (UTF-8) or XLSX.")
        )
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and not CONTROL.search(text):
            return text, encoding.upper().removesuffix("-SIG")
    raise unreadable(
        "import_encoding",
        _("The characters of the file cannot be read: neither UTF-8 nor GB18030. Save it as CSV UTF-8."),
    )


def separator_of(text: str) -> str:
    """The one that stands most often in the head, outside quotes."""
    head = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").split("\n", 1)[0])
    return max(SEPARATORS, key=head.count)


def rows_of(text: str, separator: str) -> Iterator[tuple[list[str], bool]]:
    """(cells, unwrapped). The first is the head; empty rows are passed over but counted by the caller."""
    csv.field_size_limit(CELL_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    width = 0
    try:
        for cells in reader:
            unwrapped = False
            if width > 1 and len(cells) == 1 and separator in cells[0]:
                inner = next(csv.reader([cells[0]], delimiter=separator))
                unwrapped = len(inner) == width
                cells = inner if unwrapped else cells
            width = width or len(cells)
            yield cells, unwrapped
    except csv.Error as error:
        text = _("The file breaks off at line %(line)s: a quote is never closed, or a cell is huge.")
        raise unreadable("import_csv", text % {"line": reader.line_num}) from error


def unreadable(code: str, text: str) -> DomainError:
    return DomainError(code, text, fields={"upload": [text]})
