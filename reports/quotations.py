"""Quotations of a period by outcome, for the general manager (R3.7): three statements, whatever their number.

A quotation counts on the day it was decided; superseded versions do not, the last one speaks for them.
Win rate = accepted / (accepted + lost): those a customer's word is known of. What ran out in silence is no answer and
stands beside as a share of its own: expired / (accepted + lost + expired). Amounts are added up within one currency.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse

from accounts.models import User
from orders.choices import QUOTATION_DECIDED, QuotationStatus
from orders.models import Quotation

S = QuotationStatus
TOP = 20


@dataclass(frozen=True)
class Row:
    label: str
    count: int
    amount: Decimal
    url: str = ""


@dataclass(frozen=True)
class Seller:
    label: str
    won: int
    lost: int
    expired: int
    amount: Decimal  # of what was won

    @property
    def count(self) -> int:
        return self.won + self.lost + self.expired

    @property
    def rate(self) -> float | None:
        return _share(self.won, self.won + self.lost)

    @property
    def expired_share(self) -> float | None:
        return _share(self.expired, self.count)


class QuotationFigures:
    """`first` and `last` are company days, both included."""

    def __init__(self, *, first: date, last: date, currency: str) -> None:
        self.first, self.last, self.currency = first, last, currency
        self.rows = Quotation.objects.filter(
            status__in=QUOTATION_DECIDED, closed_at__date__gte=first, closed_at__date__lte=last, currency=currency
        )
        self.outcomes = self._outcomes()

    def _outcomes(self) -> list[Row]:
        found = {row["status"]: row for row in _summed(self.rows, "status")}
        return [
            Row(str(S(status).label), *_figures(found.get(status)), self.address(status=status))
            for status in QUOTATION_DECIDED
        ]

    @property
    def count(self) -> int:
        return sum(row.count for row in self.outcomes)

    @property
    def win_rate(self) -> float | None:
        won, lost, _expired = (row.count for row in self.outcomes)
        return _share(won, won + lost)

    @property
    def expired_share(self) -> float | None:
        return _share(self.outcomes[2].count, self.count)

    def reasons(self) -> list[Row]:
        words: Any = dict(Quotation._meta.get_field("loss_reason").flatchoices)  # type: ignore[union-attr]
        lost = _summed(self.rows.filter(status=S.LOST), "loss_reason").order_by("-number", "loss_reason")
        return [
            Row(str(words[row["loss_reason"]]), *_figures(row),
                self.address(status=S.LOST, reason=row["loss_reason"]))
            for row in lost
        ]  # fmt: skip

    def sellers(self) -> Sequence[Seller]:
        """The busiest first."""
        found: dict[int, dict[str, Any]] = {}
        for row in _summed(self.rows, "salesperson", "status").order_by("salesperson"):
            found.setdefault(row["salesperson"], {})[row["status"]] = row
        people = User.objects.in_bulk(found)
        made = [_seller(str(people.get(key, "–")), by_status) for key, by_status in found.items()]
        return sorted(made, key=lambda seller: -seller.count)[:TOP]

    def address(self, **more: str) -> str:
        """The list of the quotations counted."""
        period = {"decided_from": self.first, "decided_to": self.last, "currency": self.currency}
        return f"{reverse('orders:quotation-list')}?{urlencode({**more, **period})}"


def _summed(rows: QuerySet[Quotation], *by: str) -> Any:
    return rows.order_by().values(*by).annotate(number=Count("pk"), total=Sum("amount"))


def _figures(row: dict[str, Any] | None) -> tuple[int, Decimal]:
    return (row["number"], row["total"]) if row else (0, Decimal(0))


def _seller(label: str, by_status: dict[str, Any]) -> Seller:
    won, amount = _figures(by_status.get(S.ACCEPTED))
    lost, expired = (_figures(by_status.get(status))[0] for status in (S.LOST, S.EXPIRED))
    return Seller(label, won, lost, expired, amount)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
