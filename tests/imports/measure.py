"""Not a test: how long 10,000 orders of five lines take, check and numbers included.

python -m tests.imports.measure [ORDERS] [LINES]      (starts a PostgreSQL of its own)
"""

import os
import sys
import time

from tools import throwaway


def order_lines(orders: int, lines: int) -> str:
    head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    rows = (
        f"{order},{10000 + (order * 7 + line) % 2000},GOODS {(order * 7 + line) % 2000},{line + 1},"
        f"2010-12-01 08:26:00,2.55,{17000 + order % 900}.0,United Kingdom\n"
        for order in range(500_000, 500_000 + orders)
        for line in range(lines)
    )
    return head + "".join(rows)


def measure(orders: int, lines: int) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.factories import person
    from tests.imports.factories import check, commit

    clerk, content = person("inside_sales"), order_lines(orders, lines)
    started, own = time.perf_counter(), time.process_time()
    job = check(content, by=clerk, source="retail")
    checked = time.perf_counter()
    job = commit(job, by=clerk)
    done = time.perf_counter()
    print(job.status, job.counts, job.summary["creates"])  # noqa: T201
    print(f"processor time of this process: {time.process_time() - own:.2f} s")  # noqa: T201
    print(f"check {checked - started:.2f} s, take {done - checked:.2f} s, together {done - started:.2f} s")  # noqa: T201


if __name__ == "__main__":
    with throwaway.postgres() as database, throwaway.valkey() as broker:
        os.environ.update(
            TEST_DATABASE_URL=database, TEST_REDIS_URL=broker, DJANGO_SETTINGS_MODULE="config.settings.test"
        )
        import django

        django.setup()
        measure(*(int(text) for text in [*sys.argv[1:3], *["10000", "5"][len(sys.argv[1:3]) :]]))
