"""Acts and changes as a person reads them, in the reader's language.

"order.approved" reads "Order approved"; a room marks its phrases for the translators in its phrases.py, and the codes
that stand beside acts under the context "value": the "approved" of a decision is no time of approval.
"""

import re
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from core.subjects import model_of

PHRASES = (
    gettext_noop("Attachment added"),
    gettext_noop("Attachment read"),
    gettext_noop("Export taken"),
    gettext_noop("Outbox message replayed"),
)
Change = tuple[str, str, str]
CODE = re.compile(r"[a-z]+(_[a-z]+)*")


def words_of(action: str) -> str:
    return _(action.replace(".", " ").replace("_", " ").capitalize())


def changes_of(subject_type: str, changes: dict[str, Any]) -> list[Change]:
    """(label, old, new) by the field's own name and words; what is no field is shown as it was written."""
    shown = (_change(_field(subject_type, name), name, pair) for name, pair in changes.items())
    return [change for change in shown if change[1] or change[2]]


def _change(field: Any, name: str, pair: Any) -> Change:
    label = force_str(getattr(field, "verbose_name", "")) or _(name.replace("_", " "))
    old, new = pair if isinstance(pair, list) and len(pair) == 2 else ("", pair)
    return label[:1].upper() + label[1:], _shown(field, old), _shown(field, new)


def _field(subject_type: str, name: str) -> Any:
    model = model_of(subject_type) if subject_type else None
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _shown(field: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict) and "label" in value:
        return str(value["label"])
    words = dict(getattr(field, "flatchoices", None) or ())
    if isinstance(value, str) and value in words:
        return force_str(words[value])
    if isinstance(value, list):
        return _(", ").join(_shown(field, each) for each in value)
    return code_in_words(value) if isinstance(value, str) else str(value)


def code_in_words(text: str) -> str:
    """A code that is no field's value ("sales_manager") reads as words; any other text stays what it is."""
    return pgettext("value", text.replace("_", " ")) if CODE.fullmatch(text) else text
