"""What another rule of a check would have done to the orders submitted in the last months (R14.13).

Both rules look at each order's last round as it was submitted, with today's stock, credit and receipts: so what differs
differs by the rule alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from orders.checks import CHECKS, Looked
from orders.choices import CheckOutcome
from orders.models import CheckPolicy, ReviewRound
from workflow.models import Preview
from workflow.previews import Beat

KIND = "check"
MONTH = timedelta(days=30)
MOST, STEP, SHOWN = 20_000, 100, 100


def count(preview: Preview) -> int:
    return len(_last_rounds(preview))


def effect_of(preview: Preview, beat: Beat) -> dict[str, Any]:
    """Numbers by what becomes of an order, and the orders of which something else becomes; as plain data."""
    code = preview.about
    before = CheckPolicy.objects.get(code=code, is_current=True)
    after = CheckPolicy(code=code, severity=preview.asked["severity"], limits=preview.asked["limits"])
    totals: Counter[tuple[str, str]] = Counter()
    rows = []
    for number, round_ in enumerate(_rounds(_last_rounds(preview)), start=1):
        looked = Looked(round_)
        was, would = (_fate(looked, policy) for policy in (before, after))
        totals[was, would] += 1
        if was != would:
            rows.append(_row(round_, was, would))
        if number % STEP == 0:
            beat(number)
    fates = sorted({fate for pair in totals for fate in pair})
    return {
        "months": preview.asked["months"], "orders": totals.total(), "changed": len(rows), "rows": rows[:SHOWN],
        "fates": [[fate, _sum(totals, 0, fate), _sum(totals, 1, fate)] for fate in fates],
    }  # fmt: skip


def _last_rounds(preview: Preview) -> list[int]:
    """Of each order the last round opened in those months, the newest first."""
    since = preview.asked_at - int(preview.asked["months"]) * MONTH
    rows = ReviewRound.objects.filter(opened_at__gte=since, opened_at__lte=preview.asked_at).order_by("opened_at", "pk")
    last = dict(rows.values_list("order_id", "pk"))
    return sorted(last.values(), reverse=True)[:MOST]


def _rounds(keys: list[int]) -> Iterator[ReviewRound]:
    """In portions, so that neither memory nor a statement grows with their number."""
    for start in range(0, len(keys), STEP):
        rows = ReviewRound.objects.select_related("order__customer__credit_account", "order__partner")
        rows = rows.prefetch_related("order__terms")
        yield from rows.filter(pk__in=keys[start : start + STEP]).order_by("-pk")


def _fate(looked: Looked, policy: CheckPolicy) -> str:
    """What becomes of the order: "passed", "unjudged", or what the rule says of a failure."""
    found = CHECKS[policy.code](looked, policy)
    return str(policy.severity if found.outcome == CheckOutcome.FAILED else found.outcome)


def _row(round_: ReviewRound, was: str, would: str) -> dict[str, Any]:
    order = round_.order
    return {
        "order": order.pk, "label": str(order), "customer": str(order.customer), "amount": str(order.amount),
        "currency": order.currency, "was": was, "would": would,
    }  # fmt: skip


def _sum(totals: Iterable[Any], place: int, fate: str) -> int:
    counted: Any = totals
    return sum(number for pair, number in counted.items() if pair[place] == fate)
