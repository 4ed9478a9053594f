"""The table that is printed, and the same for machines."""

import os
from collections.abc import Sequence
from typing import Any

from tools.bench.aims import NAMES, Aim, Run, aims_of, figure, growth

HEADS = ("act", "per s", "p50 ms", "p95 ms", "queries", "floor/s", "compared", "ratio", "aim", "verdict")
NUMBERS = range(1, 6)


def printed(runs: Sequence[Run]) -> str:
    parts = [_section(run) for run in runs]
    if len(runs) > 1:
        parts.append(_growth(list(growth(runs[0], runs[1]))))
    short = [aim for run in runs for aim in aims_of(run) if not aim.met]
    short += [aim for aim in growth(*runs) if not aim.met] if len(runs) > 1 else []
    parts.append(f"{len(short)} of the aims fall short." if short else "All aims are met.")
    return "\n\n".join(parts)


def _section(run: Run) -> str:
    head = (
        f"{run['orders']:,} orders, medians of {run['rounds']} rounds, {os.cpu_count()} cores, load {run['load']:.1f},"
        f" built in {run['build_seconds']:.0f} s"
    )
    aims: dict[str, list[Aim]] = {}
    for aim in aims_of(run):
        aims.setdefault(aim.act, []).append(aim)
    rows = [row for act in NAMES for row in _rows(run, act, aims.get(act, []))]
    return f"{head}\n\n{_table(HEADS, rows, NUMBERS)}"


def _rows(run: Run, act: str, aims: list[Aim]) -> list[list[str]]:
    known = run["figures"][act]
    row = [NAMES[act], f"{figure(run, act, 'rate'):,.1f}", f"{figure(run, act, 'p50'):,.1f}"]
    row += [
        f"{figure(run, act, 'p95'):,.1f}",
        _optional(run, act, known, "queries"),
        _optional(run, act, known, "floor"),
    ]
    told = [[aim.what, f"{aim.value:.2f}", aim.aim, aim.verdict] for aim in aims] or [["", "", "", ""]]
    return [[*row, *told[0]], *([""] * 6 + more for more in told[1:])]


def _optional(run: Run, act: str, known: dict[str, Any], name: str) -> str:
    return f"{figure(run, act, name):,.0f}" if known.get(name) else "-"


def _growth(aims: list[Aim]) -> str:
    rows = [[NAMES[aim.act], f"{aim.value:.2f}", aim.aim, aim.verdict] for aim in aims]
    head = "How much slower the larger company is, against the empty view of the same moment"
    return f"{head}\n\n{_table(('act', aims[0].what, 'aim', 'verdict'), rows, range(1, 2))}"


def _table(heads: Sequence[str], rows: list[list[str]], numbers: range) -> str:
    widths = [max(len(row[place]) for row in [list(heads), *rows]) for place in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "| " + " | ".join(padded) + " |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([line(heads), rule, *map(line, rows)])


def as_data(runs: Sequence[Run]) -> dict[str, Any]:
    aims = [{"orders": run["orders"], **_plain(aim)} for run in runs for aim in aims_of(run)]
    grown = [_plain(aim) for aim in growth(*runs)] if len(runs) > 1 else []
    return {"runs": list(runs), "aims": aims, "growth": grown}


def _plain(aim: Aim) -> dict[str, Any]:
    return {**vars(aim), "met": aim.met}
