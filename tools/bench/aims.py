"""What is aimed at, and whether it was met: ratios within one run, medians of its rounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

Run = dict[str, Any]

NAMES = {
    "empty": "empty REST view (ceiling)",
    "create": "create an order of 5 lines by API",
    "entry": "enter an order of 100 lines in the form",
    "submit": "submit an order for review",
    "opinion": "record an opinion",
    "sheet": "review sheet, 14 opinions over 3 rounds",
    "rules": "evaluate 200 approval rules",
    "approve": "approve an order",
    "goods": "reserve and dispatch one product, 8 clients",
    "list_page": "list page of 50, by status and name",
    "first_page": "list page, first",
    "deep_page": "list page, deep by key",
    "order_page": "order page",
    "order_api": "order by API (its twin)",
    "dashboard": "dashboard",
    "board": "board of 500 plans",
    "ledger": "ledger of movements, first page",
    "deep_ledger": "ledger of movements, deep by key",
    "import": "import of orders x 5 lines",
    "sweep": "sweep of due items",
    "pdf": "one PDF page, warm",
    "dossier": "dossier of an order with 40 documents",
}
GROWTH = 1.3


@dataclass(frozen=True)
class Aim:
    act: str
    what: str
    value: float
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def aim(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:.3g}"

    @property
    def verdict(self) -> str:
        return "met" if self.met else "falls short"


def figure(run: Run, act: str, name: str) -> float:
    return median(run["figures"][act][name])


def ratio(run: Run, act: str, name: str, other: str, other_name: str = "") -> float:
    """Round by round, so that a noisy minute weighs on both sides."""
    pairs = zip(run["figures"][act][name], run["figures"][other][other_name or name], strict=True)
    return median(mine / theirs for mine, theirs in pairs)


def of_ceiling(run: Run, act: str) -> float:
    return ratio(run, act, "rate", act, "ceiling")


def aims_of(run: Run) -> Iterator[Aim]:
    for act in ("create", "approve", "goods"):
        yield Aim(act, "rate / floor", ratio(run, act, "rate", act, "floor"), 1 / 5, at_least=True)
    yield Aim("create", "statements", figure(run, "create", "queries"), 20)
    yield Aim("order_api", "rate / empty view", of_ceiling(run, "order_api"), 1 / 2, at_least=True)
    yield Aim("list_page", "rate / empty view", of_ceiling(run, "list_page"), 1 / 3, at_least=True)
    yield Aim("deep_page", "time / first page", ratio(run, "deep_page", "p50", "first_page"), 1.2)
    yield Aim("deep_ledger", "time / first page", ratio(run, "deep_ledger", "p50", "ledger"), 1.2)
    yield Aim("order_page", "time / API twin", ratio(run, "order_page", "p50", "order_api"), 3)
    yield Aim("entry", "server ms", figure(run, "entry", "server"), 300)
    yield Aim("dashboard", "server ms", figure(run, "dashboard", "server"), 20)
    yield Aim("import", "seconds", figure(run, "import", "p50") / 1000, 10)
    yield Aim("pdf", "seconds", figure(run, "pdf", "p50") / 1000, 0.25)
    yield Aim("dossier", "rate / floor", ratio(run, "dossier", "rate", "dossier", "floor"), 1 / 30, at_least=True)
    yield Aim("dossier", "seconds", figure(run, "dossier", "p50") / 1000, 1)


def growth(small: Run, large: Run) -> Iterator[Aim]:
    """How much slower an act is in the larger company, each against the empty view of its own moment."""
    for act in NAMES:
        if act not in ("empty", "import"):
            before, after = (ratio(run, act, "p50", act, "ceiling_p50") for run in (small, large))
            yield Aim(act, f"{large['orders']:,} / {small['orders']:,}", after / before, GROWTH)
