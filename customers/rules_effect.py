"""What other rules of the archive would do today, before they are put in force (R14.13). Eight queries, however large
the archive is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import Count, Q, QuerySet

from customers.choices import Frequency
from customers.models import ArchiveRules, Customer, QualificationPaper
from customers.selectors import notice_day, verified_before

SHOWN = 20
ENDLESS = 1_000_000_000


@dataclass(frozen=True)
class Change:
    """A number under the rules in force and under the others."""

    label: object
    now: int
    then: int


@dataclass(frozen=True)
class Move:
    customer: Customer
    before: str
    after: str


@dataclass(frozen=True)
class Effect:
    """`archives`, `papers`: how many come up for renewal; `due`: the first customers of whom that changes."""

    archives: Change
    papers: Change
    bands: list[Change]
    moved: int
    moves: list[Move]
    due: list[Customer]
    due_papers: list[QualificationPaper]

    @property
    def cut(self) -> int:
        """How many of each are named, where there may be more."""
        return SHOWN if SHOWN in (len(self.moves), len(self.due), len(self.due_papers)) else 0


def effect_of(proposed: ArchiveRules, current: ArchiveRules, today: date) -> Effect:
    counted = dict(Customer.objects.order_by().values_list("orders_in_year").annotate(number=Count("pk")))
    moving = _moving(current, proposed)
    return Effect(
        archives=_change(*(_archives(rules, today).count() for rules in (current, proposed))),
        papers=_change(*(_papers(rules, today).count() for rules in (current, proposed))),
        bands=list(_bands(counted, current, proposed)),
        moved=sum(n for orders, n in counted.items() if current.frequency_of(orders) != proposed.frequency_of(orders)),
        moves=[_move(customer, current, proposed) for customer in moving[:SHOWN]],
        due=list(_archives_between(current, proposed, today)[:SHOWN]),
        due_papers=list(_papers_between(current, proposed, today)[:SHOWN]),
    )


def _change(now: int, then: int) -> Change:
    return Change("", now, then)


def _archives(rules: ArchiveRules, today: date) -> QuerySet[Customer]:
    rows: QuerySet[Customer] = Customer.objects.due_for_verification(verified_before(rules, today))
    return rows


def _archives_between(one: ArchiveRules, other: ArchiveRules, today: date) -> QuerySet[Customer]:
    """Due under one of them only."""
    first, last = sorted(verified_before(rules, today) for rules in (one, other))
    rows: QuerySet[Customer] = Customer.objects.active().filter(verified_date__gte=first, verified_date__lt=last)
    return rows.order_by("verified_date", "pk")


def _papers(rules: ArchiveRules, today: date) -> QuerySet[QualificationPaper]:
    rows = QualificationPaper.objects.to_renew(notice_day(rules, today))
    found: QuerySet[QualificationPaper] = rows.filter(customer__is_active=True)
    return found


def _papers_between(one: ArchiveRules, other: ArchiveRules, today: date) -> QuerySet[QualificationPaper]:
    first, last = sorted((one, other), key=lambda rules: rules.paper_notice_days)
    rows = _papers(last, today).filter(expires_date__gt=notice_day(first, today))
    return rows.select_related("customer").order_by("expires_date", "pk")


def _bands(counted: dict[int, int], current: ArchiveRules, proposed: ArchiveRules) -> Iterable[Change]:
    now, then = Counter[str](), Counter[str]()
    for orders, customers in counted.items():
        now[current.frequency_of(orders)] += customers
        then[proposed.frequency_of(orders)] += customers
    return (Change(band.label, now[band], then[band]) for band in Frequency)


def _moving(current: ArchiveRules, proposed: ArchiveRules) -> QuerySet[Customer]:
    """Whoever has a number of orders between two limits where the two rules say different words."""
    both = (current, proposed)
    limits = {1, ENDLESS, *(rules.regular_from for rules in both), *(rules.frequent_from for rules in both)}
    between = Q(pk__in=[])
    for low, high in pairwise(sorted(limits)):
        if current.frequency_of(low) != proposed.frequency_of(low):
            between |= Q(orders_in_year__gte=low, orders_in_year__lt=high)
    rows: QuerySet[Customer] = Customer.objects.filter(between).order_by("-orders_in_year", "pk")
    return rows


def _move(customer: Customer, current: ArchiveRules, proposed: ArchiveRules) -> Move:
    before, after = (rules.frequency_of(customer.orders_in_year) for rules in (current, proposed))
    return Move(customer, str(Frequency(before).label), str(Frequency(after).label))
