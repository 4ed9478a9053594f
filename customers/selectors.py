"""Reads of the archive that other rooms ask for too."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from customers.choices import REQUIRED_PAPERS, PaperKind
from customers.models import ArchiveRules, Customer, QualificationPaper


@dataclass(frozen=True)
class MissingPaper:
    """`expired_date`: the last day of the newest one that was valid once; None when none was ever filed."""

    kind: PaperKind
    expired_date: date | None


def missing_papers(customer: Customer, today: date) -> list[MissingPaper]:
    """The required qualification papers that are not valid today, and why (R1.7). One query."""
    return missing_among(customer.papers.filed(), today)


def missing_among(papers: Iterable[QualificationPaper], today: date) -> list[MissingPaper]:
    """The same for papers that were read already."""
    found = list(papers)
    return [
        MissingPaper(kind, max((p.expires_date for p in found if p.kind == kind and p.expires_date), default=None))
        for kind in REQUIRED_PAPERS
        if not any(paper.kind == kind and paper.is_valid_on(today) for paper in found)
    ]


def current_rules() -> ArchiveRules:
    return ArchiveRules.objects.filter(is_current=True).first() or ArchiveRules()


def verified_before(rules: ArchiveRules, today: date) -> date:
    """Archives last verified before this day are due (R1.4)."""
    return months_earlier(today, rules.verify_after_months)


def notice_day(rules: ArchiveRules, today: date) -> date:
    """Papers that end by this day are to be renewed now."""
    return today + timedelta(days=rules.paper_notice_days)


def months_earlier(day: date, months: int) -> date:
    """The same day of an earlier month, or its last one: March 31st less a month is February 28th."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
