"""Reading a JSON object member by member: plain functions, because a serializer per line costs more than the order.

body = Reader(request.data)
name = body.text("name", required=True, longest=60)
lines = [read_line(line) for line in body.objects("lines", least=1, most=200)]
body.finish()                       # raises ValidationError with every complaint, by dotted name
"""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
NUMBER = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Reader:
    def __init__(self, data: Any, path: str = "", wrong: dict[str, list[str]] | None = None) -> None:
        self.path, self.wrong = path, {} if wrong is None else wrong
        self.known: set[str] = set()
        self.given = data is not None  # False: left out, and already complained about where it had to be there
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        if self.given and not isinstance(data, dict):
            self.complain("", _("An object is expected."))

    def complain(self, name: str, text: str) -> None:
        place = ".".join(part for part in (self.path, name) if part) or "non_field_errors"
        self.wrong.setdefault(place, []).append(text)

    def take(self, name: str, kind: type, *, required: bool) -> Any:
        """The member when it is there and of that kind; null counts as left out."""
        self.known.add(name)
        value = self.data.get(name)
        if value is None:
            if required:
                self.complain(name, _("Required."))
        elif type(value) is not kind:
            self.complain(name, _KINDS[kind]())
        else:
            return value
        return None

    def text(self, name: str, *, longest: int, required: bool = False) -> str:
        value = self.take(name, str, required=required)
        if value is None:
            return ""
        value = value.strip()
        if not value and required:
            self.complain(name, _("Required."))
        elif len(value) > longest:
            self.complain(name, _("At most %(longest)s characters.") % {"longest": longest})
        elif UNSAFE.search(value):
            self.complain(name, _("It holds characters that are not text."))
        return value

    def decimal(
        self, name: str, *, whole: int, places: int, required: bool = False, above_zero: bool = False
    ) -> Decimal | None:
        """A decimal written as text, "12.50"; `whole` digits before the point and `places` after it."""
        value = self.take(name, str, required=required)
        if value is None:
            return None
        if not NUMBER.fullmatch(value):
            self.complain(name, _('A decimal number as text is expected, such as "12.50".'))
            return None
        before, _point, after = value.partition(".")
        if len(before.lstrip("0")) > whole or len(after.rstrip("0")) > places:
            text = _("At most %(whole)s digits before the point and %(places)s after it.")
            self.complain(name, text % {"whole": whole, "places": places})
            return None
        number = Decimal(value)
        if above_zero and not number:
            self.complain(name, _("It must be above zero."))
        return number

    def integer(self, name: str, *, most: int) -> int:
        value = self.take(name, int, required=False)
        if value is not None and not 0 <= value <= most:
            self.complain(name, _("A whole number from 0 to %(most)s.") % {"most": most})
        return value or 0

    def day(self, name: str, *, required: bool = False) -> date | None:
        value = self.take(name, str, required=required)
        if value is None:
            return None
        try:
            if DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.complain(name, _("A date is expected, such as 2026-11-21."))
        return None

    def moment(self, name: str, *, required: bool = False) -> datetime | None:
        """A time with its offset, such as 2026-11-21T16:30:00+08:00."""
        value = self.take(name, str, required=required)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None and 2000 <= moment.year <= 2100:
                return moment.astimezone(UTC)
        except ValueError:
            pass
        self.complain(name, _("A time with its offset is expected, such as 2026-11-21T16:30:00+08:00."))
        return None

    def choice(self, name: str, allowed: Collection[str], *, required: bool = False) -> str:
        value = self.take(name, str, required=required)
        if value is not None and value not in allowed:
            self.complain(name, _("One of: %(allowed)s.") % {"allowed": ", ".join(allowed)})
        return value or ""

    def inner(self, name: str, *, required: bool = False) -> "Reader":
        return Reader(self.take(name, dict, required=required), self._inside(name), self.wrong)

    def objects(self, name: str, *, least: int = 0, most: int) -> list["Reader"]:
        rows = self.take(name, list, required=least > 0)
        if rows is None:
            return []
        if not least <= len(rows) <= most:
            self.complain(name, _("From %(least)s to %(most)s entries.") % {"least": least, "most": most})
            return []
        return [
            Reader([] if row is None else row, self._inside(f"{name}.{index}"), self.wrong)
            for index, row in enumerate(rows)
        ]

    def refuse_unknown(self) -> None:
        """A misspelt member would silently be left out."""
        for name in self.data.keys() - self.known:
            shown = name[:60].encode("utf-8", "replace").decode()
            self.complain(shown, _("There is no such member."))

    def finish(self) -> None:
        self.refuse_unknown()
        if self.wrong:
            raise ValidationError(self.wrong)

    def _inside(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


_KINDS = {
    str: lambda: _("Text is expected."),
    int: lambda: _("A whole number is expected."),
    list: lambda: _("A list is expected."),
    dict: lambda: _("An object is expected."),
    bool: lambda: _("true or false is expected."),
}


def refuse_body(data: Any) -> None:
    """For acts that take nothing; an empty object is taken as nothing."""
    if data:
        Reader(data).finish()
