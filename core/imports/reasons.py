"""Why a row is refused or what was mended: stored as [code, params], put into words for whoever reads.

An importer adds words of its own room in `Importer.reasons`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

Reason = list[Any]  # [code, {params}], as it lies in JSON

COMMON: dict[str, Any] = {
    "unwrapped": _("The whole row stood in one pair of quotes; it was unwrapped."),
    "too_many_cells": _("The row has %(cells)s cells, the head only %(columns)s."),
    "cell_too_long": _("The cell “%(column)s” holds more than %(limit)s characters."),
    "required": _("“%(column)s” is empty."),
    "not_a_number": _("“%(column)s”: “%(text)s” is not a number."),
    "too_precise": _("“%(column)s”: “%(text)s” has more than %(places)s decimals."),
    "absurd_number": _("“%(column)s”: %(text)s is out of all proportion."),
    "not_a_date": _("“%(column)s”: “%(text)s” is not a date."),
    "day_or_month": _("“%(column)s”: in “%(text)s” day and month cannot be told apart; choose the order of dates."),
    "absurd_date": _("“%(column)s”: the date %(text)s cannot be right."),
    "too_long": _("“%(column)s” is longer than %(limit)s characters."),
    "not_a_choice": _("“%(column)s”: “%(text)s” is none of: %(choices)s."),
    "twice_in_file": _("“%(key)s” stands in row %(row)s already."),
    "whole_or_nothing": _("Another row of %(key)s is refused, and only whole ones are wanted."),
    "exists": _("%(key)s is here already; nothing was changed."),
    "changed_meanwhile": _("Refused when it was to be taken: %(text)s"),
    # about a file or a job
    "file_empty": _("The file holds no rows under its head."),
    "text": "%(text)s",
    "crashed": _("The work broke off unexpectedly. What was taken stands; continue, or ask the administrator."),
}


def say(reason: Iterable[Any], own: Mapping[str, Any] | None = None) -> str:
    """In the reader's language."""
    code, params = [*reason, {}][:2]
    text = (own or {}).get(code) or COMMON.get(code) or code
    return str(text) % params if params else str(text).replace("%%", "%")
