"""One company of one size, built and measured: `python -m tools.bench.measure ORDERS ROUNDS RESULT.json`.

A process of its own per size: its environment is the server's, and nothing is left over from the size before.
"""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

from config.collector import settle  # noqa: E402
from orders.models import Order, OrderLine  # noqa: E402
from reports.services.figures import fold_all  # noqa: E402
from tools.bench import dossiers, environment, execution, floor, inside  # noqa: E402
from tools.bench.build import build  # noqa: E402
from tools.bench.environment import GOODS, Size  # noqa: E402
from tools.bench.server import Request, fire, running  # noqa: E402
from tools.bench.visits import FEW, Visits  # noqa: E402

VISITS = (
    "empty", "create", "entry", "submit", "opinion", "sheet", "approve", "goods", "list_page", "first_page",
    "deep_page", "order_page", "order_api", "dashboard", "board", "ledger", "deep_ledger",
)  # fmt: skip
# Its aim is the server's own time, so nobody else is served meanwhile.
ALONE = {"dashboard", "entry"}
# Requests a round, of what takes long or uses its subject up.
FEWER = {"entry": FEW, "submit": FEW, "opinion": FEW, "goods": 2 * GOODS, "board": FEW}
CONNECTIONS = {**dict.fromkeys(ALONE, 1), "goods": execution.CLIENTS}
Figures = dict[str, dict[str, list[float]]]


def main(orders: int, rounds: int, result: Path) -> None:
    size = Size(orders, rounds)
    key, seconds = build(size)
    say(f"{orders:,} orders built in {seconds:.0f} s")
    visits = Visits(size, key)
    figures: Figures = defaultdict(lambda: defaultdict(list))
    with override_settings(ALLOWED_HOSTS=["*"]):
        written = {act: floor.rows_written_by(once(visits, act)) for act in ("create", "approve")}
    # One of each in turn: a pair is two requests.
    pair = floor.rows_written_by(once(visits, "goods", 2))
    floors: dict[str, Callable[[], float]] = {"goods": lambda: 2 * floor.writes_a_second(pair)}
    floors |= {act: partial(floor.writes_a_second, rows) for act, rows in written.items()}
    floors |= {act: partial(floor.reads_a_second, rows) for act, rows in read_by(visits).items()}
    board, page = execution.draw_plans(), execution.fill_ledger(size.movements)
    floors |= {"board": partial(floor.reads_a_second, board)}
    floors |= {act: partial(floor.reads_a_second, page) for act in ("ledger", "deep_ledger")}
    with running(result.parent / "logs"):
        measure_visits(visits, floors, figures)
        execution.prove_stock()
        measure_inside(visits, figures)
    result.write_text(json.dumps({
        "orders": orders, "rounds": rounds, "build_seconds": seconds, "load": os.getloadavg()[0], "figures": figures,
    }))  # fmt: skip


def once(visits: Visits, act: str, number: int = 1) -> Callable[[], Any]:
    """The act in this process, through the same middleware. The first of a month also makes its counters."""

    def send() -> None:
        for request in visits.of(act, number):
            response = in_process(request)
            if response.status_code != request.expected:
                raise RuntimeError(f"{act}: {response.status_code} {response.content[:400]!r}")

    send()
    return send


def in_process(request: Request) -> Any:
    kind = request.headers.get("Content-Type", "application/json")
    return Client().generic(request.method, request.path, request.body, content_type=kind, headers=request.headers)


def read_by(visits: Visits) -> dict[str, list[tuple[str, list[Any]]]]:
    """What pages show, read by key."""
    newest = list(Order.objects.order_by("-pk").values_list("pk", flat=True)[:50])
    (pk, _number) = visits.shown[0]
    rows = "SELECT o.*, c.*, u.* FROM orders_order o JOIN customers_customer c ON c.id = o.customer_id"
    fifty = [(f"{rows} JOIN accounts_user u ON u.id = o.salesperson_id WHERE o.id = ANY(%s)", [newest])]
    line, order = OrderLine._meta.db_table, Order._meta.db_table
    one = [(f"SELECT * FROM {order} WHERE id = %s", [pk]), (f"SELECT * FROM {line} WHERE order_id = %s", [pk])]
    return {"list_page": fifty, "first_page": fifty, "deep_page": fifty, "order_page": one, "order_api": one}


def measure_visits(visits: Visits, floors: Mapping[str, Callable[[], float]], figures: Figures) -> None:
    for act in VISITS:
        fire(visits.of(act, FEWER.get(act, 0)))
    for number in range(1, visits.size.rounds + 1):
        housekeeping()
        for act in VISITS:
            compare(visits, figures[act])
            heard = fire(visits.of(act, FEWER.get(act, 0)), CONNECTIONS.get(act, environment.CONNECTIONS))
            for name, value in vars(heard).items():
                figures[act][name].append(value)
            if act in floors:
                figures[act]["floor"].append(floors[act]())
        say(f"round {number} of {visits.size.rounds}")


def compare(visits: Visits, figures: dict[str, list[float]]) -> None:
    """The empty view of the same moment: on a shared machine that of a minute ago says nothing."""
    heard = fire(visits.of("empty"))
    figures["ceiling"].append(heard.rate)
    figures["ceiling_p50"].append(heard.p50)


def housekeeping() -> None:
    """What happens every minute elsewhere: beat folds the figures, autovacuum tidies what was written."""
    fold_all()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE orders_order, orders_orderline, workflow_workitem, core_auditentry")


def measure_inside(visits: Visits, figures: Figures) -> None:
    size = visits.size
    settle()  # as the workers do, whose acts these are
    inside.draw_page()
    order = dossiers.lay_out()
    for number in range(1, size.rounds + 1):
        compare(visits, figures["pdf"])
        enter(figures["pdf"], [inside.draw_page() for _page in range(10)], 1)
        compare(visits, figures["dossier"])
        enter(figures["dossier"], [dossiers.pack(order) for _time in range(5)], 1)
        figures["dossier"]["floor"].append(1 / min(dossiers.archive(order) for _time in range(5)))
        compare(visits, figures["rules"])
        enter(figures["rules"], inside.evaluate_rules(20), 1)
        compare(visits, figures["import"])
        enter(figures["import"], [inside.import_orders(size.imported, number)], size.imported)
    say("imported")
    inside.prepare_sweep(size.orders)
    for _round in range(size.rounds):
        compare(visits, figures["sweep"])
        enter(figures["sweep"], [inside.sweep_due(size.due)], size.due)


def enter(figures: dict[str, list[float]], seconds: list[float], things: int) -> None:
    ordered = sorted(seconds)
    middle, last = ordered[len(ordered) // 2], ordered[-1]
    figures["rate"].append(things / middle)
    figures["p50"].append(middle * 1000)
    figures["p95"].append(last * 1000)


def say(text: str) -> None:
    print(f"-- {text}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
