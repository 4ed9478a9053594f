"""What a refused act says.

Services raise these; one middleware (pages) and one exception handler (API) render them, so that a
person and a program read the same reasons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Reason:
    """Why an act is not allowed now, who can change that, since when, and where to do it."""

    code: str
    text: Any  # str or lazy translation
    field: str = ""
    roles: tuple[str, ...] = ()
    since: datetime | None = None
    url: str = ""
    act: Any = ""  # label of the act behind url
    ask: str = ""  # where to ask those who can change it
    asked: bool = False  # somebody did so today

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "text": str(self.text), "field": self.field}


class DomainError(Exception):
    """A business rule refuses the act; nothing was changed."""

    status = 422

    def __init__(
        self,
        code: str,
        message: Any,
        *,
        reasons: Sequence[Reason] = (),
        fields: Mapping[str, Sequence[Any]] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.reasons = tuple(reasons)
        self.fields = {name: [str(text) for text in texts] for name, texts in (fields or {}).items()}

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class NotPermitted(DomainError):
    """The person's role or ownership does not allow the act, or four-eyes forbids it."""

    status = 403


class StoredFileMissing(DomainError):
    """The row stands and its file does not: only a backup has it."""

    status = 503

    def __init__(self) -> None:
        text = _("The stored file is missing. Tell the administrator: it has to come back from the backup.")
        super().__init__("file_missing", text)


class Conflict(DomainError):
    """Somebody else got there first, or the thing is no longer in the state the act needs."""

    status = 409
