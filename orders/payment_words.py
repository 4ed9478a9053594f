"""Payment terms as the trade writes them: 30%預付,餘款到付 <-> a schedule (R2.1, order table 1)."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from orders.choices import DueEvent
from orders.specs import TermSpec

E = DueEvent
PARTS = re.compile(r"[,;、，；+]|\band\b")
PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s*%")
DAYS = re.compile(r"(\d{1,3})\s*(?:天|日|days?\b|d\b)|\bnet\s*(\d{1,3})")
REST = re.compile(r"[餘余尾剩]款|[餘余]额|[餘余]額|balance|rest\b|remainder")
# The first that matches says when; 款到發貨 must come before 到付, 貨到付款 before 預付.
EVENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        E.BEFORE_SHIPMENT,
        re.compile(r"款到[發发]|[發发出]貨前|[發发出]货前|提[貨货]前|before (shipment|dispatch|delivery)"),
    ),
    (E.AFTER_DELIVERY, re.compile(r"月[結结]|[賬账帐]期|[貨货]到\s*\d+|\bnet\b|within|after delivery|\d\s*(天|days?)")),
    (E.ON_DELIVERY, re.compile(r"到付|[貨货]到|收[貨货]|交[貨货]|on delivery|\bcod\b")),
    (
        E.BEFORE_PRODUCTION,
        re.compile(r"[預预]付|[預预]收|[訂定]金|前期|advance|deposit|prepa(id|y|yment)|down ?payment"),
    ),
)
MONTHLY = 30


def parse_terms(text: str) -> tuple[TermSpec, ...] | None:
    """None when the words cannot be made out or do not add up to 100 %."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    terms: list[TermSpec] = []
    for part in filter(None, (piece.strip() for piece in PARTS.split(folded))):
        term = _part(part, Decimal(100) - sum((term.percent for term in terms), Decimal(0)), first=not terms)
        if term is None:
            return None
        terms.append(term)
    return tuple(terms) if sum((term.percent for term in terms), Decimal(0)) == 100 else None


def _part(part: str, left: Decimal, *, first: bool) -> TermSpec | None:
    event = next((event for event, words in EVENTS if words.search(part)), None)
    found = PERCENT.search(part)
    if event is None or not (found or REST.search(part) or first):
        return None
    percent = Decimal(found[1]) if found else left
    if not 0 < percent <= left:
        return None
    return TermSpec(event, percent, _days(part) if event == E.AFTER_DELIVERY else 0)


def _days(part: str) -> int:
    found = DAYS.search(part)
    return int(found[1] or found[2]) if found else MONTHLY


CHINESE = {
    E.BEFORE_PRODUCTION: "預付",
    E.BEFORE_SHIPMENT: "發貨前付",
    E.ON_DELIVERY: "到付",
    E.AFTER_DELIVERY: "貨到{days}天付",
}
ENGLISH = {
    E.BEFORE_PRODUCTION: " in advance",
    E.BEFORE_SHIPMENT: " before shipment",
    E.ON_DELIVERY: " on delivery",
    E.AFTER_DELIVERY: " within {days} days of delivery",
}


def write_terms(terms: Iterable[Any], *, chinese: bool) -> str:
    """Of TermSpecs or PaymentTerms in their order; `parse_terms` reads it back."""
    terms, words, parts = list(terms), CHINESE if chinese else ENGLISH, []
    for number, term in enumerate(terms, 1):
        last = number == len(terms) > 1
        share = ("餘款" if chinese else "balance") if last else f"{Decimal(term.percent).normalize():f}%"
        parts.append(share + words[DueEvent(term.due_event)].format(days=term.days))
    return ("," if chinese else ", ").join(parts)
