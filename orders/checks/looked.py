"""What the checks look at, read once for all of them, and how they say what they found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone

from orders.choices import CheckOutcome
from orders.models import Order, OrderLine, ReviewCheck, ReviewRound

SHOWN = 120  # what asked and allowed hold


@dataclass
class Looked:
    """An order in the round that is being opened. `today` is the day of the round."""

    round: ReviewRound

    @property
    def order(self) -> Order:
        return self.round.order

    @cached_property
    def lines(self) -> list[OrderLine]:
        return list(self.order.lines.select_related("product", "product__family"))

    @property
    def today(self) -> date:
        return timezone.localdate(self.round.opened_at)

    @cached_property
    def comparable(self) -> list[OrderLine]:
        """Lines whose product has a price in the order's currency."""
        return [line for line in self.lines if line.product and line.product.currency == self.order.currency]

    @cached_property
    def incomparable(self) -> list[OrderLine]:
        return [line for line in self.lines if line not in self.comparable]


def found(
    outcome: str, asked: Sequence[str] | str = "", allowed: Sequence[str] | str = "", source: str = "", **values: Any
) -> ReviewCheck:
    """An unsaved result; code, severity and rule are added by whoever runs the checks."""
    return ReviewCheck(
        outcome=outcome, asked=_short(asked), allowed=_short(allowed), source=source, source_values=values
    )


def passed_if(condition: bool) -> str:
    return CheckOutcome.PASSED if condition else CheckOutcome.FAILED


def _short(words: Sequence[str] | str) -> str:
    text = words if isinstance(words, str) else "; ".join(words)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def names_of(lines: Sequence[OrderLine]) -> str:
    return "; ".join(line.product.code if line.product else line.description for line in lines)
