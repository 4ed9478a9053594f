"""An import in words and figures, the same on the page and in the terminal."""

from typing import Any

from django.utils.translation import gettext as _

from core.formats import group
from core.imports.choices import SHOWN, TO_TAKE, Outcome
from core.imports.reasons import say
from core.imports.registry import importer_of
from core.models.imports import ImportJob


def figure(value: int) -> str:
    return group(value)


class Blank(dict[str, str]):
    """Stands for what differs from row to row."""

    def __missing__(self, key: str) -> str:
        return "…"


def plain_reason(code: str, words: Any) -> str:
    """The sentence of a reason, whatever the row."""
    return say([code, Blank(_="")], words)


def left_to_take(job: ImportJob) -> int:
    return sum(job.counts.get(outcome, 0) for outcome in TO_TAKE)


def balance(job: ImportJob) -> str:
    """Every row is accounted for: 5,988 taken + 2,385 refused = 8,373."""
    shown = [
        f"{figure(job.counts[outcome])} {Outcome(outcome).label.lower()}"
        for outcome in SHOWN if job.counts.get(outcome)
    ]  # fmt: skip
    return f"{' + '.join(shown)} = {figure(job.total_rows)} {_('rows')}" if shown else ""


def to_create(job: ImportJob) -> str:
    """412 orders, 3,871 lines, 240 new customers."""
    words = importer_of(job.kind).summary_words
    creates = job.summary.get("creates", {})
    return _(", ").join(f"{figure(creates[code])} {word}" for code, word in words.items() if creates.get(code))
