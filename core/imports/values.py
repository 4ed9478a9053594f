"""From the text of a cell to a value, or a reason."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

PLAIN_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d+)?\Z", re.ASCII)
GROUPED_NUMBER = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?\Z", re.ASCII)
FLOAT_CODE = re.compile(r"\d+\.0+\Z", re.ASCII)
CURRENCY_SIGNS = "¥￥$€£元"
ISO_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?\Z", re.ASCII)
LOCAL_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T].*)?\Z", re.ASCII)
FORMULA = ("=", "+", "-", "@", "\t")
EARLIEST, LATEST = 1990, 2100


class Unreadable(Exception):
    """The cell holds no such value; `reason` lacks only the column's name."""

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def clean(text: str) -> str:
    """Without surrounding blanks of any script, and without the apostrophe that disarms a formula."""
    text = text.strip()
    if text[:1] == "'" and len(text) > 1 and text[1] in FORMULA:
        return text[1:]
    return text


def clean_code(text: str) -> str:
    """A number that passed through a spreadsheet got a fraction: 17850.0 is the code 17850."""
    return text.partition(".")[0] if "." in text and FLOAT_CODE.match(text) else text


@lru_cache(maxsize=20_000)
def decimal(text: str, *, places: int, largest: Decimal) -> Decimal:
    if not PLAIN_NUMBER.match(text):
        text = _plain(text)
    value = Decimal(text)
    if abs(value) > largest:
        raise Unreadable("absurd_number", text=text)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        rounded = value.quantize(Decimal(1).scaleb(-places))
        if rounded != value:
            raise Unreadable("too_precise", text=text, places=places)
        return rounded
    return value


def _plain(text: str) -> str:
    """¥1,234.50 and full-width figures; what else it could be is not guessed."""
    folded = unicodedata.normalize("NFKC", text).strip(CURRENCY_SIGNS + " ")
    if PLAIN_NUMBER.match(folded):
        return folded
    if GROUPED_NUMBER.match(folded):
        return folded.replace(",", "")
    raise Unreadable("not_a_number", text=text[:40])


@lru_cache(maxsize=20_000)
def day(text: str, *, order: str = "") -> date:
    """ISO and 2024年5月10日 always; 10/05/2024 by `order` ("dmy", "mdy"),
    without it only when it cannot be mistaken."""
    try:
        found = datetime.fromisoformat(text).date()
    except ValueError:
        found = _written_day(text, order)
    if not EARLIEST <= found.year <= LATEST:
        raise Unreadable("absurd_date", text=text[:40])
    return found


def _written_day(text: str, order: str) -> date:
    folded = unicodedata.normalize("NFKC", text)
    try:
        if found := ISO_DAY.match(folded):
            return date(*(int(part) for part in found.groups()))
        if found := LOCAL_DAY.match(folded):
            return _local_day(text, order, *(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise Unreadable("not_a_date", text=text[:40])


def _local_day(text: str, order: str, first: int, second: int, year: int) -> date:
    if order == "mdy" or (not order and second > 12):
        return date(year, first, second)
    if order == "dmy" or first > 12 or first == second:
        return date(year, second, first)
    raise Unreadable("day_or_month", text=text[:40])


def disarmed(value: Any) -> Any:
    """What a spreadsheet would take for a formula gets an apostrophe; a negative number stays a number."""
    if isinstance(value, str) and value[:1] in (*FORMULA, "\r", "＝", "＋", "－", "＠") and value:
        return value if PLAIN_NUMBER.match(value) else f"'{value}"
    return value
