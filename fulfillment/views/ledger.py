"""The dispatch ledger (發貨統計, R5.8): a row for each line that has left, with every field of the dispatch order."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.views.person import person_of
from core.masking import mask_name, mask_phone
from core.views.columns import Column
from core.views.lists import Row, SavedView
from customers.privacy import log_disclosure
from fulfillment.choices import Mode
from fulfillment.filters_ledger import LedgerFilter
from fulfillment.models import ShipmentLine
from fulfillment.views.base import TracedExport
from orders.models import Order
from orders.page import reads_contacts


class DispatchLedger(TracedExport):
    access = SIGNED_IN
    model = ShipmentLine
    trace = "dispatch-ledger"
    title = _("Dispatch ledger")
    lead = _("Everything that has left, line by line.")
    related = ("shipment__order__customer", "order_line__product")
    filterset_class = LedgerFilter
    default_sort = "-number"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("road", Mode.ROAD.label, {"mode": Mode.ROAD.value}),
        SavedView("express", Mode.EXPRESS.label, {"mode": Mode.EXPRESS.value}),
    )
    empty = (_("Nothing has left yet"), _("Each dispatched line stands here with its batches, carrier and waybill."))
    empty_icon = "truck-delivery"

    def get_queryset(self) -> QuerySet[ShipmentLine]:
        return super().get_queryset().gone().prefetch_related("batches")  # type: ignore[attr-defined]

    def get_columns(self) -> Sequence[Column]:
        return (
            Column("number", _("Number"), kind="code", value="shipment.number", link=True, sort=("pk",),
                   phone="title"),
            Column("shipped_at", _("Date"), kind="day", value=day_of, phone="corner"),
            Column("order", _("Order"), kind="code", value="shipment.order.number", optional=True),
            Column("customer", _("Customer"), value="shipment.order.customer.name"),
            Column("goods", _("Goods"), value=goods_of),
            Column("quantity", _("Quantity"), kind="quantity", unit="order_line.unit"),
            Column("batches", _("Batch"), value=batches_of),
            Column("carrier", _("Carrier"), value="shipment.carrier"),
            Column("mode", _("Mode"), value="shipment.get_mode_display", optional=True),
            Column("waybill", _("Waybill"), kind="code", value="shipment.waybill"),
            Column("expected_arrival", _("Expected arrival"), kind="day", value="shipment.expected_arrival",
                   optional=True),
            Column("receiver", _("Receiver"), value=self.receiver_of, optional=True),
            Column("receiver_phone", _("Receiver's telephone"), value=self.phone_of, optional=True),
            Column("address", _("Delivery address"), value="shipment.address", optional=True),
            Column("labels", _("Labels"), value="shipment.labels", optional=True),
            Column("papers", _("Accompanying papers"), value="shipment.papers", optional=True),
            Column("remarks", _("Special needs"), value="shipment.remarks", optional=True),
        )  # fmt: skip

    def receiver_of(self, row: ShipmentLine) -> str:
        """Masked for whoever has no business with the customer (R1.6)."""
        name = row.shipment.receiver
        return name if self.reads(row) else mask_name(name)

    def phone_of(self, row: ShipmentLine) -> str:
        phone = row.shipment.receiver_phone
        return phone if self.reads(row) else mask_phone(phone)

    def reads(self, row: ShipmentLine) -> bool:
        return reads_contacts(person_of(self.request), row.shipment.order)

    def row_url(self, row: ShipmentLine) -> str:
        return row.shipment.get_absolute_url()

    def table(self, items: Sequence[Any]) -> list[Row]:
        if tells_of_persons(self.shown_columns):
            self.enter_readings(item.shipment.order for item in items)
        return super().table(items)

    def enter_export(self, rows: QuerySet[Any], kind: str) -> None:
        super().enter_export(rows, kind)
        if not tells_of_persons(self.exported_columns):
            return
        orders = rows.order_by().values("shipment__order")
        self.enter_readings(Order.objects.filter(pk__in=orders).select_related("customer").order_by())

    def enter_readings(self, orders: Iterable[Order]) -> None:
        """Who reads whom the goods went to leaves the same trace as on the shipment's page, one for all rows."""
        reader = person_of(self.request)
        foreign = (order for order in orders if order.salesperson_id != reader.pk and reads_contacts(reader, order))
        log_disclosure(reader, *{order.customer_id: order.customer for order in foreign if order.customer}.values())


def tells_of_persons(columns: Sequence[Column]) -> bool:
    return any(column.name in ("receiver", "receiver_phone") for column in columns)


def day_of(row: ShipmentLine) -> date:
    return timezone.localdate(row.shipment.shipped_at)


def goods_of(row: ShipmentLine) -> str:
    goods = row.order_line
    return " ".join(filter(None, (goods.description, goods.specification)))


def batches_of(row: ShipmentLine) -> str:
    return ", ".join(batch.batch for batch in row.batches.all())
