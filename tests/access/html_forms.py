"""The forms of a page as a browser would send them, read from its HTML."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Field:
    name: str
    kind: str  # text, textarea, date, datetime-local, hidden, file, checkbox, radio, select, …
    value: str = ""
    longest: int | None = None
    choices: list[str] = field(default_factory=list)
    checked: bool = False


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        """What is sent when nothing is touched; the first choice where none is made."""
        sent: dict[str, Any] = {}
        for each in self.fields:
            if each.kind in ("checkbox", "radio"):
                if each.checked or (each.kind == "radio" and each.name not in sent):
                    sent[each.name] = each.value
            elif each.kind != "file":
                sent[each.name] = each.value
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.select: Field | None = None
        self.area: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(at.get("action", ""), at.get("method", "get").lower()))
        elif not self.forms:
            return
        elif tag == "option" and self.select is not None:
            self.select.choices.append(at.get("value", ""))
            if "selected" in at or len(self.select.choices) == 1:
                self.select.value = at.get("value", "")
        elif tag in ("input", "button", "select", "textarea") and at.get("name"):
            self._field(tag, at)

    def _field(self, tag: str, at: dict[str, str]) -> None:
        kind = at.get("type", "text") if tag == "input" else tag
        longest = int(at["maxlength"]) if at.get("maxlength", "").isdigit() else None
        value = at.get("value", "on" if kind in ("checkbox", "radio") else "")
        made = Field(at["name"], kind, value, longest, checked="checked" in at)
        if tag == "button" or kind in ("submit", "image", "button"):
            return
        self.forms[-1].fields.append(made)
        self.select = made if tag == "select" else self.select
        self.area = made if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None


def forms_of(html: str) -> list[Form]:
    reader = _Reader()
    reader.feed(html)
    return reader.forms
