"""A company with so many orders, written by the database itself: a million orders of five lines in minutes.

The statements stand in tools/bench/sql and run in the order of their names. From more than `CHECKED` orders on,
indexes are taken away before and made again after, and what the checks of foreign keys said about a smaller company
is believed.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from customers.models import Customer
from reports.services.figures import rebuild_figures
from tools.bench.company import make_partner, make_people, make_products, make_sellers
from tools.bench.environment import Size

SQL = Path(__file__).parent / "sql"
CHECKED = 10_000
ORDERS_A_CUSTOMER = 25
CITIES = ["苏州", "上海", "深圳", "杭州", "宁波", "无锡", "东莞", "佛山", "青岛", "成都", "武汉", "厦门", "天津"]
TRADES = [
    "精密",
    "电子",
    "机械",
    "化工",
    "纺织",
    "建材",
    "食品",
    "医疗",
    "汽配",
    "光学",
    "五金",
    "塑料",
    "包装",
    "照明",
    "仪器",
    "电气",
    "模具",
    "环保",
    "物流",
    "软件",
]
PATH = ["received", "reviewed", "approved", "in_production", "shipped", "accepted", "closed"]
# Of a hundred orders.
SPREAD = {
    "draft": 2, "received": 4, "returned": 1, "reviewed": 2, "approved": 3, "in_production": 6, "shipped": 3,
    "accepted": 3, "closed": 71, "canceled": 4, "rejected": 1,
}  # fmt: skip
INDEXES = """
SELECT format('%I', c.relname), pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE n.nspname = 'public' AND t.relname ~ '^(orders|workflow|core|customers|credit)_'
  AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) AND NOT i.indisprimary
"""


def build(size: Size) -> tuple[str, float]:
    """The partner's key, and the seconds it took."""
    started = time.perf_counter()
    people, sellers, products = make_people(), make_sellers(), make_products()
    customers = max(40, size.orders // ORDERS_A_CUSTOMER)
    names: dict[str, Any] = {
        **people, "sellers": sellers, "products": products, "orders": size.orders, "customers": customers,
        "to_approve": size.to_approve, "path": PATH, "cities": CITIES, "trades": TRADES,
        "statuses": [status for status, share in SPREAD.items() for _ in range(share)],
    }  # fmt: skip
    with _unhindered(size.orders > CHECKED):
        first, *rest = sorted(SQL.glob("*.sql"))
        _run(first, names)
        _sequence_after("customers_customer")
        partner, key = make_partner(Customer.objects.get(pk=1))
        with transaction.atomic():
            for path in rest:
                _run(path, {**names, "partner": partner.pk})
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE made")
    rebuild_figures()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return key, time.perf_counter() - started


def _run(path: Path, names: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(path.read_text(), names)


def _sequence_after(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


@contextmanager
def _unhindered(many: bool) -> Iterator[None]:
    if not many:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = origin")
