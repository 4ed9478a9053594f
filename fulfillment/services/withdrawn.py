"""Orders that were promised goods which can no longer be used, and goods promised to orders anew (R4.9, R5.4, R5.9).

The catalogue calls `tell_of_withdrawn` when a batch is blocked, scrapped or counted short (catalog.promises).
"""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from django.db import connection
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from catalog.models import StockReservation
from catalog.promises import Withdrawn
from catalog.services import reserve_stock
from core import audit, formats
from core.errors import DomainError
from fulfillment.choices import ShipmentStatus
from fulfillment.models import DeliveryCheck, Preparation, Shipment, Shortage
from fulfillment.services.preparation import end_shortage, have_mended
from fulfillment.services.shipments import MENDERS
from orders.choices import OrderStatus
from orders.models import Order
from orders.services.steps import lock_order, require_status
from workflow.notifications import notify

WITHDRAWN = gettext_noop(
    "Order %(order)s: %(goods)s. Taken from other batches: %(moved)s, missing: %(missing)s."
)  # fmt: skip


def lock_orders(references: Set[str]) -> None:
    """Lock the orders of these numbers: before the lots that are promised to them."""
    rows = Order.objects.filter(number__in=references).order_by("pk")
    list(rows.select_for_update(of=("self",)) if connection.features.has_select_for_update_of else rows)


def tell_of_withdrawn(withdrawn: Sequence[Withdrawn], reason: str, by: User, now: datetime) -> None:
    """The order's trail says so, inside sales, production and the salesperson know at once; what no other batch
    stands in for is a shortage that the two departments have to settle."""
    rows = sorted(withdrawn, key=lambda row: row.reference)
    orders = {order.number: order for order in Order.objects.filter(number__in={row.reference for row in rows})}
    for number, group in groupby(rows, key=lambda row: row.reference):
        if order := orders.get(number):
            _tell(order, list(group), reason, by, now)


def _tell(order: Order, rows: Sequence[Withdrawn], reason: str, by: User, now: datetime) -> None:
    goods = "; ".join(f"{row.lot.product.name} {row.lot.batch}: {reason}" for row in rows)
    audit.record("order.goods_withdrawn", order, by=by, note=goods, now=now)
    shipments = _lay_out_anew(order, rows)
    if any(row.missing for row in rows):
        _open_shortage(order, [row for row in rows if row.missing], reason, by, now)
    people = User.objects.with_role(*MENDERS, *([Role.WAREHOUSE] if shipments else []))
    params = {"order": order.number, "goods": goods[:300], "moved": formats.quantity(_sum(row.moved for row in rows)),
              "missing": formats.quantity(_sum(row.missing for row in rows))}  # fmt: skip
    notify({*people, *filter(None, [order.salesperson])}, WITHDRAWN, params=params, subject=order, by=by, now=now)


def _open_shortage(order: Order, rows: Sequence[Withdrawn], reason: str, by: User, now: datetime) -> None:
    goods = (f"{row.lot.product.name} {row.lot.batch} × {row.missing.normalize():f}" for row in rows)
    text = f"{'; '.join(goods)}: {reason}"[:300]
    shortage = Shortage.objects.create(order=order, reason=text, reported_by=by, reported_at=now)
    have_mended(shortage, by=by, now=now)


def _lay_out_anew(order: Order, rows: Sequence[Withdrawn]) -> bool:
    """What was laid out and looked at was of the batch that is gone."""
    lines = [row.line_id for row in rows]
    shipments = Shipment.objects.filter(order=order, status=ShipmentStatus.PREPARED, lines__order_line__in=lines)
    keys = list(shipments.values_list("pk", flat=True).distinct())
    Preparation.objects.filter(shipment__in=keys).delete()
    DeliveryCheck.objects.filter(shipment__in=keys).delete()
    return bool(keys)


def uncovered(order: Order) -> dict[int, Decimal]:
    """By line with a product of ours: what is still to be shipped and not reserved."""
    rows = StockReservation.objects.filter(reference=order.number or "")
    held = dict(rows.values_list("line_id").annotate(Sum("quantity")).order_by())
    lines = order.lines.filter(product__isnull=False)
    open_ = {line.pk: line.quantity_open - held.get(line.pk, Decimal(0)) for line in lines}
    return {pk: quantity for pk, quantity in open_.items() if quantity > 0}


@act("fulfillment.reserve_goods", roles={Role.INSIDE_SALES, Role.PRODUCTION, Role.WAREHOUSE, Role.LOGISTICS})
def reserve_goods(*, order: Order, by: User, now: datetime | None = None) -> Order:
    """Promise an order under way what is in stock of the goods it has not got yet (R5.9). When nothing is missing any
    more, its shortages are settled.

    Raises Conflict("status"), DomainError("covered") when it has everything, ("none_available") when stock has nothing.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION)
    wanted = uncovered(order)
    if not wanted:
        raise DomainError("covered", _("Everything still to be shipped is reserved."))
    products = dict(order.lines.filter(pk__in=wanted).values_list("pk", "product_id"))
    wants = [(pk, products[pk], quantity) for pk, quantity in wanted.items()]
    got = {pk: quantity for pk, quantity in reserve_stock(order.number or "", wants=wants, by=by).items() if quantity}
    if not got:
        raise DomainError("none_available", _("None of it is available. Receive goods first, or have them made."))
    note = ", ".join(f"{quantity.normalize():f}/{wanted[pk].normalize():f}" for pk, quantity in got.items())
    audit.record("order.goods_reserved", order, by=by, note=note, now=now)
    if got == wanted:
        for shortage in order.shortages.filter(settled_at__isnull=True, shipment__isnull=True):
            shortage.order, shortage.new_date = order, shortage.new_date or timezone.localdate(now)
            end_shortage(shortage, _("Reserved from stock."), outcome="reserved", by=by, now=now)
    return order


def _sum(quantities: Iterable[Decimal]) -> Decimal:
    return sum(quantities, Decimal(0))
