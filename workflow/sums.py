"""Rolling sums over approval cases (R14.3): what one customer, salesperson, product or family brought in some days.

Only what stayed within the limit by itself is added up: the others were asked about already. Nothing while this is
the only one: then the threshold on the single amount speaks.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any, Protocol

from django.db.models import Q, Sum

from workflow.choices import CaseStatus
from workflow.models import ApprovalCase, CaseShare

Facts = Mapping[str, Any]
Asked = tuple[str, int, Decimal]  # fact, days, limit
PERSONS = {"customer_sum": "customer_id", "salesperson_sum": "salesperson_id"}
SHARES = {"product_sum": "product", "family_sum": "family"}
COUNTED = (CaseStatus.OPEN, CaseStatus.APPROVED)


class Sums(Protocol):
    def of(self, asked: Asked) -> Decimal | None: ...


def parts_of(fact: str, facts: Facts) -> dict[str, Decimal]:
    """Whose sums are meant, with what this one brings to each: {"7": 30000} for customer 7."""
    if facts.get("amount") is None:
        return {}
    if fact in PERSONS:
        whose = facts.get(PERSONS[fact])
        return {} if whose is None else {str(whose): Decimal(str(facts["amount"]))}
    shares = (facts.get("shares") or {}).get(SHARES[fact], {})
    return {key: Decimal(str(amount)) for key, amount in shares.items()}


class StoredSums:
    """Read from the cases; one statement per kind of sum, whatever the number of rules that ask."""

    def __init__(self, kind: str, facts: Facts, wanted: Collection[Asked], now: datetime) -> None:
        self.kind, self.facts, self.wanted, self.now = kind, facts, sorted(set(wanted)), now
        self._found: dict[str, dict[Asked, Decimal | None]] = {}

    def of(self, asked: Asked) -> Decimal | None:
        fact = asked[0]
        if fact not in self._found:
            own = [one for one in self.wanted if one[0] == fact]
            self._found[fact] = self._read(fact, own) if parts_of(fact, self.facts) else {}
        return self._found[fact].get(asked)

    def _read(self, fact: str, wanted: list[Asked]) -> dict[Asked, Decimal | None]:
        parts = parts_of(fact, self.facts)
        sums = {
            f"sum_{place}": Sum("amount", filter=Q(opened_at__gt=self._since(days), amount__lte=limit))
            for place, (_fact, days, limit) in enumerate(wanted)
        }
        rows = self._rows(fact, parts, self._since(max(days for _fact, days, _limit in wanted)), sums)
        found: dict[Asked, Decimal | None] = {}
        for place, asked in enumerate(wanted):
            totals = [row[f"sum_{place}"] + parts[row["whose"]] for row in rows if row[f"sum_{place}"] is not None]
            found[asked] = max(totals, default=None)
        return found

    def _rows(
        self, fact: str, parts: Mapping[str, Decimal], since: datetime, sums: Mapping[str, Sum]
    ) -> list[dict[str, Any]]:
        mine, currency = self.facts.get("subject_id") or 0, self.facts.get("currency") or ""
        if fact in PERSONS:
            [whose] = parts
            cases = ApprovalCase.objects.filter(
                **{PERSONS[fact]: whose}, kind=self.kind, currency=currency, status__in=COUNTED, opened_at__gt=since
            )
            return [{"whose": whose, **cases.exclude(subject_id=mine).aggregate(**sums)}]
        shares = CaseShare.objects.filter(
            dimension=SHARES[fact], key__in=list(parts), opened_at__gt=since,
            case__kind=self.kind, case__currency=currency, case__status__in=COUNTED,
        )  # fmt: skip
        rows = shares.exclude(case__subject_id=mine).order_by().values("key").annotate(**sums)
        return [{"whose": row["key"], **row} for row in rows]

    def _since(self, days: int) -> datetime:
        return self.now - timedelta(days=days)


class PastSums:
    """The same out of cases already in memory, as it would have been when one of them was opened: for previews."""

    def __init__(self, cases: Iterable[ApprovalCase]) -> None:
        self._rows: dict[tuple[str, str, str], list[tuple[datetime, Decimal, int]]] = defaultdict(list)
        for case in sorted(cases, key=lambda case: case.opened_at):
            if case.status in COUNTED:
                self._enter(case)
        self._running: dict[tuple[str, str, str, Decimal], tuple[list[datetime], list[Decimal]]] = {}

    def _enter(self, case: ApprovalCase) -> None:
        for fact in (*PERSONS, *SHARES):
            for whose, part in parts_of(fact, case.facts).items():
                self._rows[fact, whose, case.currency].append((case.opened_at, part, case.subject_id))

    def at(self, case: ApprovalCase) -> "PastSumsAt":
        return PastSumsAt(self, case)

    def between(self, fact: str, whose: str, currency: str, limit: Decimal, start: datetime, end: datetime) -> Any:
        """Sum and number of what was within the limit in (start, end)."""
        times, totals = self._of(fact, whose, currency, limit)
        first, last = bisect_right(times, start), bisect_left(times, end)
        return totals[last] - totals[first], last - first

    def _of(self, fact: str, whose: str, currency: str, limit: Decimal) -> tuple[list[datetime], list[Decimal]]:
        key = (fact, whose, currency, limit)
        if key not in self._running:
            rows = [row for row in self._rows[fact, whose, currency] if row[1] <= limit]
            totals = list(accumulate((amount for _at, amount, _pk in rows), initial=Decimal(0)))
            self._running[key] = ([at for at, _amount, _pk in rows], totals)
        return self._running[key]


class PastSumsAt:
    def __init__(self, past: PastSums, case: ApprovalCase) -> None:
        self.past, self.case = past, case

    def of(self, asked: Asked) -> Decimal | None:
        fact, days, limit = asked
        case, found = self.case, []
        for whose, part in parts_of(fact, case.facts).items():
            start = case.opened_at - timedelta(days=days)
            total, number = self.past.between(fact, whose, case.currency, limit, start, case.opened_at)
            if number:
                found.append(total + part)
        return max(found, default=None)
