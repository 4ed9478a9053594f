"""Numbers and times as people write them, in English and in Chinese.

Both languages group thousands by a comma: Chinese business papers do, and a column must line up.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

SYMBOLS = {"CNY": "¥", "USD": "US$", "EUR": "€", "HKD": "HK$", "GBP": "£", "JPY": "JP¥", "TWD": "NT$"}
WHOLE_UNITS = {"JPY", "KRW", "VND"}


def group(value: Decimal | int | float | str, places: int | None = None) -> str:
    """1234567.5 -> 1,234,567.5; with `places` exactly so many decimals."""
    number = Decimal(str(value))
    return f"{number:,f}" if places is None else f"{number:,.{places}f}"


def amount(value: Any, currency: str = "CNY") -> str:
    places = 0 if currency in WHOLE_UNITS else 2
    number = Decimal(str(value))
    sign = "-" if number < 0 else ""
    return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{group(abs(number), places)}"


def quantity(value: Any, unit: str = "") -> str:
    """Without trailing zeros: 12.5000 -> 12.5; with the unit after a thin space."""
    number = Decimal(str(value))
    text = group(number)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text} {unit}" if unit else text


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def day(value: date | datetime) -> str:
    """21 Nov 2026 / 2026-11-21"""
    return _written(_date_of(local(value)), "Y-m-d" if is_chinese() else "j M Y", get_language())


def weekday(value: date) -> str:
    """Mon 16 Nov / 星期一 11-16: a day of a calendar"""
    return _written(value, "D m-d" if is_chinese() else "D j M", get_language())


def month(value: date) -> str:
    """November 2026 / 2026-11"""
    return _written(value, "Y-m" if is_chinese() else "F Y", get_language())


def moment(value: datetime) -> str:
    """today 16:30, tomorrow 09:00, 21 Nov 16:30, with the year when it is not this one."""
    value, today = local(value), timezone.localdate()
    days = (value.date() - today).days
    if abs(days) <= 1:
        near = (_("today"), _("tomorrow"), _("yesterday"))
        return f"{near[days]} {value:%H:%M}"
    same_year = value.year == today.year
    if is_chinese():
        pattern = "m-d" if same_year else "Y-m-d"
    else:
        pattern = "j M" if same_year else "j M Y"
    return f"{_written(value.date(), pattern, get_language())} {value:%H:%M}"


def moment_long(value: datetime) -> str:
    """With weekday and year, for tooltips and papers."""
    value = local(value)
    date_part = _written(value.date(), "Y年n月j日 l" if is_chinese() else "l, j F Y,", get_language())
    return f"{date_part} {value:%H:%M}"


@lru_cache(maxsize=8192)
def _written(value: date, pattern: str, language: str | None) -> str:
    """A list shows hundreds of dates, mostly the same few days."""
    return formats.date_format(value, pattern)


def _date_of(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def local(value: Any) -> Any:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
