"""The rounds of an order's review side by side: what each department and check said, and what changed between."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from catalog.services.products import READ_COST
from core.act_words import Change, changes_of
from core.attachments import may_open_kind
from core.models import Attachment, AuditEntry
from customers.privacy import may_read_money
from orders.choices import CHECKS_OF_MONEY, CheckCode, Department
from orders.models import Order, ReviewOpinion, ReviewRound
from workflow.choices import WorkKind
from workflow.models import WorkItem


@dataclass(frozen=True)
class Cell:
    """What was said in one round; `changed` when it differs from the round before."""

    said: Any
    changed: bool = False


@dataclass(frozen=True)
class Edit:
    """One edit of the order between two rounds."""

    entry: AuditEntry
    changes: list[Change]


def rounds_for(order: Order, user: User) -> list[Any]:
    """The review rounds, the newest first; what goods cost is for those who judge prices, what a customer owes for
    those who may read the customer's money."""
    rounds = list(order.rounds.prefetch_related("opinions__by", "checks").order_by("-number"))
    checks = [check for round_ in rounds for check in round_.checks.all()]
    money = order.customer is None or may_read_money(user, order.customer)
    for check in checks:
        if check.code == CheckCode.MARGIN and not user.has_role(*READ_COST):
            check.asked = check.allowed = ""
        if check.code in CHECKS_OF_MONEY and not money:
            check.asked = check.allowed = check.source = ""
    return rounds


def side_by_side(rounds: Sequence[ReviewRound]) -> list[tuple[Any, list[Cell]]]:
    """Rows of (label, a cell a round), the oldest round first: the departments, then the checks."""
    ordered = sorted(rounds, key=lambda round_: round_.number)
    opinions = [{opinion.department: opinion for opinion in round_.opinions.all()} for round_ in ordered]
    checks = [{check.code: check for check in round_.checks.all()} for round_ in ordered]
    rows = [(label, _cells([said.get(code) for said in opinions], _word)) for code, label in Department.choices]
    rows += [(label, _cells([said.get(code) for said in checks], _finding)) for code, label in CheckCode.choices]
    return [(label, cells) for label, cells in rows if any(cell.said for cell in cells)]


def _cells(said: list[Any], picture: Any) -> list[Cell]:
    pictures = [picture(one) if one else None for one in said]
    return [Cell(one, changed=place > 0 and pictures[place] != pictures[place - 1]) for place, one in enumerate(said)]


def _word(opinion: ReviewOpinion) -> tuple[Any, ...]:
    return opinion.result, opinion.lead_time_days, opinion.conditions


def _finding(check: Any) -> tuple[Any, ...]:
    return check.outcome, check.asked, check.allowed, check.severity


def edits_between(order: Order, rounds: Sequence[ReviewRound]) -> list[tuple[ReviewRound, list[Edit]]]:
    """By round, the newest first, what was edited on the order since the round before was opened. One query."""
    ordered = sorted(rounds, key=lambda round_: round_.number)
    if len(ordered) < 2:
        return []
    entries = AuditEntry.objects.filter(
        subject_type="orders.order", subject_id=order.pk, action="order.edited",
        at__gte=ordered[0].opened_at, at__lte=ordered[-1].opened_at,
    ).select_related("by").order_by("at", "pk")  # fmt: skip
    found = defaultdict[int, list[Edit]](list)
    for entry in entries:
        round_ = next(r for r in ordered if r.opened_at >= entry.at)
        found[round_.number].append(Edit(entry, changes_of(entry.subject_type, entry.changes)))
    return [(round_, found[round_.number]) for round_ in reversed(ordered[1:])]


def add_clocks(order: Order, round_: ReviewRound) -> None:
    """Give each opinion of the round its department's clock as `work`, running or done. One query."""
    items = WorkItem.objects.about(order._meta.label_lower, order.pk).filter(
        kind=WorkKind.REVIEW, opened_at__gte=round_.opened_at
    )
    by_department = {item.key: item for item in items.select_related("policy").with_pause_reason().order_by("pk")}
    for opinion in round_.opinions.all():
        opinion.work = by_department.get(opinion.department)  # type: ignore[attr-defined]


def add_evidence(rounds: Iterable[ReviewRound], user: User) -> None:
    """Give each opinion its files as `files`: (file, whether the reader may open it). One query."""
    opinions = {opinion.pk: opinion for round_ in rounds for opinion in round_.opinions.all()}
    rows = Attachment.objects.filter(subject_type=ReviewOpinion._meta.label_lower, subject_id__in=opinions)
    files = defaultdict[int, list[tuple[Attachment, bool]]](list)
    for row in rows.order_by("pk"):
        files[row.subject_id].append((row, may_open_kind(user, row.kind)))
    for pk, opinion in opinions.items():
        opinion.files = files[pk]  # type: ignore[attr-defined]
