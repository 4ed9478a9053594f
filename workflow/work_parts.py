"""Kinds of work with several clocks: a review by department (R3.1), an acceptance problem by severity (R6.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """`label` as pages name it; `minutes` of the kind's own basis (days where it counts days), until an administrator
    changes it."""

    label: Any
    minutes: int


_PARTS: dict[str, Mapping[str, Part]] = {}


def divide(kind: str, parts: Mapping[str, Part]) -> None:
    """Called by the room whose work it is, when it starts; a part's name is the `key` or `part` its items are opened
    with."""
    _PARTS[str(kind)] = {str(name): part for name, part in parts.items()}


def parts_of(kind: str) -> Mapping[str, Part]:
    """By name, in their order; none for work that is one piece."""
    return _PARTS.get(str(kind), {})
