"""Patterns of document numbers: `{yyyy}{mm}-{seq:03d}`.

Own reading instead of str.format: the pattern is edited in the browser, and format reaches into objects.
"""

import re
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core.choices import Reset

TOKEN = re.compile(r"\{(yyyy|yy|mm|dd|seq(?::0(\d)d)?)\}")
NEEDED = {Reset.MONTH: (r"\{yy(yy)?\}", r"\{mm\}"), Reset.YEAR: (r"\{yy(yy)?\}",), Reset.NEVER: ()}


def render_number(pattern: str, value: int, day: date) -> str:
    """More digits than the pattern asks for are kept: 999 is followed by 1000."""

    def token(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith("seq"):
            return str(value).zfill(int(match[2] or 1))
        return {"yyyy": f"{day:%Y}", "yy": f"{day:%y}", "mm": f"{day:%m}", "dd": f"{day:%d}"}[name]

    return TOKEN.sub(token, pattern)


def period_of(reset: str, day: date) -> str:
    if reset == Reset.MONTH:
        return f"{day:%Y%m}"
    return f"{day:%Y}" if reset == Reset.YEAR else ""


def next_period(reset: str, day: date) -> date | None:
    """The first day of the next period; None for a series that never starts again."""
    if reset == Reset.MONTH:
        return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return date(day.year + 1, 1, 1) if reset == Reset.YEAR else None


def pattern_problem(pattern: str, reset: Any) -> str:
    """What is wrong with it, or ''. A period that does not show would give the same number twice."""
    rest = TOKEN.sub("", pattern)
    if "{" in rest or "}" in rest:
        return _("Only {yyyy}, {yy}, {mm}, {dd} and {seq:03d} can stand in braces.")
    if len(re.findall(r"\{seq", pattern)) != 1:
        return _("The pattern needs {seq} exactly once.")
    if not all(re.search(needed, pattern) for needed in NEEDED.get(reset, ())):
        return _("A series that starts again needs the year, and the month if it starts again every month.")
    if re.search(r"\{(yyyy|yy|mm|dd)\}\{seq(:01d)?\}|\{seq[^}]*\}(\{(yyyy|yy|mm|dd)\}|\d)|\d\{seq\}", pattern):
        return _("Put a letter or a hyphen between the date and the running number.")
    return ""
