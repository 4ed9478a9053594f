"""Between approval and acceptance: one product that many want at once, a board of plans, a long ledger."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User, system_user
from catalog.models import Product, StockMovement
from catalog.services import receive_stock, save_product
from core.keyset import Cursor, encode
from credit.services import set_credit_limit
from customers.choices import REQUIRED_PAPERS, Tier
from customers.models import Customer
from customers.services import file_paper, save_customer
from fulfillment.inspected import ItemFinding
from fulfillment.models import DeliveryCheck
from fulfillment.services import check_delivery, create_shipment, record_inspection
from orders import services
from orders.choices import DEPARTMENT_ROLE, Department, DueEvent
from orders.ladder import current_case
from orders.models import Order
from orders.specs import LineSpec, OrderSpec, TermSpec

CLIENTS = 8
PLANS, STEPS = 500, 4
SCARCE, BUYER = "P-SCARCE", "紧俏件采购有限公司"


def wanted_by_many(number: int) -> tuple[list[int], list[int]]:
    """Shipments that may leave and orders that wait for their last signature, all for one product.

    Stock holds half of what the signed orders ask for: the other half must find the shelf empty.
    """
    _buyer()
    product = _product(number + number // 2)
    shipments = [_ready_to_leave(product) for _ in range(number)]
    return shipments, [_reviewed(product).pk for _ in range(number)]


# The floor writes rows of its own, under references that no order has.
BOOKS = """
SELECT l.on_hand, l.reserved,
    (SELECT sum(m.quantity) FROM catalog_stockmovement m WHERE m.lot_id = l.id AND (m.reference = '' OR EXISTS
        (SELECT 1 FROM orders_order o WHERE o.number = m.reference))),
    (SELECT coalesce(sum(r.quantity), 0) FROM catalog_stockreservation r WHERE r.lot_id = l.id AND EXISTS
        (SELECT 1 FROM orders_order o WHERE o.number = r.reference))
FROM catalog_stocklot l JOIN catalog_product p ON p.id = l.product_id WHERE p.code = %s AND l.batch = 'B1'
"""


def prove_stock() -> None:
    """Raise RuntimeError unless the lot is the sum of its movements and reservations, with no more promised than is."""
    with connection.cursor() as cursor:
        cursor.execute(BOOKS, [SCARCE])
        ((on_hand, reserved, moved, promised),) = cursor.fetchall()
    if (on_hand, reserved) != (moved, promised) or not 0 <= reserved <= on_hand:
        raise RuntimeError(f"on hand {on_hand}, moved {moved}; reserved {reserved}, promised {promised}")


def _buyer() -> None:
    """A customer whose orders nothing holds back: papers in order, nothing owed, and credit for all of them."""
    values = {"name": BUYER, "tier": Tier.KEY, "owner": _person("sales")}
    by = _person("inside_sales")
    customer = save_customer(customer=Customer(), values=values, contacts=[], addresses=[], by=by)
    for kind in REQUIRED_PAPERS:
        file_paper(customer=customer, kind=kind, number="91440300MA5DA1234X", by=by)
    set_credit_limit(customer=customer, limit=Decimal(10_000_000), reason="年度授信", by=_person("finance"))


def _product(stock: int) -> Product:
    values = {"code": SCARCE, "name": "紧俏件", "unit": "台", "list_price": Decimal(2000), "floor_price": Decimal(50),
              "lead_time_days": 7}  # fmt: skip
    product = save_product(product=Product(), values=values, by=_person("order_center"))
    receive_stock(product=product, quantity=Decimal(stock), batch="B1", by=system_user())
    return product


def _reviewed(product: Product) -> Order:
    order = services.place_order(spec=_spec(product), by=_person("sales"))
    services.review_preliminarily(order=order, result="passed", by=_person("inside_sales"))
    for department in Department.values:
        by = _person(DEPARTMENT_ROLE[Department(department)])
        services.give_opinion(order=order, department=department, result="favorable", lead_time_days=7, by=by)
    order = services.review_order(order=order, by=_person("order_center"))
    for role in signers(order)[:-1]:
        services.decide_approval(order=order, approve=True, by=_person(role))
    return Order.objects.get(pk=order.pk)


def signers(order: Order) -> list[str]:
    """The roles of its ladder, in their order."""
    case = current_case(order)
    return [step.role for step in case.steps.order_by("position")] if case else []


def _ready_to_leave(product: Product) -> int:
    order = _reviewed(product)
    services.decide_approval(order=order, approve=True, by=_person(signers(order)[-1]))
    order = Order.objects.get(pk=order.pk)
    (line,) = order.lines.all()
    day = timezone.localdate() + timedelta(days=30)
    services.record_promise(order=order, dates={line.pk: day}, by=_person("production"))
    services.start_production(order=order, by=_person("production"))
    record_inspection(order=order, findings={line.pk: ItemFinding(True)}, by=_person("quality"))
    shipment = create_shipment(order=order, quantities={line.pk: line.quantity}, by=_person("logistics"))
    items = dict.fromkeys(DeliveryCheck.ITEMS, True)
    check_delivery(shipment=shipment, items=items, by=_person("warehouse"))
    return shipment.pk


def _spec(product: Product) -> OrderSpec:
    today = timezone.localdate()
    return OrderSpec(
        customer=Customer.objects.get(name=BUYER), lines=(LineSpec(Decimal(1), Decimal(2000), product=product),),
        terms=(TermSpec(DueEvent.ON_DELIVERY, Decimal(100)),), contact_name="李明", contact_phone="13800138000",
        salesperson=_person("sales"), ordered_date=today, requested_date=today + timedelta(days=30),
        delivery_address="苏州市星湖街 328 号",
    )  # fmt: skip


def _person(username: str) -> User:
    return User.objects.get(username=username)


DRAW_PLANS = """
INSERT INTO fulfillment_planstep
(order_line_id, position, name, role, is_inspected, planned_start, planned_end, note)
SELECT line.id, step, '工序' || step, 'production', false, current_date + 2 * step, current_date + 2 * step + 1, ''
FROM (SELECT l.id FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
    WHERE o.status = 'in_production' ORDER BY l.id LIMIT %s) AS line, generate_series(1, %s) AS step
"""
BOARD = """
SELECT l.*, o.*, c.name FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
JOIN customers_customer c ON c.id = o.customer_id
WHERE o.status = 'in_production' AND l.id IN (SELECT order_line_id FROM fulfillment_planstep)
ORDER BY l.promise_date, l.id LIMIT %s
"""
STEPS_OF_BOARD = "SELECT * FROM fulfillment_planstep ORDER BY order_line_id, position LIMIT %s"


def draw_plans() -> list[tuple[str, list[Any]]]:
    """Plans for the first lines in production; answers what a board reads of them."""
    with connection.cursor() as cursor:
        cursor.execute(DRAW_PLANS, [PLANS, STEPS])
        cursor.execute("ANALYZE fulfillment_planstep")
    return [(BOARD, [PLANS]), (STEPS_OF_BOARD, [PLANS * STEPS])]


# In and out again: the lot holds nothing, and its ledger adds up.
FILL_LEDGER = """
WITH lot AS (
    INSERT INTO catalog_stocklot (product_id, warehouse_id, batch, on_hand, reserved, status, blocked_reason)
    SELECT p.id, w.id, 'LEDGER', 0, 0, 'usable', '' FROM catalog_product p, catalog_warehouse w
    WHERE p.code = 'P0200' ORDER BY w.id LIMIT 1 RETURNING id
)
INSERT INTO catalog_stockmovement (lot_id, kind, quantity, balance, reference, note, at, by_id)
SELECT lot.id, CASE mod(n, 2) WHEN 1 THEN 'received' ELSE 'taken' END, CASE mod(n, 2) WHEN 1 THEN 1 ELSE -1 END,
    mod(n, 2), 'B' || n, '', now() - interval '1 second' * (%s - n) - interval '1 day', u.id
FROM lot, accounts_user u, generate_series(1, %s) AS n WHERE u.username = 'warehouse'
"""
FIFTY = """
SELECT m.*, l.*, p.*, w.*, u.* FROM catalog_stockmovement m JOIN catalog_stocklot l ON l.id = m.lot_id
JOIN catalog_product p ON p.id = l.product_id JOIN catalog_warehouse w ON w.id = l.warehouse_id
JOIN accounts_user u ON u.id = m.by_id ORDER BY m.at DESC, m.id DESC LIMIT 50
"""


def fill_ledger(movements: int) -> list[tuple[str, list[Any]]]:
    """So many movements; answers what one page reads of them."""
    with connection.cursor() as cursor:
        cursor.execute(FILL_LEDGER, [movements, movements])
        cursor.execute("VACUUM ANALYZE catalog_stockmovement")
    return [(FIFTY, [])]


def deep_in_the_ledger(movements: int) -> str:
    """The cursor of a page nine tenths down."""
    row = StockMovement.objects.order_by("at", "pk")[movements // 10]
    return encode(Cursor(False, (row.at, row.pk)))


def alternate(*ways: Iterator[Any]) -> Iterator[Any]:
    return itertools.chain.from_iterable(zip(*ways, strict=False))
